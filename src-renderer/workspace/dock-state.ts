import type { DockviewApi } from 'dockview-react'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { choices, keepLayout, layoutOf, type LayoutPlace } from '../stores/choices.ts'
import { toast } from '../stores/toasts.ts'
import type { WorkspaceLayout } from '#shared/api/workspace.ts'
import { arrangementFor, type Arrangement } from './arrangement.ts'
import { layoutFor, shapeOf, withoutPlaceholders, withPlaceholders } from './plan.ts'
import { isPanelId, WORKSPACES, workspaceIdOf } from './registry.tsx'

type DockState = {
  /** The docking library's hand on the panels on screen; null before they are there. */
  readonly api: DockviewApi | null
  readonly place: LayoutPlace | null
  /** Groups of tabs in the window: a stacked page gives each a readable height. */
  readonly groups: number
}

/** The dock on screen. */
export const dock = createStore<DockState>(() => ({ api: null, place: null, groups: 0 }))

export const useGroups = (): number => useStore(dock, (state) => state.groups)

const present = (): Arrangement => arrangementFor(innerWidth, innerHeight)

/**
 * The arrangement of the window. It stays while a panel is popped out: arranging anew would close
 * a window the trader may have put on another screen.
 */
export function useArrangement(): Arrangement {
  const [arrangement, setArrangement] = useState(present)
  useEffect(() => {
    const onResize = () => {
      const isPoppedOut = (dock.getState().api?.getPopouts().length ?? 0) > 0
      if (!isPoppedOut) setArrangement(present())
    }
    addEventListener('resize', onResize)
    return () => removeEventListener('resize', onResize)
  }, [])
  return arrangement
}

const planned = (api: DockviewApi, place: LayoutPlace): WorkspaceLayout =>
  layoutFor(
    WORKSPACES[workspaceIdOf(place.workspace)].plans[place.arrangement as Arrangement],
    // Before it is drawn a dock has no size; shares are what counts.
    { width: api.width || 1000, height: api.height || 1000 },
  )

// The two types differ in what they leave open, not in what they say.
type Written = Parameters<DockviewApi['fromJSON']>[0]

function show(api: DockviewApi, layout: WorkspaceLayout): void {
  api.fromJSON(withPlaceholders(layout, isPanelId) as unknown as Written)
}

const written = (api: DockviewApi): WorkspaceLayout =>
  withoutPlaceholders(api.toJSON() as unknown as WorkspaceLayout)

/** Shows what was saved for this place or, failing that, what is standard. */
function restore(api: DockviewApi, place: LayoutPlace): void {
  const saved = layoutOf(choices.getState(), place)
  try {
    if (saved !== null) {
      show(api, saved)
      return
    }
  } catch {
    toast('The saved layout cannot be shown; the standard one is shown instead.', true)
  }
  show(api, planned(api, place))
}

/** Puts panels into a dock that has just been made, and keeps what is changed about them. */
export function openDock(api: DockviewApi, place: LayoutPlace): void {
  restore(api, place)
  let shape = shapeOf(written(api))
  dock.setState({ api, place, groups: api.groups.length })
  api.onDidLayoutChange(() => {
    dock.setState({ groups: api.groups.length })
    const layout = written(api)
    if (shapeOf(layout) === shape) return
    shape = shapeOf(layout)
    // What is standard is not kept: a later version may have a better standard.
    keepLayout(place, shape === shapeOf(planned(api, place)) ? null : layout)
  })
}

/** Back to the standard layout of this workspace in a window of this size. */
export function resetLayout(): void {
  const { api, place } = dock.getState()
  if (api === null || place === null) return
  show(api, planned(api, place))
}
