import { ChevronsDownUp, ChevronsUpDown } from 'lucide-react'
import { useCallback } from 'react'
import { useStore } from 'zustand'
import { decimal } from '#shared/money.ts'
import type { DeskState } from '../stores/desk-state.ts'
import { askToGive } from '../stores/giving.ts'
import { holdingOf, symbolHoldings, type Holding } from '../stores/holding.ts'
import type { Line } from '../stores/table.ts'
import { Grid } from '../widgets/grid/grid.tsx'
import { useDesk, useWorkspace } from '../workspace/context.ts'
import { Empty } from './empty.tsx'
import { IconButton, TableTools } from './panel.tsx'
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
  return (
    <IconButton
      name={isAnyOpen ? 'Collapse all' : 'Expand all'}
      tip={isAnyOpen ? 'Show symbols alone.' : 'Show the strategies of every symbol.'}
      onPress={() => tables.positions.setAllExpanded(!isAnyOpen)}
    >
      {isAnyOpen ? <ChevronsDownUp size={14} /> : <ChevronsUpDown size={14} />}
    </IconButton>
  )
}

export function PositionCount() {
  const { store } = useWorkspace().tables.positions
  return useStore(store, ({ lines }) => lines.filter((line) => line.level === 1).length)
}

export function PositionTools() {
  return (
    <>
      <ExpandAll />
      <TableTools id="positions" columns={POSITION_COLUMNS} read={read} />
    </>
  )
}

/** The instruments of the lines in sight, each once. */
function conIdsOf({ positions }: DeskState, lines: readonly Line[]): readonly number[] {
  const keys = lines.flatMap((line) => (line.level === 1 ? line.parts : [line.key]))
  return [...new Set(keys.flatMap((key) => positions.byKey.get(key)?.conId ?? []))]
}

const IDS = [{ title: 'conId', of: (row: Holding) => String(row.conId) }]

/** Only a strategy's own line can be moved: a symbol's is several. */
const actions = (holding: Holding, page: Document) =>
  holding.strategy === null || decimal(holding.quantity).isZero()
    ? []
    : [
        {
          label: 'Transfer to another strategy…',
          run: () => askToGive({ kind: 'holding', holding, page }),
        },
      ]

export function Positions() {
  const { desk, tables } = useWorkspace()
  const table = tables.positions
  const onSeen = useCallback(
    (lines: readonly Line[]) => desk.look(conIdsOf(desk.store.getState(), lines)),
    [desk],
  )
  const opening = useDesk((state) => state.told?.book?.opening)
  const why =
    opening === 'awaiting' || opening === undefined
      ? 'The broker has not said yet what the account holds.'
      : 'The account holds nothing, and nothing was traded.'
  return (
    <Grid
      id="positions"
      label="Positions by symbol and strategy"
      isTree
      {...{ table, read, onSeen, ids: IDS, actions }}
      columns={POSITION_COLUMNS}
      empty={<Empty table={table} noun="positions" why={why} />}
    />
  )
}
