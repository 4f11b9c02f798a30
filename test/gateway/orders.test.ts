import { EventName, type Contract, type Order, type OrderState } from '@stoqey/ib'
import { afterEach, describe, expect, it } from 'vitest'
import { D } from '#shared/money.ts'
import { COMBINATIONS, instrumentOf } from '#gateway/market/catalogue.ts'
import { AAPL, aGateway, endAll, openRaw, realClient, settle } from './support.ts'

afterEach(endAll)

const aFill = {
  instrument: instrumentOf(AAPL)!,
  side: 'sell' as const,
  quantity: new D(10),
  price: new D('271.5'),
  orderRef: 'CARRY:7',
  isManual: false,
}

describe('orders', () => {
  it('live from PreSubmitted through partial fills to Filled or Cancelled', async () => {
    const gateway = await aGateway({ scenario: 'busy', masterClientId: 7 })
    const client = await openRaw(gateway.port, 7)
    gateway.time.advance(20_000)
    await settle()
    const lives = new Map<string, string[]>()
    for (const tokens of client.of(3)) {
      const [, , status = '', filled, , , permId = ''] = tokens
      lives.set(permId, [...(lives.get(permId) ?? []), `${status} ${filled ?? ''}`])
    }
    // What was placed before this client came began before it could hear.
    const heard = [...lives.values()].filter(([first]) => first === 'PreSubmitted 0')
    const done = heard.filter((life) => life.at(-1)?.startsWith('Filled'))
    expect(done.length).toBeGreaterThan(50)
    for (const life of done) {
      expect(life.slice(0, 2)).toEqual(['PreSubmitted 0', 'Submitted 0'])
      const filled = life.map((step) => Number(step.split(' ')[1]))
      expect(filled).toEqual([...filled].sort((a, b) => a - b))
    }
    const cancelled = heard.filter((life) => life.at(-1)?.startsWith('Cancelled'))
    expect(cancelled.length).toBeGreaterThan(0)
    expect(cancelled.every((life) => Number(life.at(-1)?.split(' ')[1]) > 0)).toBe(true)
  })

  it('read as IB tells them, to the last field of version 193', async () => {
    const gateway = await aGateway({ masterClientId: 7 })
    const { until, of, undecoded } = await realClient(gateway.port, 7)
    gateway.fill(aFill)
    await until(EventName.commissionReport)
    const [, contract, order, state] = of(EventName.openOrder).at(-1) as [
      number,
      Contract,
      Order,
      OrderState,
    ]
    expect(contract).toMatchObject({ conId: AAPL, exchange: 'SMART' })
    expect(order).toMatchObject({
      action: 'SELL',
      totalQuantity: 10,
      orderType: 'LMT',
      lmtPrice: 271.5,
      tif: 'DAY',
      account: 'DEMO1000001',
      orderRef: 'CARRY:7',
      clientId: 13,
      deltaNeutralOrderType: 'None',
      clearingIntent: 'IB',
      adjustedOrderType: 'None',
      customerAccount: '',
      includeOvernight: false,
      extOperator: '',
    })
    expect(state.status).toBe('Filled')
    expect(undecoded()).toEqual([])
  })

  it('that are done are told with neither an order id nor a client id', async () => {
    const gateway = await aGateway()
    gateway.fill(aFill)
    const { ib, until, of } = await realClient(gateway.port, 1)
    ib.reqCompletedOrders(false)
    await until(EventName.completedOrdersEnd)
    const [, order, state] = of(EventName.completedOrder)[0] as [Contract, Order, OrderState]
    expect(order).toMatchObject({ orderRef: 'CARRY:7', filledQuantity: 10, totalQuantity: 10 })
    expect(order.orderId).toBeUndefined()
    expect(order.clientId).toBeUndefined()
    expect(state).toMatchObject({ status: 'Filled', completedStatus: 'Filled Size: 10' })
  })

  it('are shorter by six tokens at version 178', async () => {
    const gateway = await aGateway({ masterClientId: 7 })
    const now = await openRaw(gateway.port, 7)
    const then = await openRaw(gateway.port, 13, 'v157..178')
    gateway.fill(aFill)
    await settle()
    expect(now.of(5)[0]!.length - then.of(5)[0]!.length).toBe(6)
    expect(now.of(11)[0]).toEqual(then.of(11)[0])
    expect(now.of(3)[0]).toEqual(then.of(3)[0])
    expect(now.of(59)[0]).toEqual(then.of(59)[0])
  })

  it('of everybody are told to who asks for all, one’s own to who asks for one’s own', async () => {
    const gateway = await aGateway({ scenario: 'busy' })
    gateway.time.advance(2000)
    const client = await openRaw(gateway.port, 12)
    client.send(16, 1)
    await client.message(53)
    const all = client.of(5).length
    const mark = client.messages.length
    client.send(5, 1)
    await client.message(53, mark)
    const own = client.messages.slice(mark).filter(([id]) => id === '5')
    expect(own.length).toBeGreaterThan(0)
    expect(own.length).toBeLessThan(all)
    expect(own.every((tokens) => tokens[24] === '12')).toBe(true)
  })
})

describe('a combination', () => {
  it('is told as one row and its legs under one permId; only the legs are charged', async () => {
    const gateway = await aGateway({ masterClientId: 7 })
    const client = await openRaw(gateway.port, 7)
    const spread = { ...aFill, instrument: COMBINATIONS[0]! }
    const [row, ...legs] = gateway.fill({ ...spread, quantity: new D(2), price: new D('8.1') })
    await settle()
    expect(row).toMatchObject({ secType: 'BAG', quantity: '2', side: 'sell' })
    expect(legs.map(({ secType, side, quantity }) => [secType, side, quantity])).toEqual([
      ['OPT', 'sell', '2'],
      ['OPT', 'buy', '2'],
    ])
    expect(new Set([row, ...legs].map((one) => one?.['permId'])).size).toBe(1)
    expect(client.of(59).map((tokens) => tokens[2])).toEqual(legs.map(({ execId }) => execId))
  })
})
