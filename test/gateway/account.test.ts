import { EventName } from '@stoqey/ib'
import { afterEach, describe, expect, it } from 'vitest'
import { D } from '#shared/money.ts'
import { instrumentOf } from '#gateway/market/catalogue.ts'
import { AAPL, ACCOUNT, aGateway, endAll, openRaw, realClient, settle } from './support.ts'

afterEach(endAll)

const buyOfAapl = {
  instrument: instrumentOf(AAPL)!,
  side: 'buy' as const,
  quantity: new D(10),
  price: new D('271.5'),
  orderRef: 'MOMENTUM:1',
  isManual: false,
}

describe('positions', () => {
  it('come with their average cost, multiplier included, and an end', async () => {
    const { port } = await aGateway()
    const { ib, until, of } = await realClient(port, 1)
    ib.reqPositions()
    await until(EventName.positionEnd)
    const rows = of(EventName.position)
    expect(rows.length).toBeGreaterThanOrEqual(30)
    const costs = new Map(
      rows.map(([, contract, , cost]) => [(contract as { conId: number }).conId, cost]),
    )
    expect(costs.get(AAPL)).toBe(214.3051)
    expect(costs.get(802100101)).toBe(329812.2538)
    // London is quoted in pence; the cost is in pounds.
    expect(costs.get(135542747)).toBe(0.7123)
  })

  it('are told again when they change, with 0 when they are closed, until cancelled', async () => {
    const gateway = await aGateway()
    const client = await openRaw(gateway.port, 1)
    client.send(61, 1)
    await client.message(62)
    const before = client.messages.length
    gateway.fill({ ...buyOfAapl, side: 'sell', quantity: new D(600) })
    gateway.time.advance(60)
    expect((await client.message(61, before)).slice(3, 5)).toEqual([String(AAPL), 'AAPL'])
    expect(client.of(61).at(-1)?.slice(-2)).toEqual(['0', '0'])
    client.send(64, 1)
    await settle()
    const after = client.of(61).length
    gateway.fill(buyOfAapl)
    gateway.time.advance(60)
    await settle()
    expect(client.of(61)).toHaveLength(after)
  })
})

describe('account updates', () => {
  it('hold a block for each currency and one called BASE, the portfolio, and an end', async () => {
    const { port } = await aGateway()
    const { ib, until, of } = await realClient(port, 1)
    ib.reqAccountUpdates(true, ACCOUNT)
    await until(EventName.accountDownloadEnd)
    const values = new Map(
      of(EventName.updateAccountValue).map(([key, value, currency]) => [
        `${String(key)} ${String(currency)}`,
        value,
      ]),
    )
    expect(values.get('AccountCode ')).toBe(ACCOUNT)
    expect(values.get('AccountReady ')).toBe('true')
    expect(values.get('CashBalance USD')).toBe('412806.37')
    expect(values.get('CashBalance EUR')).toBe('96114.82')
    expect(values.get('CashBalance GBP')).toBe('41873.15')
    expect(values.get('ExchangeRate EUR')).toBe('1.15135')
    expect(values.get('ExchangeRate BASE')).toBe('1')
    const base = ['USD', 'EUR', 'GBP'].reduce(
      (sum, currency) =>
        sum.plus(
          new D(String(values.get(`CashBalance ${currency}`))).times(
            String(values.get(`ExchangeRate ${currency}`)),
          ),
        ),
      new D(0),
    )
    // Currencies are told in up to four places: their sum is the total's to the cent.
    expect(new D(String(values.get('CashBalance BASE'))).toFixed(2)).toBe(base.toFixed(2))
    expect(values.has('NetLiquidation USD')).toBe(true)
    expect(of(EventName.updatePortfolio).length).toBeGreaterThanOrEqual(30)
    expect(of(EventName.updateAccountTime).at(-1)).toEqual(['10:00'])
  })

  it('tell values of quantity × price × multiplier, in pounds where pence are quoted', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    client.send(6, 2, 1, '')
    await client.message(54)
    const rows = new Map(client.of(7).map((tokens) => [tokens[2], tokens]))
    // conId … account: quantity is token 13, then price, value, cost, unrealised, realised.
    expect(rows.get('135542747')?.slice(13, 16)).toEqual(['22000', '0.9262', '20376.4'])
    expect(rows.get('802100101')?.slice(13, 16)).toEqual(['3', '6618.75', '992812.5'])
  })

  it('follow a trade: the changed values and the instrument’s row', async () => {
    const gateway = await aGateway()
    const client = await openRaw(gateway.port, 1)
    client.send(6, 2, 1, ACCOUNT)
    await client.message(54)
    const before = client.messages.length
    gateway.fill(buyOfAapl)
    gateway.time.advance(60)
    await client.message(8, before)
    const told = client.messages.slice(before)
    expect(told.filter(([id]) => id === '7').map((tokens) => tokens[13])).toEqual(['610'])
    expect(told.filter(([, , key]) => key === 'CashBalance').map((tokens) => tokens[4])).toEqual([
      'USD',
      'BASE',
    ])
  })

  it('end with the request that says so', async () => {
    const gateway = await aGateway()
    const client = await openRaw(gateway.port, 1)
    client.send(6, 2, 1, ACCOUNT)
    await client.message(54)
    client.send(6, 2, 0, ACCOUNT)
    await settle()
    const before = client.messages.length
    gateway.fill(buyOfAapl)
    gateway.time.advance(5000)
    await settle()
    expect(client.messages).toHaveLength(before)
  })

  it('are refused for an account that is not here', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    client.send(6, 2, 1, 'U0000000')
    expect((await client.until((told) => told[3] === '321'))[2]).toBe('-1')
  })
})

describe('account summaries', () => {
  const asked = async (tags: string): Promise<readonly string[][]> => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    client.send(62, 1, 900, 'All', tags)
    await client.message(64)
    return client.of(63).map((tokens) => tokens.slice(4))
  }

  it('answer the tags asked for', async () => {
    const rows = await asked('NetLiquidation,AccountType')
    expect(rows.map(([tag, , currency]) => [tag, currency])).toEqual([
      ['NetLiquidation', 'USD'],
      ['AccountType', ''],
    ])
  })

  it.each([
    ['$LEDGER', ['BASE']],
    ['$LEDGER:EUR', ['EUR']],
    ['$LEDGER:ALL', ['BASE', 'EUR', 'GBP', 'USD']],
  ])('answer %s with the currencies %s', async (tag, currencies) => {
    const rows = await asked(tag)
    expect([...new Set(rows.map(([, , currency]) => currency))].sort()).toEqual(currencies)
  })

  it('are at most two at a time', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    for (const id of [900, 901, 902]) client.send(62, 1, id, 'All', 'NetLiquidation')
    expect((await client.until((told) => told[3] === '322'))[2]).toBe('902')
    client.send(63, 1, 900)
    client.send(62, 1, 903, 'All', 'NetLiquidation')
    await client.until(([id, , request]) => id === '64' && request === '903')
  })
})
