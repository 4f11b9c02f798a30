import {
  ConjunctionConnection,
  EventName,
  OrderAction,
  OrderType,
  PriceCondition,
  TimeCondition,
  TriggerMethod,
  type Contract,
  type Execution,
  type Order,
  type OrderState,
} from '@stoqey/ib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AAPL, ACCOUNT, linesOf, settle, endAll, type Json } from './support.ts'
import { aWorld, LAYOUTS, OTHER, numberOf, of, rowsOf, near, type World } from './world.ts'

/** Orders and executions, as the real client decodes them, beside the record. */

afterEach(endAll)

const { AND } = ConjunctionConnection

const statusOf = ({ client }: World, orderId: number): unknown =>
  client
    .of(EventName.orderStatus)
    .findLast(([id]) => id === orderId)
    ?.slice(1, 4)

describe.each(LAYOUTS)('in %s, at server version %i', (scenario, version) => {
  let world: World
  beforeEach(async () => {
    world = await aWorld(scenario)
    expect(world.client.of(EventName.server)[0]?.[0]).toBe(version)
  })
  afterEach(() => {
    expect(world.client.undecoded()).toEqual([])
    expect(world.gateway.logged).toEqual([])
  })

  it('executions and commissions are the record’s, each at its last revision', async () => {
    const { ib, client } = world
    ib.reqExecutions(76, {})
    await client.until(EventName.execDetailsEnd)
    const told = client.of(EventName.execDetails).map(([requestId, contract, execution]) => {
      const { conId, secType } = contract as Contract
      return { requestId, conId, secType, ...(execution as Execution) }
    })
    const latest = new Map(of(world, 'execution').map((line) => [line['root'], line]))
    expect(told.map(({ execId }) => execId)).toEqual(
      [...latest.values()].map((one) => one['execId']),
    )
    for (const [index, line] of [...latest.values()].entries())
      expect(told[index]).toMatchObject({
        requestId: 76,
        conId: line['conId'],
        secType: line['secType'],
        acctNumber: line['account'],
        side: line['side'] === 'buy' ? 'BOT' : 'SLD',
        shares: numberOf(line, 'quantity'),
        price: numberOf(line, 'price'),
        orderId: line['orderId'],
        permId: line['permId'],
        clientId: line['clientId'],
        orderRef: line['orderRef'],
        cumQty: numberOf(line, 'cumulative'),
        avgPrice: near(numberOf(line, 'averagePrice')),
        modelCode: line['account'] === ACCOUNT ? 'CORE' : '',
      })
    const charged = client.of(EventName.commissionReport).map(([report]) => report as Json)
    const meant = of(world, 'commission')
    expect(charged).toHaveLength(meant.length)
    for (const [index, line] of meant.entries())
      expect(charged[index]).toMatchObject({
        execId: line['execId'],
        commission: numberOf(line, 'commission'),
        currency: line['currency'],
        realizedPNL: line['realizedPnl'] === null ? undefined : near(numberOf(line, 'realizedPnl')),
      })
  })

  it('open and completed orders are how the record left them', async () => {
    const { ib, client } = world
    ib.reqAllOpenOrders()
    ib.reqCompletedOrders(false)
    await client.until(EventName.completedOrdersEnd)
    const last = new Map(of(world, 'order').map((line) => [line['permId'], line]))
    const isDone = ({ status }: Json): boolean => status === 'Filled' || status === 'Cancelled'
    const working = [...last.values()].filter((line) => !isDone(line))
    expect(working.length).toBeGreaterThan(0)
    const opened = new Map(
      client.of(EventName.openOrder).map((row) => [(row[2] as Order).permId, row]),
    )
    const statuses = new Map(client.of(EventName.orderStatus).map((row) => [row[5], row]))
    expect([...opened.keys()].sort()).toEqual(working.map(({ permId }) => permId).sort())
    for (const line of working) {
      const [orderId, contract, order, state] = opened.get(line['permId'] as number)!
      expect([orderId, (contract as Contract).conId]).toEqual([line['orderId'], line['conId']])
      expect(order).toMatchObject({
        action: line['side'] === 'buy' ? 'BUY' : 'SELL',
        totalQuantity: numberOf(line, 'quantity'),
        account: line['account'],
        orderRef: line['orderRef'],
        clientId: line['clientId'],
      })
      expect((state as OrderState).status).toBe(line['status'])
      expect(statuses.get(line['permId'])?.slice(0, 4)).toEqual([
        ...[line['orderId'], line['status']],
        ...[numberOf(line, 'filled'), numberOf(line, 'remaining')],
      ])
    }
    const done = client.of(EventName.completedOrder).map(([contract, order, state]) => {
      const { permId, filledQuantity, orderRef } = order as Order
      return [
        permId,
        (contract as Contract).conId,
        filledQuantity,
        orderRef,
        (state as OrderState).status,
      ]
    })
    const meant = [...last.values()]
      .filter(isDone)
      .map((line) => [
        ...[line['permId'], line['conId'], numberOf(line, 'filled')],
        ...[line['orderRef'], line['status']],
      ])
    expect(rowsOf(done)).toEqual(rowsOf(meant))
  })

  it('an order comes back as it was sent, fills as recorded and cancels as asked', async () => {
    const { ib, client, gateway } = world
    const first = client.of(EventName.nextValidId)[0]![0] as number
    const order: Order = {
      ...{ action: OrderAction.BUY, totalQuantity: 7, orderType: OrderType.LMT, lmtPrice: 999 },
      ...{ account: OTHER, orderRef: 'BASKET:7', transmit: true, outsideRth: true },
    }
    ib.placeOrder(first, { conId: AAPL }, order)
    ib.placeOrder(first + 1, { conId: AAPL }, { ...order, lmtPrice: 1 })
    await settle()
    gateway.resume()
    gateway.time.advance(3000)
    ib.cancelOrder(first + 1)
    await settle()
    const echoed = client.of(EventName.openOrder).filter(([id]) => id === first)
    const { transmit, ...terms } = order
    expect(transmit).toBe(true)
    expect(echoed[0]?.[2]).toMatchObject(terms)
    const lines = linesOf(await gateway.record())
    const filled = lines.filter(
      ({ type, orderRef }) => type === 'execution' && orderRef === 'BASKET:7',
    )
    const told = client
      .of(EventName.execDetails)
      .map(([id, , execution]) => ({ id, ...(execution as Execution) }))
      .filter(({ orderRef }) => orderRef === 'BASKET:7')
    expect(told).toMatchObject(
      filled.map((line) => ({
        ...{ id: -1, execId: line['execId'], price: numberOf(line, 'price'), shares: 7 },
      })),
    )
    expect(filled).toHaveLength(1)
    const life = client.of(EventName.orderStatus).filter(([id]) => id === first + 1)
    expect(life.at(-1)?.slice(1, 4)).toEqual(['Cancelled', 0, 7])
    expect(client.of(EventName.error).map(([, code, id]) => [code, id])).toEqual([[202, first + 1]])
  })

  it('an advisor’s order with conditions comes back as it was sent and is shared out', async () => {
    const { ib, client, gateway } = world
    const first = client.of(EventName.nextValidId)[0]![0] as number
    const order: Order = {
      ...{ action: OrderAction.BUY, totalQuantity: 9, orderType: OrderType.LMT, lmtPrice: 999 },
      ...{ faGroup: 'BOTH', faMethod: 'Equal', orderRef: 'ADVICE:9', transmit: true },
      conditions: [
        new PriceCondition(1, TriggerMethod.Last, AAPL, 'SMART', true, AND),
        new TimeCondition('20261120 09:30:00 US/Eastern', true, AND),
      ],
      ...{ conditionsIgnoreRth: true, conditionsCancelOrder: false },
    }
    ib.placeOrder(first, { conId: AAPL }, order)
    await settle()
    gateway.resume()
    gateway.time.advance(3000)
    await settle()
    const { transmit, ...terms } = order
    expect(transmit).toBe(true)
    const echoed = client.of(EventName.openOrder).find(([id]) => id === first)
    expect(echoed?.[2]).toMatchObject(terms)
    const filled = linesOf(await gateway.record()).filter(
      ({ type, orderRef }) => type === 'execution' && orderRef === 'ADVICE:9',
    )
    expect(filled.map(({ account }) => account).sort()).toEqual([ACCOUNT, OTHER])
    ib.reqExecutions(77, {})
    await client.until(EventName.execDetailsEnd)
    await settle()
    const told = client.of(EventName.execDetails).filter(([id]) => id === 77)
    const advised = told.map(([, , one]) => one as Execution)
    for (const line of filled)
      expect(advised.find(({ execId }) => execId === line['execId'])).toMatchObject({
        ...{ acctNumber: line['account'], shares: numberOf(line, 'quantity') },
        ...{ price: numberOf(line, 'price'), permId: line['permId'] },
      })
    expect(statusOf(world, first)).toEqual(['Filled', 9, 0])
  })

  it('what is cancelled is told no more', async () => {
    const { ib, client, gateway } = world
    ib.reqMktData(90, { conId: AAPL }, '', false, false)
    ib.reqPositions()
    ib.reqAccountUpdates(true, ACCOUNT)
    ib.reqAccountSummary(91, 'All', 'NetLiquidation')
    ib.reqPnL(92, ACCOUNT, '')
    ib.reqAccountUpdatesMulti(93, ACCOUNT, '', false)
    ib.reqPositionsMulti(94, ACCOUNT, '')
    await client.until(EventName.positionMultiEnd)
    ib.cancelMktData(90)
    ib.cancelPositions()
    ib.reqAccountUpdates(false, ACCOUNT)
    ib.cancelAccountSummary(91)
    ib.cancelPnL(92)
    ib.cancelAccountUpdatesMulti(93)
    ib.cancelPositionsMulti(94)
    ib.reqCurrentTime()
    await client.until(EventName.currentTime)
    const before = client.events.length
    gateway.resume()
    gateway.time.advance(10_000)
    await settle()
    // As client 0 it hears of orders by hand, and of nothing else.
    const heard = new Set(client.events.slice(before).map(({ name }) => name))
    for (const name of ['tickPrice', 'position', 'updateAccountValue', 'updatePortfolio'])
      expect(heard).not.toContain(name)
    for (const name of ['accountSummary', 'pnl', 'accountUpdateMulti', 'positionMulti'])
      expect(heard).not.toContain(name)
    expect(client.of(EventName.error)).toEqual([])
  })
})
