import {
  ConjunctionConnection,
  EventName,
  ExecutionCondition,
  MarginCondition,
  OrderAction,
  OrderType,
  PercentChangeCondition,
  PriceCondition,
  SecType,
  TimeCondition,
  TriggerMethod,
  VolumeCondition,
  type Order,
} from '@stoqey/ib'
import { afterEach, describe, expect, it } from 'vitest'
import { instrumentOfSymbol } from '#gateway/market/catalogue.ts'
import { D } from '#shared/money.ts'
import { problemOf } from './second-decoder.ts'
import { AAPL, aGateway, endAll, openRaw, realClient, settle } from './support.ts'
import type { RealClient, TestGateway } from './support.ts'

/** Orders that wait for something, or end by it. */

afterEach(endAll)

const { AND, OR } = ConjunctionConnection
const { Default } = TriggerMethod
const price = (at: number, isMore: boolean, join = AND): PriceCondition =>
  new PriceCondition(at, Default, AAPL, 'SMART', isMore, join)
const NEVER = price(1, false)
const ALWAYS = price(1, true)
/** The market opens at 15:00 in UTC, ten in New York. */
const LATER = '20261120 10:00:30 US/Eastern'

type Desk = TestGateway & { readonly client: RealClient; readonly first: number }

async function aDesk(): Promise<Desk> {
  const gateway = await aGateway()
  const client = await realClient(gateway.port, 41)
  return { ...gateway, client, first: client.of(EventName.nextValidId)[0]![0] as number }
}

const aBuy = (over: Partial<Order>): Order => ({
  ...{ action: OrderAction.BUY, totalQuantity: 10, orderType: OrderType.MKT, transmit: true },
  ...{ conditionsIgnoreRth: true, conditionsCancelOrder: false, ...over },
})

async function pass(desk: Desk, ms: number): Promise<void> {
  await settle(15)
  desk.time.advance(ms)
  await settle(15)
}

const statusOf = ({ client }: Desk, orderId: number): unknown =>
  client.of(EventName.orderStatus).findLast(([id]) => id === orderId)?.[1]

describe('an order with conditions', () => {
  it.each([
    ['a price that is there', [ALWAYS], 'Filled'],
    ['a price that never comes', [NEVER], 'PreSubmitted'],
    ['both of two', [price(1, true, AND), NEVER], 'PreSubmitted'],
    ['either of two', [price(1, false, OR), ALWAYS], 'Filled'],
    [
      'a time that is past',
      [new TimeCondition('20261120 09:00:00 US/Eastern', true, AND)],
      'Filled',
    ],
    [
      'a time to come',
      [new TimeCondition('20261121 09:00:00 US/Eastern', true, AND)],
      'PreSubmitted',
    ],
    ['enough volume', [new VolumeCondition(1000, AAPL, 'SMART', true, AND)], 'Filled'],
    ['too much volume', [new VolumeCondition(2e9, AAPL, 'SMART', true, AND)], 'PreSubmitted'],
    ['a small change', [new PercentChangeCondition(-50, AAPL, 'SMART', true, AND)], 'Filled'],
    ['a great change', [new PercentChangeCondition(50, AAPL, 'SMART', true, AND)], 'PreSubmitted'],
  ])('is worked once there is %s', async (...[, conditions, status]) => {
    const desk = await aDesk()
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, aBuy({ conditions }))
    await pass(desk, 5000)
    expect(statusOf(desk, desk.first)).toBe(status)
    expect(desk.client.of(EventName.error)).toEqual([])
  })

  it('goes live at its time, and not before', async () => {
    const desk = await aDesk()
    const conditions = [new TimeCondition(LATER, true, AND)]
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, aBuy({ conditions }))
    await pass(desk, 29_000)
    expect(statusOf(desk, desk.first)).toBe('PreSubmitted')
    await pass(desk, 5000)
    expect(statusOf(desk, desk.first)).toBe('Filled')
  })

  it('waits for the cushion to be as thin as it says', async () => {
    const desk = await aDesk()
    const cushion = (): number => {
      const told = desk.client
        .of(EventName.updateAccountValue)
        .findLast(([key]) => key === 'Cushion')
      return Number(told?.[1])
    }
    desk.client.ib.reqAccountUpdates(true, 'DEMO1000001')
    await pass(desk, 100)
    const percent = Math.floor(cushion() * 100) - 5
    const [thin, thick] = [false, true].map((isMore) => new MarginCondition(percent, isMore, AND))
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, aBuy({ conditions: [thin!] }))
    desk.client.ib.placeOrder(desk.first + 1, { conId: AAPL }, aBuy({ conditions: [thick!] }))
    await pass(desk, 3000)
    expect(statusOf(desk, desk.first)).toBe('PreSubmitted')
    expect(statusOf(desk, desk.first + 1)).toBe('Filled')
    desk.fill({
      instrument: instrumentOfSymbol('MSFT')!,
      ...{ side: 'buy', quantity: new D(2000), price: null, orderRef: '', isManual: true },
    })
    await pass(desk, 5000)
    expect(cushion() * 100).toBeLessThan(percent)
    expect(statusOf(desk, desk.first)).toBe('Filled')
  })

  it('waits for an execution of the instrument it names', async () => {
    const desk = await aDesk()
    const conditions = [new ExecutionCondition('SMART', SecType.STK, 'VOD', AND)]
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, aBuy({ conditions }))
    await pass(desk, 1000)
    expect(statusOf(desk, desk.first)).toBe('PreSubmitted')
    desk.fill({
      instrument: instrumentOfSymbol('VOD')!,
      ...{ side: 'buy', quantity: new D(5), price: null, orderRef: '', isManual: true },
    })
    await pass(desk, 3000)
    expect(statusOf(desk, desk.first)).toBe('Filled')
  })

  it('is cancelled by them when it says so', async () => {
    const desk = await aDesk()
    const limit = { orderType: OrderType.LMT, lmtPrice: 1, conditionsCancelOrder: true }
    const at = [new TimeCondition(LATER, true, AND)]
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, aBuy({ ...limit, conditions: at }))
    await pass(desk, 10_000)
    expect(statusOf(desk, desk.first)).toBe('Submitted')
    await pass(desk, 25_000)
    expect(statusOf(desk, desk.first)).toBe('Cancelled')
  })
})

describe.each([
  ['the newest layout', 'v100..193', 193],
  ['the oldest layout', 'v157..178', 178],
])('every kind of condition, in %s', (...[, range, version]) => {
  it('comes back as it was sent, in open and in completed orders', async () => {
    const desk = await aDesk()
    const conditions = [
      new PriceCondition(999.5, TriggerMethod.Last, AAPL, 'SMART', true, OR),
      new TimeCondition('20261121 09:00:00 US/Eastern', true, AND),
      new MarginCondition(12, false, AND),
      new ExecutionCondition('SMART', SecType.STK, 'VOD', AND),
      new VolumeCondition(2_000_000_000, AAPL, 'SMART', true, OR),
      new PercentChangeCondition(33.25, AAPL, 'NASDAQ', false, AND),
    ]
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, aBuy({ conditions }))
    const watcher = await openRaw(desk.port, 42, range)
    watcher.send(16, 1)
    await watcher.message(53)
    desk.client.ib.reqAllOpenOrders()
    await desk.client.until(EventName.openOrderEnd)
    const opened = desk.client.of(EventName.openOrder).at(-1)?.[2] as Order
    expect(opened.conditions).toEqual(conditions)
    expect([opened.conditionsIgnoreRth, opened.conditionsCancelOrder]).toEqual([true, false])
    desk.client.ib.cancelOrder(desk.first)
    await pass(desk, 100)
    desk.client.ib.reqCompletedOrders(false)
    await desk.client.until(EventName.completedOrdersEnd)
    const done = desk.client.of(EventName.completedOrder).at(-1)?.[1] as Order
    expect(done.conditions).toEqual(conditions)
    watcher.send(99, 0)
    await watcher.message(102)
    expect(watcher.of(5)).not.toEqual([])
    expect(watcher.of(101)).not.toEqual([])
    expect(watcher.messages.map((told) => problemOf(told, version)).filter(Boolean)).toEqual([])
    expect(desk.client.undecoded()).toEqual([])
  })
})
