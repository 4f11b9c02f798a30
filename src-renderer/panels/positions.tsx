import { useStore } from 'zustand'
import type { DeskState } from '../stores/desk-state.ts'
import { holdingOf, symbolHoldings, type Holding } from '../stores/holding.ts'
import type { Line } from '../stores/table.ts'
import { Grid } from '../widgets/grid/grid.tsx'
import { useDesk, useWorkspace } from '../workspace/context.ts'
import { Empty } from './empty.tsx'
import { CopyTable, Filter, Panel } from './panel.tsx'
import { POSITION_COLUMNS } from './position-columns.ts'

const symbolOf = symbolHoldings()

/** The holding a line stands for. */
function read(state: DeskState, line: Line): Holding | undefined {
  const { byKey } = state.positions
  if (line.level === 1)
    return symbolOf(
      line.key,
      line.parts.map((key) => byKey.get(key)),
    )
  const row = byKey.get(line.key)
  return row === undefined ? undefined : holdingOf(row)
}

function ExpandAll() {
  const { tables } = useWorkspace()
  const isAnyOpen = useStore(tables.positions.store, ({ lines }) =>
    lines.some((line) => line.isExpanded === true),
  )
  const isEmpty = useStore(tables.positions.store, ({ lines }) => lines.length === 0)
  return isEmpty ? null : (
    <button
      type="button"
      className="button quiet"
      onClick={() => tables.positions.setAllExpanded(!isAnyOpen)}
    >
      {isAnyOpen ? 'Collapse all' : 'Expand all'}
    </button>
  )
}

export function Positions() {
  const { tables } = useWorkspace()
  const table = tables.positions
  const symbols = useStore(table.store, ({ lines }) => lines.filter((l) => l.level === 1).length)
  const opening = useDesk((state) => state.told?.book?.opening)
  const why =
    opening === 'awaiting' || opening === undefined
      ? 'The broker has not said yet what the account holds.'
      : 'The account holds nothing, and nothing was traded.'
  return (
    <Panel
      panel="positions"
      name="Positions"
      title={
        <h2>
          Positions <span className="count">{symbols}</span>
        </h2>
      }
      tools={
        <>
          <Filter id="positions" table={table} label="positions" />
          <ExpandAll />
          <CopyTable table={table} columns={POSITION_COLUMNS} read={read} />
        </>
      }
    >
      <Grid
        id="positions"
        label="Positions by symbol and strategy"
        isTree
        {...{ table, read }}
        columns={POSITION_COLUMNS}
        empty={<Empty table={table} noun="positions" why={why} />}
      />
    </Panel>
  )
}
