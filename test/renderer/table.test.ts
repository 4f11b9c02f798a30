import { beforeEach, describe, expect, it } from 'vitest'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { FILL_COLUMNS } from '#renderer/panels/fill-columns.ts'
import { POSITION_COLUMNS } from '#renderer/panels/position-columns.ts'
import { NOTHING_TOLD, type DeskState } from '#renderer/stores/desk-state.ts'
import { fold } from '#renderer/stores/fold.ts'
import { fillSource, positionSource } from '#renderer/stores/sources.ts'
import { flatLine, keepOrder, Table } from '#renderer/stores/table.ts'
import { fittingColumns, tabSeparated } from '#renderer/widgets/grid/column.ts'
import { moved } from '#renderer/widgets/grid/keys.ts'
import { aFill, aPosition, aSnapshot, priced } from './fake-book.ts'

const aapl = aPosition()
const aaplUnattributed = aPosition({ strategy: 'UNATTRIBUTED', quantity: '3' })
const aaplPairs = aPosition({ strategy: 'pairs' })
const zm = aPosition({ conId: 9, symbol: 'ZM', name: 'ZM', averageCost: '90', last: '80' })

let desk: StoreApi<DeskState>
let table: Table
const keys = () => table.store.getState().lines.map((line) => line.key)
const say = (positions: (typeof aapl)[]) =>
  desk.setState((state) =>
    fold(state, { kind: 'changes', subscription: 's1', revision: 2, positions }, 2000),
  )

beforeEach(() => {
  const positions = [zm, aaplUnattributed, aaplPairs, aapl]
  desk = createStore(() => fold(NOTHING_TOLD, aSnapshot({ positions }), 1000))
  table = new Table(desk, positionSource(POSITION_COLUMNS))
})

describe('the lines of fills', () => {
  it('have the latest on top, also of those of one second', () => {
    const fills = ['0cf5.00000009.01', '0cf5.0000000a.01', '0cf5.00000010.01'].map((fillId) =>
      aFill({ fillId, executedAt: 5000 }),
    )
    const later = aFill({ fillId: '0cf5.00000001.01', executedAt: 6000 })
    desk = createStore(() => fold(NOTHING_TOLD, aSnapshot({ fills: [...fills, later] }), 1000))
    table = new Table(desk, fillSource(FILL_COLUMNS))
    const shown = [later, ...fills.toReversed()]
    expect(keys()).toEqual(shown.map(({ fillId }) => fillId))
  })
})

describe('a table', () => {
  const select = () => [...table.store.getState().selected]

  it('goes to a line that a filter or a closed symbol hides', () => {
    table.filterBy('zm')
    table.setAllExpanded(false)
    table.reveal('pairs|265598')
    const { filter, active, revealed } = table.store.getState()
    expect({ filter, row: active.row, revealed }).toEqual({
      ...{ filter: '', row: 'pairs|265598', revealed: 1 },
    })
    table.reveal('nobody|1')
    expect(table.store.getState().revealed).toBe(1)
  })

  it('chooses rows one by one, a whole range, and none', () => {
    table.toggleSelected('symbol:9')
    table.toggleSelected('momentum|9')
    table.toggleSelected('symbol:9')
    expect(select()).toEqual(['momentum|9'])
    table.selectRange('symbol:9', 'pairs|265598')
    expect(select()).toEqual(['pairs|265598', 'UNATTRIBUTED|265598', 'symbol:9'])
    table.clearSelected()
    expect(select()).toEqual([])
  })
})

describe('the columns', () => {
  const ids = (width: number, choice?: { hidden: string[]; pinned: string[] }) =>
    fittingColumns(POSITION_COLUMNS, width, choice).map(({ id }) => id)

  it('leave hidden ones out, and keep pinned ones however narrow the panel is', () => {
    const narrow = ids(100)
    expect(ids(100, { hidden: ['last'], pinned: ['asOf'] })).toEqual([
      ...narrow.filter((id) => id !== 'last'),
      'asOf',
    ])
  })

  it('always keep the first', () => {
    expect(ids(100, { hidden: POSITION_COLUMNS.map(({ id }) => id), pinned: [] })).toEqual([
      'symbol',
    ])
  })
})

describe('the lines of positions', () => {
  it('are symbols in order, each with its strategies, the unattributed last', () => {
    expect(keys()).toEqual([
      ...['symbol:265598', 'momentum|265598', 'pairs|265598', 'UNATTRIBUTED|265598'],
      ...['symbol:9', 'momentum|9'],
    ])
  })

  it('show a symbol and its strategy even when there is only one', () => {
    expect(table.store.getState().lines.filter((line) => line.parent === 'symbol:9')).toHaveLength(
      1,
    )
  })

  it('close and open', () => {
    table.setExpanded('symbol:265598', false)
    expect(keys()).toEqual(['symbol:265598', 'symbol:9', 'momentum|9'])
    table.setAllExpanded(false)
    expect(keys()).toEqual(['symbol:265598', 'symbol:9'])
    table.setAllExpanded(true)
    expect(keys()).toHaveLength(6)
  })

  it('keep a symbol when one of its strategies matches the filter', () => {
    table.filterBy('unattr')
    expect(keys()[0]).toBe('symbol:265598')
    expect(keys()).toHaveLength(4)
  })

  it('sort by a value, the unknown at the end either way', () => {
    say([aPosition({ conId: 7, symbol: 'NEW', name: 'NEW', last: null })])
    const symbols = () => keys().filter((key) => key.startsWith('symbol'))
    table.sortBy('unrealized')
    expect(symbols()).toEqual(['symbol:9', 'symbol:265598', 'symbol:7'])
    table.sortBy('unrealized')
    expect(symbols()).toEqual(['symbol:265598', 'symbol:9', 'symbol:7'])
  })
})

describe('sorting while prices tick', () => {
  const first = () => keys()[0]

  beforeEach(() => table.sortBy('unrealized'))

  it('waits for the second to be over', () => {
    expect(first()).toBe('symbol:9')
    say([priced(zm, '9999')])
    expect(first()).toBe('symbol:9')
    table.tick()
    expect(first()).toBe('symbol:265598')
  })

  it('never happens under the pointer, not even when a row comes', () => {
    table.setPointerInside(true)
    say([priced(zm, '9999')])
    table.tick()
    expect(first()).toBe('symbol:9')
    say([aPosition({ conId: 7, symbol: 'NEW', name: 'NEW', last: '1' })])
    expect(keys()).toContain('symbol:7')
    expect(keys().indexOf('symbol:9')).toBeLessThan(keys().indexOf('symbol:265598'))
    table.setPointerInside(false)
    table.tick()
    expect(keys().indexOf('symbol:265598')).toBeLessThan(keys().indexOf('symbol:9'))
  })

  it('puts what is new before what follows it', () => {
    const lines = (...all: string[]) => all.map(flatLine)
    expect(keepOrder(lines('b', 'a', 'gone'), lines('new', 'a', 'b', 'last'))).toEqual(
      lines('b', 'new', 'a', 'last'),
    )
  })
})

describe('columns', () => {
  it('keep the indispensable ones however narrow, and drop the others last first', () => {
    const ids = (width: number) => fittingColumns(POSITION_COLUMNS, width).map(({ id }) => id)
    expect(ids(100)).toEqual([
      ...['symbol', 'quantity', 'averageCost', 'last', 'marketValue', 'daily', 'unrealized'],
    ])
    expect(ids(1628)).toHaveLength(POSITION_COLUMNS.length)
    expect(ids(960 - 30)).toContain('navPercent')
  })

  it('are copied with exact values, unknown as nothing, formulas as text', () => {
    const fill = aFill({ commission: null, orderRef: '=HYPERLINK(1)', amount: '-21012.34' })
    const [head, row] = tabSeparated(FILL_COLUMNS, [fill]).split('\n')
    const value = (title: string) => row?.split('\t')[head?.split('\t').indexOf(title) ?? -1]
    expect(value('Amount')).toBe('-21012.34')
    expect(value('Comm')).toBe('')
    expect(value('Order Ref')).toBe("'=HYPERLINK(1)")
  })
})

describe('keys in a grid', () => {
  const size = { rows: 10, columns: 4, page: 5 }

  it('lead to the neighbour and stop at the edges', () => {
    expect(moved('ArrowDown', { row: 9, column: 0 }, size)).toEqual({ row: 9, column: 0 })
    expect(moved('ArrowUp', { row: 0, column: 2 }, size)).toEqual({ row: -1, column: 2 })
    expect(moved('End', { row: 3, column: 0 }, size)).toEqual({ row: 3, column: 3 })
    expect(moved('Control+Home', { row: 7, column: 3 }, size)).toEqual({ row: 0, column: 0 })
    expect(moved('PageDown', { row: 7, column: 1 }, size)).toEqual({ row: 9, column: 1 })
    expect(moved('x', { row: 7, column: 1 }, size)).toBe(null)
  })
})
