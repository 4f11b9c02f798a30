import { useState } from 'react'
import { useStore } from 'zustand'
import type { FillRow } from '#shared/api/views.ts'
import type { DeskState } from '../stores/desk-state.ts'
import { askToGive } from '../stores/giving.ts'
import type { Line } from '../stores/table.ts'
import { Action } from '../widgets/action.tsx'
import { Grid } from '../widgets/grid/grid.tsx'
import { useDesk, useWorkspace } from '../workspace/context.ts'
import { Empty } from './empty.tsx'
import { FILL_COLUMNS } from './fill-columns.ts'
import { TableTools } from './panel.tsx'

const read = (state: DeskState, line: Line): FillRow | undefined => state.fills.byKey.get(line.key)

/** The stream carries the latest fills; those before them are fetched when asked for. */
function OlderFills() {
  const { desk } = useWorkspace()
  const inBook = useDesk((state) => state.told?.book?.fills) ?? 0
  const here = useDesk((state) => state.fills.byKey.size)
  const [problem, setProblem] = useState<string | null>(null)
  const [isAll, setAll] = useState(false)
  if (isAll || here === 0 || inBook <= here) return null
  const ask = async () => {
    const oldest = Math.min(
      ...[...desk.store.getState().fills.byKey.values()].map((fill) => fill.executedAt),
    )
    setAll((await desk.askOlderFills(oldest)) === 0)
  }
  return (
    <>
      <span className="muted">
        latest {here.toLocaleString('en-US')} of {inBook.toLocaleString('en-US')}
      </span>
      <Action run={ask} onProblem={setProblem}>
        Show older
      </Action>
      {problem === null ? null : <em className="problem">{problem}</em>}
    </>
  )
}

export function FillCount() {
  return useDesk((state) => state.fills.byKey.size)
}

export function FillTools() {
  return (
    <>
      <GiveChosen />
      <OlderFills />
      <TableTools id="fills" columns={FILL_COLUMNS} read={read} />
    </>
  )
}

const IDS = [
  { title: 'Exec ID', of: (row: FillRow) => row.execId },
  { title: 'Perm ID', of: (row: FillRow) => String(row.permId) },
  { title: 'Order Ref', of: (row: FillRow) => row.orderRef },
]

const actions = (fill: FillRow, page: Document, chosen: readonly FillRow[]) => {
  const what = chosen.length === 1 ? 'Give' : `Give ${chosen.length} fills`
  const fills = [fill, ...chosen.filter((one) => one !== fill)] as const
  return [
    { label: `${what} to another strategy…`, run: () => askToGive({ kind: 'fills', fills, page }) },
  ]
}

/** Gives the chosen fills to another strategy together. */
function GiveChosen() {
  const { desk, tables } = useWorkspace()
  const lines = useStore(tables.fills.store, (state) => state.lines)
  const selected = useStore(tables.fills.store, (state) => state.selected)
  // What a filter hides is not given: it is not seen.
  const chosen = selected.size === 0 ? [] : lines.filter(({ key }) => selected.has(key))
  if (chosen.length === 0) return null
  const ask = (page: Document) => {
    const { byKey } = desk.store.getState().fills
    const [first, ...others] = chosen.flatMap(({ key }) => byKey.get(key) ?? [])
    if (first !== undefined) askToGive({ kind: 'fills', fills: [first, ...others], page })
  }
  return (
    <button
      type="button"
      className="button"
      onClick={(event) => ask(event.currentTarget.ownerDocument)}
    >
      Give {chosen.length} to strategy…
    </button>
  )
}

export function Fills() {
  const table = useWorkspace().tables.fills
  const why = 'Nothing was executed yet. A fill appears here as soon as the broker reports it.'
  return (
    <Grid
      id="fills"
      label="Fills"
      {...{ table, read, ids: IDS, actions }}
      columns={FILL_COLUMNS}
      empty={<Empty table={table} noun="fills" why={why} />}
    />
  )
}
