import { EventName, type Contract, type Execution } from '@stoqey/ib'
import { afterEach, describe, expect, it } from 'vitest'
import { D } from '#shared/money.ts'
import { filterTime, replayedSince } from '#gateway/answers/executions.ts'
import { instrumentOfSymbol } from '#gateway/market/catalogue.ts'
import { AAPL, aGateway, endAll, manualTime, openRaw, realClient, settle } from './support.ts'

afterEach(endAll)

const fillOf = (symbol: string, orderRef: string, isManual = false) => ({
  instrument: instrumentOfSymbol(symbol)!,
  side: 'buy' as const,
  quantity: new D(10),
  price: new D('271.5'),
  orderRef,
  isManual,
})

describe('an execution', () => {
  it('reads as IB tells one', async () => {
    const gateway = await aGateway({ masterClientId: 7 })
    const { of, until } = await realClient(gateway.port, 7)
    gateway.fill({ ...fillOf('AAPL', 'MOMENTUM:2026-11-21-0012'), quantity: new D('10') })
    await until(EventName.commissionReport)
    const [requestId, contract, execution] = of(EventName.execDetails)[0] as [
      number,
      Contract,
      Execution,
    ]
    expect(requestId).toBe(-1)
    expect(contract).toMatchObject({ conId: AAPL, symbol: 'AAPL', secType: 'STK', multiplier: 0 })
    expect(execution).toMatchObject({
      execId: expect.stringMatching(/^[0-9a-f]{8}\.[0-9a-f]{8}\.01\.01$/) as string,
      time: '20261120 10:00:00 US/Eastern',
      side: 'BOT',
      shares: 10,
      price: 271.5,
      clientId: 11,
      cumQty: 10,
      avgPrice: 271.5,
      orderRef: 'MOMENTUM:2026-11-21-0012',
      pendingPriceRevision: false,
    })
  })

  it('tells its time in the zone of its instrument', async () => {
    const gateway = await aGateway({ masterClientId: 7 })
    const client = await openRaw(gateway.port, 7)
    for (const symbol of ['SAP', 'VOD', 'ES']) gateway.fill(fillOf(symbol, 'TREND:1'))
    await settle()
    expect(client.of(11).map((tokens) => tokens[15])).toEqual([
      '20261120 16:00:00 MET',
      '20261120 15:00:00 GB-Eire',
      '20261120 09:00:00 US/Central',
    ])
  })

  it('has an id no other run of the same seed uses', async () => {
    const runs = await Promise.all([aGateway(), aGateway({ run: 1 })])
    const [one, other] = runs.map((run) => run.fill(fillOf('AAPL', 'TREND:1'))[0]?.['execId'])
    expect(one).not.toBe(other)
  })

  it('that opens realises nothing; one that closes tells its P&L after commissions', async () => {
    const gateway = await aGateway({ masterClientId: 7 })
    const client = await openRaw(gateway.port, 7)
    gateway.fill(fillOf('AAPL', 'TREND:1'))
    gateway.fill({ ...fillOf('AAPL', 'TREND:1'), side: 'sell', price: new D('300') })
    await settle()
    const [opening, closing] = client.of(59)
    expect(opening?.[5]).toBe('1.7976931348623157E308')
    // 610 at (600 × 214.3051 + 10 × 271.5 + 1) / 610; sold 10 at 300 for a commission of 1.
    const average = new D('214.3051').times(600).plus(2716).dividedBy(610)
    const realized = new D(3000).minus(average.times(10)).minus(1)
    expect(Number(closing?.[5])).toBeCloseTo(realized.toNumber(), 8)
  })
})

describe('a request for executions', () => {
  it('is answered with everybody’s, each with its commission, and an end', async () => {
    const gateway = await aGateway()
    gateway.fill(fillOf('AAPL', 'MOMENTUM:1'))
    gateway.fill(fillOf('SAP', 'MEANREV/2'))
    gateway.fill(fillOf('KO', '', true))
    const client = await openRaw(gateway.port, 500)
    client.send(7, 3, 901, '', '', '', '', '', '', '')
    await client.message(55)
    expect(client.messages.slice(-7).map(([id]) => id)).toEqual([
      '11',
      '59',
      '11',
      '59',
      '11',
      '59',
      '55',
    ])
    expect(client.of(11).every((tokens) => tokens[1] === '901')).toBe(true)
  })

  it.each([
    ['clientId', [11, '', '', '', '', '', ''], ['AAPL']],
    ['account', ['', 'DU1', '', '', '', '', ''], []],
    ['symbol', ['', '', '', 'SAP', '', '', ''], ['SAP']],
    ['secType', ['', '', '', '', 'FUT', '', ''], ['ES']],
    ['exchange', ['', '', '', '', '', 'CME', ''], ['ES']],
    ['side', ['', '', '', '', '', '', 'SELL'], ['ES']],
    ['time with a zone', ['', '', '20261120 10:00:01 US/Eastern', '', '', '', ''], ['SAP', 'ES']],
    ['time in UTC', ['', '', '20261120-15:00:02', '', '', '', ''], ['ES']],
  ])('honours the filter by %s', async (_, filter, symbols) => {
    const gateway = await aGateway()
    gateway.pause()
    gateway.fill(fillOf('AAPL', 'MOMENTUM:1'))
    gateway.time.advance(1000)
    gateway.fill(fillOf('SAP', 'MEANREV/2'))
    gateway.time.advance(1000)
    gateway.fill({ ...fillOf('ES', 'TREND:3'), side: 'sell' })
    const client = await openRaw(gateway.port, 500)
    client.send(7, 3, 901, ...filter)
    await client.message(55)
    expect(client.of(11).map((tokens) => tokens[4])).toEqual(symbols)
  })

  it.each([
    [0, 1],
    [1, 2],
  ])('with %i replayed days reaches back to the midnight then', async (replayDays, count) => {
    // 03:00 UTC is still the evening before in New York.
    const time = manualTime(Date.UTC(2026, 10, 20, 3))
    const gateway = await aGateway({ clock: time, scheduler: time, replayDays })
    gateway.pause()
    gateway.fill(fillOf('AAPL', 'MOMENTUM:1'))
    time.advance(3_600_000 * 6)
    gateway.fill(fillOf('KO', 'MOMENTUM:2'))
    const client = await openRaw(gateway.port, 500)
    client.send(7, 3, 901, '', '', '', '', '', '', '')
    await client.message(55)
    expect(client.of(11)).toHaveLength(count)
  })

  it('returns a corrected execution at its last revision only', async () => {
    const gateway = await aGateway()
    const [execution] = gateway.fill(fillOf('AAPL', 'MOMENTUM:1'))
    gateway.correct(String(execution?.['execId']), { price: new D('270'), quantity: null })
    const client = await openRaw(gateway.port, 500)
    client.send(7, 3, 901, '', '', '', '', '', '', '')
    await client.message(55)
    expect(client.of(11).map((tokens) => [tokens[14]?.slice(-3), tokens[20]])).toEqual([
      ['.02', '270'],
    ])
  })
})

describe('a filter’s time', () => {
  it.each([
    ['20261120-14:30:00', Date.UTC(2026, 10, 20, 14, 30)],
    ['20261120 14:30:00 UTC', Date.UTC(2026, 10, 20, 14, 30)],
    ['20261120 09:30:00 US/Eastern', Date.UTC(2026, 10, 20, 14, 30)],
    ['20261120  09:30:00', Date.UTC(2026, 10, 20, 14, 30)],
    ['20260720 09:30:00 US/Eastern', Date.UTC(2026, 6, 20, 13, 30)],
    ['20261120 22:30:00 Asia/Hong_Kong', Date.UTC(2026, 10, 20, 14, 30)],
  ])('%s is understood', (text, at) => {
    expect(filterTime(text)?.at).toBe(at)
  })

  it.each(['yesterday', '20261120', '20261120 09:30:00 Mars/Base', '20261399-99:99:99'])(
    '%s is refused',
    (text) => {
      expect(filterTime(text)).toBeNull()
    },
  )
})

it('midnight is New York’s, also on the days the clocks change', () => {
  expect(replayedSince(Date.UTC(2026, 10, 1, 18), 0)).toBe(Date.UTC(2026, 10, 1, 4))
  expect(replayedSince(Date.UTC(2026, 10, 2, 18), 1)).toBe(Date.UTC(2026, 10, 1, 4))
  expect(replayedSince(Date.UTC(2026, 2, 8, 18), 0)).toBe(Date.UTC(2026, 2, 8, 5))
})
