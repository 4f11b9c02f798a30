import { useState } from 'react'
import { useStore } from 'zustand'
import type { BreakRow } from '#shared/api/reconcile-views.ts'
import { momentOf } from '../format/time.ts'
import type { DeskState } from '../stores/desk-state.ts'
import type { Line } from '../stores/table.ts'
import { Action } from '../widgets/action.tsx'
import { Grid } from '../widgets/grid/grid.tsx'
import { useDesk, useWorkspace } from '../workspace/context.ts'
import { BREAK_COLUMNS } from './break-columns.ts'
import { BreakDrawer } from './settling/break-drawer.tsx'
import { BreaksHead } from './settling/head.tsx'
import { lookAtBreaks } from '../stores/settling.ts'
import { Empty } from './empty.tsx'
import { TableTools } from './panel.tsx'

const read = (state: DeskState, line: Line): BreakRow | undefined =>
  state.breaks.byKey.get(line.key)

const isOpen = ({ status }: BreakRow): boolean =>
  status !== 'gone' && status !== 'settled' && status !== 'acknowledged'

export function BreakCount() {
  return useDesk((state) => [...state.breaks.byKey.values()].filter(isOpen).length)
}

/** Compares now; without a broker it says why it cannot. */
function ReconcileNow() {
  const { desk } = useWorkspace()
  const isConnected = useDesk((state) => state.told?.link.state === 'connected')
  const isRunning = useDesk((state) => state.told?.reconciliation?.isRunning) ?? false
  const [problem, setProblem] = useState<string | null>(null)
  if (!isConnected) return <span className="muted">Not connected: nothing to reconcile with</span>
  if (isRunning) return <span className="muted">Reconciling…</span>
  return (
    <>
      {problem === null ? null : <em className="problem">{problem}</em>}
      <Action run={desk.reconcile} onProblem={setProblem}>
        Reconcile now
      </Action>
    </>
  )
}

/** Settles the chosen breaks together. */
function SettleChosen() {
  const { desk, tables } = useWorkspace()
  const selected = useStore(tables.breaks.store, (state) => state.selected)
  if (selected.size === 0) return null
  const look = (page: Document) => {
    const { byKey } = desk.store.getState().breaks
    const chosen = [...selected].filter((id) => byKey.has(id))
    if (chosen.length > 0) lookAtBreaks(chosen, page)
  }
  return (
    <button
      type="button"
      className="button"
      onClick={(event) => look(event.currentTarget.ownerDocument)}
    >
      Settle {selected.size}…
    </button>
  )
}

export function BreakTools() {
  return (
    <>
      <SettleChosen />
      <ReconcileNow />
      <TableTools id="breaks" columns={BREAK_COLUMNS} read={read} />
    </>
  )
}

const IDS = [{ title: 'Break', of: (row: BreakRow) => row.id }]

export function Breaks() {
  const table = useWorkspace().tables.breaks
  const run = useDesk((state) => state.told?.reconciliation?.lastRun) ?? null
  const why =
    run === null
      ? 'The ledger was not compared with the broker yet: connect, or reconcile now.'
      : run.outcome === 'failed'
        ? (run.why ?? 'The last comparison failed.')
        : `Ledger and broker agreed ${momentOf(run.endedAt)}.`
  return (
    <>
      <BreaksHead />
      <Grid
        id="breaks"
        label="Reconciliation"
        {...{ table, read, ids: IDS }}
        columns={BREAK_COLUMNS}
        onOpen={(line, page) => lookAtBreaks([line.key], page)}
        empty={<Empty table={table} noun="breaks" why={why} action={<ReconcileNow />} />}
      />
      <BreakDrawer />
    </>
  )
}
