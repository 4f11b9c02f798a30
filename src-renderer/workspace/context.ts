import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Desk } from '../desk.ts'
import type { DeskState } from '../stores/desk-state.ts'
import type { Table } from '../stores/table.ts'

/** The tables of the book, each sorted and filtered on its own. */
export type TableId = 'positions' | 'fills' | 'orders' | 'breaks' | 'past'

export type Workspace = {
  readonly desk: Desk
  readonly tables: Readonly<Record<TableId, Table>>
}

/** True once what was arranged is known: before that no panel is placed. */
export const workspaceReady = createStore(() => ({ isReady: false }))

export const WorkspaceContext = createContext<Workspace | null>(null)

export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext)
  if (workspace === null) throw new Error('The workspace is not there yet')
  return workspace
}

/** A part of what the core told; the component draws anew only when that part changes. */
export const useDesk = <Part>(select: (state: DeskState) => Part): Part =>
  useStore(useWorkspace().desk.store, select)

/** The clock on screen, by whole seconds. */
const clockStore = createStore(() => ({ now: new Date().getTime() }))

export const useNow = (): number => useStore(clockStore, (state) => state.now)

const MINUTE_MS = 60_000
/** The present minute: for what changes with the day, not with the second. */
export const useMinute = (): number =>
  useStore(clockStore, (state) => Math.floor(state.now / MINUTE_MS) * MINUTE_MS)

/** Ticks at every full second; answers how to stop. */
export function startClock(onTick: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>
  const tick = () => {
    const now = new Date().getTime()
    clockStore.setState({ now })
    onTick()
    timer = setTimeout(tick, 1000 - (now % 1000))
  }
  timer = setTimeout(tick, 0)
  return () => clearTimeout(timer)
}
