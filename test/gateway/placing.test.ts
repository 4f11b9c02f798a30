import {
  ConjunctionConnection,
  ErrorCode,
  EventName,
  OptionExerciseAction,
  MarginCondition,
  OrderAction,
  OrderType,
  PriceCondition,
  TimeCondition,
  TimeInForce,
  TriggerMethod,
  type Order,
  type OrderState,
} from '@stoqey/ib'
import { afterEach, describe, expect, it } from 'vitest'
import type { GatewayOptions } from '#gateway/options.ts'
import {
  AAPL,
  aGateway,
  endAll,
  linesOf,
  realClient,
  settle,
  type Json,
  type RealClient,
  type TestGateway,
} from './support.ts'

afterEach(endAll)

const aBuy = (over: Partial<Order> = {}): Order => ({
  action: OrderAction.BUY,
  totalQuantity: 100,
  orderType: OrderType.MKT,
  transmit: true,
  orderRef: 'BASKET:1',
  ...over,
})

type Desk = TestGateway & { readonly client: RealClient; readonly first: number }

/** A gateway whose own traders rest, with a client that trades. */
async function aDesk(options: Partial<GatewayOptions> = {}): Promise<Desk> {
  const gateway = await aGateway(options)
  const client = await realClient(gateway.port, 41)
  return { ...gateway, client, first: client.of(EventName.nextValidId)[0]![0] as number }
}

async function pass(desk: Desk, ms: number): Promise<void> {
  await settle(15)
  desk.time.advance(ms)
  await settle(15)
}

const errorsOf = ({ client }: Desk): readonly unknown[] =>
  client.of(EventName.error).map(([, code, id]) => `${String(id)} ${String(code)}`)

const statusesOf = ({ client }: Desk, orderId: number): readonly string[] =>
  client
    .of(EventName.orderStatus)
    .filter(([id]) => id === orderId)
    .map(([, status, filled]) => `${String(status)} ${String(filled)}`)

const executionsOf = ({ client }: Desk, orderId: number): readonly { shares: number }[] =>
  client
    .of(EventName.execDetails)
    .map(([, , execution]) => execution as { orderId: number; shares: number })
    .filter((execution) => execution.orderId === orderId)

describe('an order of a client', () => {
  it('is filled in parts as the market allows, and pays its commission', async () => {
    const desk = await aDesk()
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, aBuy({ totalQuantity: 5000 }))
    await pass(desk, 20_000)
    const life = statusesOf(desk, desk.first)
    expect(life[0]).toBe('PreSubmitted 0')
    expect(life).toContain('Submitted 0')
    expect(life.at(-1)).toBe('Filled 5000')
    const parts = executionsOf(desk, desk.first)
    expect(parts.length).toBeGreaterThan(2)
    expect(parts.reduce((sum, { shares }) => sum + shares, 0)).toBe(5000)
    const paid = linesOf(await desk.record()).filter(({ type }) => type === 'commission')
    expect(paid.length).toBeGreaterThanOrEqual(parts.length)
  })

  it('waits at its limit, may be changed, and is cancelled with 202', async () => {
    const desk = await aDesk()
    const order = aBuy({ orderType: OrderType.LMT, lmtPrice: 100 })
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, order)
    await pass(desk, 3000)
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, { ...order, lmtPrice: 101 })
    await pass(desk, 1000)
    expect(desk.client.of(EventName.openOrder).at(-1)?.[2]).toMatchObject({ lmtPrice: 101 })
    desk.client.ib.cancelOrder(desk.first)
    await pass(desk, 0)
    expect(statusesOf(desk, desk.first).at(-1)).toBe('Cancelled 0')
    expect(errorsOf(desk)).toEqual([`${desk.first} ${ErrorCode.ORDER_CANCELLED}`])
    desk.client.ib.cancelOrder(desk.first)
    desk.client.ib.cancelOrder(desk.first + 7)
    await pass(desk, 0)
    expect(errorsOf(desk).slice(1)).toEqual([`${desk.first} 10148`, `${desk.first + 7} 10147`])
  })

  it('at a stop sleeps until the market is there', async () => {
    const desk = await aDesk()
    const stop = (auxPrice: number): Order => aBuy({ orderType: OrderType.STP, auxPrice })
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, stop(900))
    desk.client.ib.placeOrder(desk.first + 1, { conId: AAPL }, stop(100))
    await pass(desk, 10_000)
    expect(statusesOf(desk, desk.first).at(-1)).toBe('PreSubmitted 0')
    expect(statusesOf(desk, desk.first + 1).at(-1)).toBe('Filled 100')
    desk.client.ib.reqGlobalCancel({})
    await pass(desk, 0)
    expect(statusesOf(desk, desk.first).at(-1)).toBe('Cancelled 0')
  })

  it('that is not transmitted waits for it; a child waits for its parent', async () => {
    const desk = await aDesk()
    const { ib } = desk.client
    ib.placeOrder(desk.first, { conId: AAPL }, aBuy({ transmit: false }))
    const child = aBuy({ action: OrderAction.SELL, parentId: desk.first })
    ib.placeOrder(desk.first + 1, { conId: AAPL }, child)
    await pass(desk, 5000)
    expect(statusesOf(desk, desk.first).at(-1)).toBe('PendingSubmit 0')
    expect(statusesOf(desk, desk.first + 1).at(-1)).toBe('PreSubmitted 0')
    ib.placeOrder(desk.first, { conId: AAPL }, aBuy())
    await pass(desk, 10_000)
    expect(statusesOf(desk, desk.first).at(-1)).toBe('Filled 100')
    expect(statusesOf(desk, desk.first + 1).at(-1)).toBe('Filled 100')
  })

  it('that ends by itself is told to its owner as 202, too', async () => {
    const desk = await aDesk()
    const { ib } = desk.client
    const limit = aBuy({ orderType: OrderType.LMT, lmtPrice: 1, tif: TimeInForce.IOC })
    ib.placeOrder(desk.first, { conId: AAPL }, limit)
    const group = { ocaGroup: 'ONE' }
    ib.placeOrder(desk.first + 1, { conId: AAPL }, aBuy(group))
    const resting = aBuy({ ...group, orderType: OrderType.LMT, lmtPrice: 1 })
    ib.placeOrder(desk.first + 2, { conId: AAPL }, resting)
    await pass(desk, 10_000)
    expect(errorsOf(desk)).toEqual([`${desk.first} 202`, `${desk.first + 2} 202`])
  })

  it('for what-if only says what it would do', async () => {
    const desk = await aDesk()
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, aBuy({ whatIf: true }))
    await pass(desk, 5000)
    const [, , , state] = desk.client.of(EventName.openOrder)[0] as [0, 0, 0, OrderState]
    expect(state.commission).toBe(1)
    expect(state.initMarginAfter).toBeGreaterThan(state.initMarginBefore ?? 0)
    expect(executionsOf(desk, desk.first)).toEqual([])
  })

  it('for a combination fills the row and its legs', async () => {
    const desk = await aDesk()
    const leg = { ratio: 1, exchange: 'SMART' }
    const spread = {
      symbol: 'AAPL',
      secType: 'BAG' as never,
      exchange: 'SMART',
      currency: 'USD',
      comboLegs: [
        { ...leg, conId: 801200102, action: OrderAction.BUY },
        { ...leg, conId: 801200103, ratio: 2, action: OrderAction.SELL },
      ],
    }
    desk.client.ib.placeOrder(desk.first, spread, aBuy({ totalQuantity: 3 }))
    await pass(desk, 5000)
    expect(executionsOf(desk, desk.first).map(({ shares }) => shares)).toEqual([3, 3, 6])
    expect(desk.client.of(EventName.commissionReport)).toHaveLength(2)
  })
})

const { AND } = ConjunctionConnection
const ON_A_PART = new MarginCondition(30.5, true, AND)
const OF_NOTHING = new PriceCondition(300, TriggerMethod.Default, 999, 'SMART', true, AND)
const AT_NO_TIME = new TimeCondition('tomorrow', true, AND)

describe('an order that cannot be', () => {
  it.each([
    ['of another’s past', { totalQuantity: 1 }, -1, 103],
    ['of nothing', { totalQuantity: 0 }, 0, 434],
    ['of half a share', { totalQuantity: 0.5 }, 0, 10243],
    ['between two ticks', { orderType: OrderType.LMT, lmtPrice: 100.001 }, 0, 110],
    ['without its limit', { orderType: OrderType.LMT }, 0, 321],
    ['of a kind there is not', { orderType: OrderType.TRAIL }, 0, 387],
    ['for another account', { account: 'U999' }, 0, 321],
    ['on the price of nothing', { conditions: [OF_NOTHING] }, 0, 321],
    ['on a part of a percent', { conditions: [ON_A_PART] }, 0, 321],
    ['on no time', { conditions: [AT_NO_TIME] }, 0, 321],
    ['with an algorithm', { algoStrategy: 'Vwap', algoParams: [] }, 0, 439],
    ['for the opening', { tif: TimeInForce.OPG }, 0, 111],
    ['good after a time', { goodAfterTime: '20261120 12:00:00 US/Eastern' }, 0, 338],
    ['good till a date', { goodTillDate: '20261130 12:00:00 US/Eastern' }, 0, 334],
    ['that hides', { hidden: true }, 0, 152],
    ['of an amount of money', { cashQty: 100 }, 0, 10_244],
    ['for a group without an advisor', { faGroup: 'ALL', faMethod: 'Equal' }, 0, 344],
    ['with a scale', { scalePriceIncrement: 0.5 }, 0, 201],
    ['with a hedge', { hedgeType: 'B', hedgeParam: '1' }, 0, 201],
    ['of all or none', { allOrNone: true }, 0, 201],
    ['of an iceberg', { displaySize: 10 }, 0, 201],
    ['beyond all means', { totalQuantity: 10_000_000 }, 0, 201],
  ])('%s is refused', async (...[, over, offset, code]) => {
    const desk = await aDesk()
    const orderId = desk.first + offset
    const { totalQuantity = 0 } = over as Order
    desk.client.ib.placeOrder(orderId, { conId: AAPL }, aBuy(over))
    await pass(desk, 2000)
    expect(errorsOf(desk)).toEqual([`${orderId} ${code}`])
    expect(executionsOf(desk, orderId)).toEqual([])
    if (totalQuantity > 1e6) expect(statusesOf(desk, orderId).at(-1)).toBe('Inactive 0')
  })

  it('in read-only mode is anything, and questions about orders have no end', async () => {
    const desk = await aDesk({ isReadOnly: true })
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, aBuy())
    desk.client.ib.cancelOrder(desk.first)
    desk.client.ib.reqOpenOrders()
    desk.client.ib.reqAllOpenOrders()
    desk.client.ib.reqCompletedOrders(false)
    desk.client.ib.reqPositions()
    await desk.client.until(EventName.positionEnd)
    await pass(desk, 5000)
    expect(errorsOf(desk)).toEqual([`${desk.first} 321`, `${desk.first} 321`])
    expect(desk.client.of(EventName.info).filter(([, code]) => code === 321)).toHaveLength(3)
    expect(desk.client.of(EventName.openOrderEnd)).toEqual([])
    expect(desk.client.of(EventName.completedOrdersEnd)).toEqual([])
  })
})

describe('the exercise of an option', () => {
  const CALL = 801200101
  type Wanted = { conId: number; quantity: number; override?: number }
  const { EXERCISE } = OptionExerciseAction
  const exercise = ({ client }: Desk, { conId, quantity, override = 0 }: Wanted): void =>
    void client.ib.exerciseOptions(70_001, { conId }, EXERCISE, quantity, 'DEMO1000001', override)
  const heldOf = (desk: Desk, conId: number): unknown =>
    (desk.state()['positions'] as Json[]).find((one) => one['conId'] === conId)?.['quantity']

  it('brings shares without an execution, out of the money only if it is insisted on', async () => {
    const desk = await aDesk()
    desk.pause()
    exercise(desk, { conId: CALL, quantity: 2 })
    await pass(desk, 100)
    expect(errorsOf(desk)).toEqual(['70001 322'])
    exercise(desk, { conId: CALL, quantity: 2, override: 1 })
    await pass(desk, 100)
    desk.client.ib.reqPositions()
    await desk.client.until(EventName.positionEnd)
    expect([heldOf(desk, CALL), heldOf(desk, AAPL)]).toEqual(['8', '800'])
    const shares = desk.client.of(EventName.position).filter(([, one]) => isAapl(one))
    expect(shares.map((row) => row[2])).toEqual([800])
    expect(desk.client.of(EventName.execDetails)).toEqual([])
  })

  it.each([
    ['more than is held', CALL, 11, 201],
    ['what is short', 801200202, 1, 201],
    ['a share', AAPL, 1, 321],
    ['nothing', CALL, 0, 434],
    ['what there is not', 999, 1, 200],
  ])('of %s is refused', async (...[, conId, quantity, code]) => {
    const desk = await aDesk()
    exercise(desk, { conId, quantity, override: 1 })
    await pass(desk, 100)
    expect(errorsOf(desk)).toEqual([`70001 ${code}`])
    expect(heldOf(desk, CALL)).toBe('10')
  })
})

const isAapl = (contract: unknown): boolean => (contract as { conId: number }).conId === AAPL
