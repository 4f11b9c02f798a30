import { describe, expect, it } from 'vitest'
import type { BookEvent } from '#app/book-event.ts'
import type { Order, OrderReport } from '#domain/order.ts'
import { clientId, conId, execId, orderId, permId } from '#shared/ids.ts'
import { quantity, textOrNull } from '#shared/money.ts'
import { anInstrument, anOrderReport, SPY } from '../fakes/builders.ts'
import { emptyStore, fakeLedger } from '../fakes/ledger.ts'
import { feed, openedBook } from './opened-book.ts'
import { executionTold } from './told.ts'

const orderTold = (over: Partial<OrderReport> = {}): BookEvent => ({
  kind: 'order',
  report: anOrderReport(over),
  instrument: null,
})
const placed = orderTold({
  conId: SPY,
  orderRef: 'momentum:1',
  side: 'buy',
  totalQuantity: quantity('100'),
  status: 'Submitted',
})
const filledTo = (size: string, over: Partial<OrderReport> = {}): BookEvent =>
  orderTold({ status: 'Submitted', filled: quantity(size), ...over })
const executed = (id: string, cumulative: string): BookEvent =>
  executionTold({ execId: execId(id), cumulativeQuantity: quantity(cumulative) })

const amounts = ({ filled, remaining }: Order) => [textOrNull(filled), textOrNull(remaining)]

async function ordersAfter(...batches: readonly (readonly BookEvent[])[]) {
  const ledger = fakeLedger()
  const book = await openedBook({ ledger })
  for (const batch of batches) await feed(book, batch)
  return { book, ledger, orders: [...book.memory.orders.values()] }
}

describe('an order', () => {
  it('that was filled in part, then cancelled, still takes one more fill', async () => {
    const cancelled = filledTo('50', { status: 'Cancelled', reason: '202: cancelled' })
    const { orders, ledger } = await ordersAfter(
      [placed, executed('1.01', '50'), filledTo('50')],
      [cancelled],
      [executed('2.01', '60'), filledTo('60')],
    )
    expect(orders).toHaveLength(1)
    const [order] = orders
    expect([order!.status, textOrNull(order!.filled)]).toEqual(['Cancelled', '60'])
    expect(order!.reason).toBe('202: cancelled')
    const series = ledger.store.orders.map(({ status, filled }) => [status, textOrNull(filled)])
    expect(series).toEqual([
      ['Submitted', null],
      ['Submitted', '50'],
      ['Cancelled', '50'],
      ['Cancelled', '60'],
    ])
    // Fills decide quantities, whatever the status says.
    expect(ledger.store.fills.size).toBe(2)
  })

  it('without a permId is the same order once it is accepted, also after a restart', async () => {
    const unaccepted = { permId: permId(0), status: 'PendingSubmit' as const }
    const { orders, ledger, book } = await ordersAfter(
      [orderTold({ ...unaccepted, orderRef: 'value:1', totalQuantity: quantity('5') })],
      [orderTold({ status: 'Submitted' })],
    )
    expect(orders).toHaveLength(1)
    expect(orders[0]).toMatchObject({ key: 'p1001', strategy: 'value', status: 'Submitted' })
    await book.close()
    const again = await openedBook({ ledger: fakeLedger(ledger.store) })
    expect([...again.memory.orders.keys()]).toEqual(['p1001'])
  })

  it('with a number used before by an order that is done is another order', async () => {
    const { orders } = await ordersAfter([
      orderTold({ permId: permId(0), status: 'Cancelled' }),
      orderTold({ permId: permId(1002), status: 'Submitted' }),
    ])
    expect(orders.map(({ key }) => key)).toEqual(['c7o1', 'p1002'])
  })

  it('told again in the same words is not written again, also after a restart', async () => {
    const store = emptyStore()
    const told = [placed, filledTo('50'), executed('1.01', '50')]
    const book = await openedBook({ ledger: fakeLedger(store) })
    await feed(book, told)
    const written = store.orders.length
    await feed(book, [...told, filledTo('50.0'), placed])
    await book.close()
    const again = await openedBook({ ledger: fakeLedger(store) })
    await feed(again, [...told, ...told])
    expect(store.orders).toHaveLength(written)
  })

  it('is known from its execution alone where orders are not told', async () => {
    const { orders } = await ordersAfter([executed('1.01', '40'), executed('2.01', '100')])
    expect(orders).toHaveLength(1)
    expect(orders[0]).toMatchObject({ key: 'p1001', strategy: 'momentum', side: 'buy' })
    expect(textOrNull(orders[0]!.filled)).toBe('100')
  })

  it('has less remaining with every execution, before any status says so', async () => {
    const { orders, ledger } = await ordersAfter(
      [placed],
      [executed('1.01', '40')],
      [executed('2.01', '100')],
    )
    expect(ledger.store.orders.map(amounts)).toEqual([
      [null, null],
      ['40', '60'],
      ['100', '0'],
    ])
    expect(orders.map(amounts)).toEqual([['100', '0']])
  })

  it('has an unknown rest where only executions tell of it', async () => {
    const { orders } = await ordersAfter([executed('1.01', '40')])
    expect(orders.map(amounts)).toEqual([['40', null]])
  })

  it('of a combination is filled as its own row says, not its legs', async () => {
    const spread = anInstrument({ conId: conId(28_812_380), secType: 'BAG' })
    const leg = (id: string) => executed(id, '20')
    const row = executionTold(
      { execId: execId('3.01'), conId: spread.conId, cumulativeQuantity: quantity('10') },
      spread,
    )
    const other = executionTold(
      { execId: execId('2.01'), conId: conId(2), cumulativeQuantity: quantity('30') },
      anInstrument({ conId: conId(2) }),
    )
    const whichever = [
      [leg('1.01'), other, row],
      [row, leg('1.01'), other],
      [leg('1.01'), row, other],
    ]
    for (const told of whichever) {
      const { orders } = await ordersAfter(told)
      expect(orders.map(({ conId: id }) => id)).toEqual([spread.conId])
      expect(orders.map(amounts)).toEqual([['10', null]])
    }
  })

  it('of which nothing tells the number is nobody, and kept by nobody', async () => {
    const nobody = { permId: permId(0), clientId: null, orderId: null }
    const { orders } = await ordersAfter([orderTold(nobody)])
    expect(orders).toEqual([])
  })

  it('belongs to the strategy its orderRef names, as soon as that is told', async () => {
    const status = orderTold({ status: 'Submitted' })
    const { orders } = await ordersAfter([status], [orderTold({ orderRef: 'value:1' })])
    expect(orders[0]?.strategy).toBe('value')
  })

  it('keeps each client to its own numbers', async () => {
    const unaccepted = (client: number) =>
      orderTold({ permId: permId(0), clientId: clientId(client), orderId: orderId(1) })
    const { orders } = await ordersAfter([unaccepted(1), unaccepted(2)])
    expect(orders.map(({ key }) => key)).toEqual(['c1o1', 'c2o1'])
  })

  it('teaches the book its instrument', async () => {
    const { book } = await ordersAfter([
      { kind: 'order', report: anOrderReport({ conId: SPY }), instrument: anInstrument() },
    ])
    expect(book.memory.instruments.get(SPY)).toEqual(anInstrument())
  })
})
