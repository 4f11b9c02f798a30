import { afterEach, describe, expect, it } from 'vitest'
import { D } from '#shared/money.ts'
import {
  AAPL,
  aGateway,
  endAll,
  linesOf,
  openRaw,
  settle,
  type Json,
  type TestGateway,
} from './support.ts'

afterEach(endAll)

/** A gateway at rest with a control port. */
async function atRest(): Promise<TestGateway> {
  const gateway = await aGateway({ controlPort: 0, masterClientId: 7 })
  gateway.pause()
  return gateway
}

async function tell(gateway: TestGateway, path: string, body: Json): Promise<Response> {
  return fetch(`http://127.0.0.1:${gateway.controlPort}${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
}

const held = (gateway: TestGateway, conId: number): readonly unknown[] => {
  const row = (gateway.state()['positions'] as Json[]).find((one) => one['conId'] === conId)
  return [row?.['quantity'], row?.['averageCost'], row?.['realizedPnl']]
}

const cash = (gateway: TestGateway, currency: string): string =>
  String(
    (gateway.state()['cash'] as Json[]).find((one) => one['currency'] === currency)?.['amount'],
  )

const notes = async (gateway: TestGateway): Promise<readonly unknown[]> =>
  linesOf(await gateway.record())
    .filter(({ type, why }) => type === 'corporateAction' || (type === 'cash' && why))
    .map((line) =>
      line['type'] === 'cash'
        ? [line['why'], line['amount'], line['currency']]
        : [line['action'], line['conId'], line['ratio'], line['quantity'], line['price']],
    )

const SHORT_PUT = 801200202
const SPY = 756733

describe('without an execution', () => {
  it('a split multiplies what is held and divides its cost and price', async () => {
    const gateway = await atRest()
    const client = await openRaw(gateway.port, 7)
    client.send(61, 1)
    await client.message(62)
    expect((await tell(gateway, '/split', { conId: AAPL, ratio: '4:1' })).status).toBe(200)
    gateway.time.advance(60)
    await settle()
    expect(held(gateway, AAPL)).toEqual(['2400', '53.576275', '0'])
    expect(client.of(61).at(-1)?.slice(-2)).toEqual(['2400', '53.576275'])
    expect(client.of(11)).toEqual([])
    expect(await notes(gateway)).toEqual([['split', AAPL, '4', null, null]])
  })

  it('a reverse split pays out the fraction', async () => {
    const gateway = await atRest()
    await tell(gateway, '/split', { symbol: 'MSFT', ratio: '1:20' })
    expect(held(gateway, 272093).slice(0, 2)).toEqual(['12', '8376.488'])
    // 250 shares at 472.12 are twelve and a half at 9442.40.
    const [, , inLieu] = await notes(gateway)
    expect(inLieu).toEqual(['cash in lieu MSFT', '4721.2', 'USD'])
  })

  it('an assignment takes short puts away and brings the shares at the strike', async () => {
    const gateway = await atRest()
    await tell(gateway, '/assign', { conId: SHORT_PUT, quantity: 3 })
    // Three of eight, sold for 1589.3472 each, are bought back for nothing.
    expect(held(gateway, SHORT_PUT)).toEqual(['-5', '1589.3472', '4768.0416'])
    expect(held(gateway, SPY)[0]).toBe('750')
    expect(cash(gateway, 'USD')).toBe(new D('412806.37').minus(300 * 550).toFixed())
    expect((await tell(gateway, '/assign', { conId: 801200101, quantity: 1 })).status).toBe(400)
  })

  it('an option expires worthless, or is exercised; a future is settled in cash', async () => {
    const gateway = await atRest()
    await tell(gateway, '/expire', { conId: SHORT_PUT })
    expect(held(gateway, SHORT_PUT)).toEqual(['0', '0', '12714.7776'])
    await tell(gateway, '/expire', { conId: 802100101 })
    const settled = new D('6618.75').times(150).minus(new D('329812.2538').times(3))
    expect(cash(gateway, 'USD')).toBe(new D('412806.37').plus(settled).toFixed())
    const client = await openRaw(gateway.port, 7)
    client.send(9, 8, 900, SHORT_PUT, ...Array.from({ length: 11 }, () => ''), 0, '', '', '')
    await client.until((told) => told[2] === '900' && told[3] === '200')
  })

  it('dividends, deposits, fees, interest and conversions move cash, and say why', async () => {
    const gateway = await atRest()
    await tell(gateway, '/dividend', { symbol: 'SAP', perShare: '2.2', taxed: '0.15' })
    await tell(gateway, '/dividend', { symbol: 'TSLA', perShare: 1 })
    await tell(gateway, '/deposit', { currency: 'GBP', amount: '-1000.5' })
    await tell(gateway, '/fee', { amount: 4.5, why: 'market data' })
    await tell(gateway, '/interest', { currency: 'EUR', amount: '1.23' })
    await tell(gateway, '/convert', { from: 'EUR', to: 'USD', amount: 100, rate: '1.15' })
    expect((await notes(gateway)).filter((note) => (note as unknown[]).length === 3)).toEqual([
      ['dividend SAP', '330', 'EUR'],
      ['tax SAP', '-49.5', 'EUR'],
      ['dividend TSLA', '-120', 'USD'],
      ['withdrawal', '-1000.5', 'GBP'],
      ['fee market data', '-4.5', 'USD'],
      ['interest', '1.23', 'EUR'],
      ['conversion EUR to USD', '-100', 'EUR'],
      ['conversion EUR to USD', '115', 'USD'],
    ])
    expect(cash(gateway, 'EUR')).toBe('96296.55')
  })

  it('a dividend may be paid later: accrued until then, for what was held', async () => {
    const gateway = await atRest()
    const client = await openRaw(gateway.port, 7)
    client.send(6, 2, 1, 'DEMO1000001')
    const value = async (key: string): Promise<string | undefined> => {
      gateway.time.advance(60)
      const from = client.messages.length
      client.send(49, 1)
      await client.message(49, from)
      return client.of(6).findLast((row) => row[2] === key && row[4] === 'USD')?.[3]
    }
    const before = Number(await value('NetLiquidation'))
    await tell(gateway, '/dividend', { symbol: 'AAPL', perShare: '0.26', payAfter: 3600 })
    expect(await value('AccruedDividend')).toBe('156.00')
    expect(await value('NetDividend')).toBe('156.00')
    expect(Number(await value('NetLiquidation'))).toBeCloseTo(before + 156, 2)
    expect(cash(gateway, 'USD')).toBe('412806.37')
    await tell(gateway, '/fill', { symbol: 'AAPL', side: 'sell', quantity: 600, price: '271.5' })
    const sold = new D(cash(gateway, 'USD'))
    gateway.time.advance(3_600_000)
    expect(await value('AccruedDividend')).toBe('0.00')
    expect(cash(gateway, 'USD')).toBe(sold.plus(156).toFixed())
    const [note] = linesOf(await gateway.record()).filter(({ action }) => action === 'dividend')
    expect(note).toMatchObject({ conId: AAPL, price: '0.26', held: '600', quantity: null })
  })

  it('an exercise brings the shares at the strike, as many as are held', async () => {
    const gateway = await atRest()
    const told = await tell(gateway, '/exercise', { conId: 801200101, quantity: 99 })
    expect(await told.json()).toEqual({ conId: 801200101, quantity: '10' })
    expect(held(gateway, 801200101)[0]).toBe('0')
    expect(held(gateway, AAPL)[0]).toBe('1600')
    expect(cash(gateway, 'USD')).toBe(new D('412806.37').minus(1000 * 280).toFixed())
    expect((await tell(gateway, '/exercise', { conId: SHORT_PUT, quantity: 1 })).status).toBe(400)
  })

  it('everything is valued on demand', async () => {
    const gateway = await atRest()
    const told = (await (await tell(gateway, '/value', {})).json()) as Json
    expect(told).toMatchObject({ type: 'valuation', occasion: 'asked', day: '2026-11-20' })
    expect(told['rates']).toEqual({ USD: '1', EUR: '1.15135', GBP: '1.30985' })
    expect((told['marks'] as Json)[AAPL]).toBe('271.49')
    const lines = linesOf(await gateway.record()).filter(({ type }) => type === 'valuation')
    expect(lines.map(({ occasion }) => occasion)).toEqual(['opening', 'asked'])
    expect(lines[1]).toEqual(told)
  })

  it.each([
    ['/split', { conId: 1, ratio: 2 }],
    ['/deposit', { amount: 1, currency: 'CHF' }],
    ['/advance', { seconds: 1 }],
    ['/advance', { seconds: 99_999_999 }],
    ['/split', { conId: AAPL, ratio: 0 }],
    ['/split', { symbol: 'ES', ratio: 2 }],
    ['/expire', { conId: AAPL }],
    ['/deposit', { amount: 0 }],
    ['/deposit', { amount: 1, account: 'NOBODY' }],
    ['/convert', { from: 'USD', to: 'XXX', amount: 1 }],
    ['/dividend', { conId: AAPL }],
  ])('%s of %j is refused with a sentence', async (path, body) => {
    const told = await tell(await atRest(), path, body)
    expect(told.status).toBe(400)
    expect(((await told.json()) as Json)['error']).toMatch(/\.$/)
  })
})

describe('an execution nobody is told of', () => {
  const fill = { fx: 'EUR.USD', side: 'buy', quantity: 1000, price: '1.15' }

  it.each([
    [false, 1],
    [true, 0],
  ])('for good: %s, is in %i answers', async (forGood, answers) => {
    const gateway = await atRest()
    const client = await openRaw(gateway.port, 7)
    await tell(gateway, '/miss', { count: 1, forGood })
    expect((await tell(gateway, '/fill', fill)).status).toBe(200)
    await settle()
    expect(client.of(11)).toEqual([])
    client.send(7, 3, 901, '', '', '', '', '', '', '')
    await client.message(55)
    expect(client.of(11)).toHaveLength(answers)
    await tell(gateway, '/fill', fill)
    expect((await client.until(([id, request]) => id === '11' && request === '-1'))[5]).toBe('CASH')
  })

  it('for good, can be found again, the oldest first', async () => {
    const gateway = await atRest()
    const client = await openRaw(gateway.port, 7)
    await tell(gateway, '/miss', { count: 3, forGood: true })
    for (let times = 0; times < 3; times += 1) await tell(gateway, '/fill', fill)
    expect(await (await tell(gateway, '/find', { count: 1 })).json()).toEqual({ count: 1 })
    const answered = async (request: number) => {
      client.send(7, 3, request, '', '', '', '', '', '', '')
      await client.until(([id, , of]) => id === '55' && of === String(request))
      return client.of(11).filter(([, of]) => of === String(request)).length
    }
    expect(await answered(901)).toBe(1)
    expect(await (await tell(gateway, '/find', {})).json()).toEqual({ count: 2 })
    expect(await answered(902)).toBe(3)
  })
})

it('the end of a day sweeps futures and forgets its executions', async () => {
  const gateway = await atRest()
  await tell(gateway, '/fill', { symbol: 'KO', side: 'buy', quantity: 10 })
  gateway.time.advance(2000)
  await tell(gateway, '/end-day', {})
  const client = await openRaw(gateway.port, 7)
  client.send(7, 3, 901, '', '', '', '', '', '', '')
  await client.message(55)
  expect(client.of(11)).toEqual([])
  expect((await notes(gateway)).flat()).toContain('variation ESZ7')
})
