import type { BreakRow } from '#shared/api/reconcile-views.ts'
import type { FillRow, OrderRow, PositionRow } from '#shared/api/views.ts'
import { UNATTRIBUTED } from '#shared/ids.ts'
import type { Column } from '../widgets/grid/column.ts'
import type { DeskState } from './desk-state.ts'
import { holdingOf, strategyName, symbolHolding, symbolKey, type Holding } from './holding.ts'
import {
  compareBy,
  flatLine,
  matches,
  type Line,
  type SortValue,
  type TableSource,
  type View,
} from './table.ts'

export type Sortable<Row> = Pick<Column<Row>, 'id' | 'sort'>

const sorterOf = <Row>(columns: readonly Sortable<Row>[], view: View) =>
  columns.find((column) => column.id === view.sort.column)?.sort ?? (() => null)

/** Sorted by value, and where values are equal by a text that never changes. */
function sorted<Each>(
  all: readonly { readonly each: Each; readonly value: SortValue; readonly tie: string }[],
  view: View,
): readonly Each[] {
  const compare = compareBy(view.sort.direction)
  // Of one second the latest fill stands where the latest second does: ids grow, in hexadecimal.
  const sign = view.sort.direction === 'ascending' ? 1 : -1
  const byTie = (a: string, b: string): number => (a === b ? 0 : a < b ? -sign : sign)
  return all
    .toSorted((a, b) => compare(a.value, b.value) || byTie(a.tie, b.tie))
    .map(({ each }) => each)
}

/** Positions by instrument, in no particular order. */
function bySymbol<Row extends PositionRow>(rows: Iterable<Row>): Map<number, [Row, ...Row[]]> {
  const groups = new Map<number, [Row, ...Row[]]>()
  for (const row of rows) {
    const group = groups.get(row.conId)
    if (group === undefined) groups.set(row.conId, [row])
    else group.push(row)
  }
  return groups
}

/** Strategies by name; what no strategy claims comes last. */
const byStrategy = (left: PositionRow, right: PositionRow): number => {
  const isLast = (row: PositionRow) => Number(row.strategy === UNATTRIBUTED)
  return isLast(left) - isLast(right) || compareBy('ascending')(left.strategy, right.strategy)
}

const words = (row: PositionRow): readonly string[] => [
  ...[row.symbol, row.name, row.secType, row.currency, strategyName(row.strategy)],
]

function linesOf(rows: readonly PositionRow[], view: View): readonly Line[] {
  const [first] = rows
  if (first === undefined) return []
  const key = symbolKey(first.conId)
  const isExpanded = !view.collapsed.has(key)
  const parts = rows.map((row) => row.key)
  const symbol: Line = { key, level: 1, isExpanded, parts, parent: null }
  if (!isExpanded) return [symbol]
  return [symbol, ...parts.map((part) => ({ ...flatLine(part), level: 2 as const, parent: key }))]
}

/** Where the lines of a tree come from: its rows, and what several of one symbol come to. */
type Tree<Row, Each> = {
  readonly rows: (state: DeskState) => Iterable<Row>
  readonly holding: (rows: readonly [Row, ...Row[]]) => Each
  readonly shape: (state: DeskState) => number
}

/** A tree of symbols, the strategies of each under it. */
export const treeSource = <Row extends PositionRow, Each>(
  columns: readonly Sortable<Each>[],
  tree: Tree<Row, Each>,
): TableSource => ({
  lines: (state, view) => {
    const sort = sorterOf(columns, view)
    const groups = [...bySymbol(tree.rows(state)).values()]
      .filter((rows) => rows.some((row) => matches(view.filter, words(row))))
      .map((rows) => {
        const value = sort(tree.holding(rows))
        return { each: rows.toSorted(byStrategy), value, tie: `${rows[0].symbol} ${rows[0].name}` }
      })
    return sorted(groups, view).flatMap((rows) => linesOf(rows, view))
  },
  shape: tree.shape,
  sort: { column: 'symbol', direction: 'ascending' },
})

export const positionSource = (columns: readonly Sortable<Holding>[]): TableSource =>
  treeSource<PositionRow, Holding>(columns, {
    rows: (state) => state.positions.byKey.values(),
    holding: (rows) => (rows.length === 1 ? holdingOf(rows[0]) : symbolHolding(rows)),
    shape: (state) => state.positions.shape,
  })

export const fillSource = (columns: readonly Sortable<FillRow>[]): TableSource => ({
  lines: (state, view) => {
    const sort = sorterOf(columns, view)
    const rows = [...state.fills.byKey.values()]
      .filter((row) =>
        matches(view.filter, [
          ...[row.symbol, row.name, row.side, row.strategy, strategyName(row.strategy)],
          ...[row.orderRef, row.execId, row.exchange, row.currency],
        ]),
      )
      .map((row) => ({ each: flatLine(row.fillId), value: sort(row), tie: row.fillId }))
    return sorted(rows, view)
  },
  shape: (state) => state.fills.shape,
  sort: { column: 'time', direction: 'descending' },
})

export const orderSource = (columns: readonly Sortable<OrderRow>[]): TableSource => ({
  lines: (state, view) => {
    const sort = sorterOf(columns, view)
    const rows = [...state.orders.byKey.values()]
      .filter((row) =>
        matches(view.filter, [
          ...[row.symbol, row.name, row.side ?? '', row.strategy, strategyName(row.strategy)],
          ...[row.orderRef, row.status, row.orderType ?? '', String(row.permId)],
        ]),
      )
      .map((row) => ({ each: flatLine(row.key), value: sort(row), tie: row.key }))
    return sorted(rows, view)
  },
  shape: (state) => state.orders.shape,
  sort: { column: 'time', direction: 'descending' },
})

export const breakSource = (columns: readonly Sortable<BreakRow>[]): TableSource => ({
  lines: (state, view) => {
    const sort = sorterOf(columns, view)
    const rows = [...state.breaks.byKey.values()]
      .filter((row) =>
        matches(view.filter, [
          ...[row.symbol, row.name, row.kind, row.status, row.severity],
          ...[row.currency ?? '', row.note ?? ''],
        ]),
      )
      .map((row) => ({ each: flatLine(row.id), value: sort(row), tie: row.id }))
    return sorted(rows, view)
  },
  shape: (state) => state.breaks.shape,
  sort: { column: 'status', direction: 'ascending' },
})
