import { BarSizeSetting, EventName, WhatToShow, type IBApi } from '@stoqey/ib'
import { afterEach, describe, expect, it } from 'vitest'
import { readCommandLine } from '#gateway/command-line.ts'
import { INSTRUMENTS } from '#gateway/market/catalogue.ts'
import { D } from '#shared/money.ts'
import { problemOf } from './second-decoder.ts'
import { AAPL, aGateway, endAll, linesOf, openRaw, realClient, settle } from './support.ts'

afterEach(endAll)

const MSFT = 272093
const VODAFONE = 135542747
const NOTHING = Array.from({ length: 11 }, () => '')
const ACCOUNTS = [
  { id: 'DEMO1', modelCode: '' },
  { id: 'DEMO2', modelCode: 'GROWTH' },
  { id: 'DEMO3', modelCode: '' },
]
const GROUPS = [{ name: 'PAIR', accounts: ['DEMO1', 'DEMO2'] }]
const advisor = { accounts: ACCOUNTS, groups: GROUPS, masterClientId: 7 }

describe('several accounts', () => {
  it('are all told by positions, each with what it holds, and trade in turns', async () => {
    const gateway = await aGateway({ ...advisor, scenario: 'busy' })
    const client = await openRaw(gateway.port, 7)
    client.send(17, 1)
    expect((await client.message(15))[2]).toBe('DEMO1,DEMO2,DEMO3')
    client.send(61, 1)
    await client.message(62)
    const held = ACCOUNTS.map(({ id }) => client.of(61).filter((row) => row[2] === id).length)
    expect(held[0]).toBeGreaterThan(held[1]!)
    expect(held[1]).toBeGreaterThan(held[2]!)
    gateway.time.advance(5000)
    await settle()
    expect(new Set(client.of(11).map((tokens) => tokens[16]))).toEqual(
      new Set(ACCOUNTS.map(({ id }) => id)),
    )
    const models = client.of(11).map((tokens) => [tokens[16], tokens[29]].join(' '))
    expect(models).toContain('DEMO2 GROWTH')
    expect(client.messages.map((one) => problemOf(one, 193)).filter(Boolean)).toEqual([])
    const lines = linesOf(await gateway.record())
    expect(new Set(lines.map(({ account }) => account).filter(Boolean)).size).toBe(3)
  })

  it('are chosen by group and by model', async () => {
    const gateway = await aGateway(advisor)
    const client = await openRaw(gateway.port, 7)
    client.send(62, 1, 900, 'PAIR', 'NetLiquidation')
    await client.message(64)
    expect(client.of(63).map((tokens) => tokens[3])).toEqual(['DEMO1', 'DEMO2'])
    client.send(74, 1, 901, 'All', 'GROWTH')
    await client.message(72)
    expect(new Set(client.of(71).map((tokens) => `${tokens[3]} ${tokens.at(-1)}`))).toEqual(
      new Set(['DEMO2 GROWTH']),
    )
    client.send(76, 1, 902, 'PAIR', '', 1)
    await client.message(74)
    expect(client.of(73).filter((tokens) => tokens[5] === 'NetLiquidation')).toHaveLength(2)
    client.send(18, 1, 1)
    expect((await client.message(16))[3]).toContain('<name>PAIR</name>')
    client.send(62, 1, 903, 'NOBODY', 'NetLiquidation')
    await client.until((told) => told[2] === '903' && told[3] === '321')
  })

  it('are updated one at a time: the next request takes the place of the last', async () => {
    const gateway = await aGateway(advisor)
    const client = await openRaw(gateway.port, 7)
    client.send(6, 2, 1, 'DEMO1')
    client.send(6, 2, 1, 'DEMO2')
    await client.until(([id, , account]) => id === '54' && account === 'DEMO2')
    const before = client.messages.length
    gateway.time.advance(4000)
    await client.message(7, before)
    const accounts = client.messages.slice(before).filter(([id]) => id === '7')
    expect(new Set(accounts.map((tokens) => tokens.at(-1)))).toEqual(new Set(['DEMO2']))
  })

  it('need one to be named by an order', async () => {
    const gateway = await aGateway(advisor)
    const { ib, of } = await realClient(gateway.port, 7)
    const order = { action: 'BUY', totalQuantity: 1, orderType: 'MKT', transmit: true } as never
    ib.placeOrder(999_000_001, { conId: AAPL }, order)
    await settle()
    expect(of(EventName.error).map(([, code]) => code)).toEqual([435])
  })
})

describe('limits', () => {
  it('on lines count those of all clients', async () => {
    const gateway = await aGateway({ marketDataLines: 3 })
    const [one, other] = [await openRaw(gateway.port, 1), await openRaw(gateway.port, 2)]
    for (const id of [900, 901]) one.send(1, 11, id, AAPL, ...NOTHING, 0, '', 0, 0, '')
    await settle()
    for (const id of [900, 901]) other.send(1, 11, id, AAPL, ...NOTHING, 0, '', 0, 0, '')
    expect((await other.until((told) => told[3] === '101'))[2]).toBe('901')
  })

  it('on requests a second are told with 100 and close the socket', async () => {
    const gateway = await aGateway({ messageRate: 50 })
    const client = await openRaw(gateway.port, 1)
    gateway.time.advance(1000)
    for (let count = 0; count < 50; count += 1) client.send(49, 1)
    await settle()
    expect(client.of(49)).toHaveLength(50)
    client.send(49, 1)
    await client.closed
    expect(client.messages.at(-1)?.slice(2, 4)).toEqual(['-1', '100'])
  })

  it('on history, if they are wished for, refuse what was just asked', async () => {
    const { ib, until, of, time } = await withPacing()
    ask(ib, 900)
    ask(ib, 901)
    await until(EventName.error)
    expect(of(EventName.error).map(([, code, id]) => [code, id])).toEqual([[162, 901]])
    // 288 bars and the pseudo-bar that ends them.
    expect(of(EventName.historicalData)).toHaveLength(289)
    // What was refused was asked, too.
    time.advance(14_999)
    ask(ib, 902)
    await settle()
    time.advance(15_000)
    ask(ib, 903)
    await answered(of, 903)
    expect(refused(of)).toEqual([901, 902])
  })

  it('refuse the sixth of a contract and kind within two seconds', async () => {
    const { ib, of, until, time } = await withPacing()
    ask(ib, 907, { show: WhatToShow.MIDPOINT })
    ask(ib, 908, { conId: MSFT })
    for (let day = 1; day <= 6; day += 1) ask(ib, 900 + day, { days: day })
    await until(EventName.error)
    expect(refused(of)).toEqual([906])
    time.advance(2_000)
    ask(ib, 909, { days: 7 })
    await answered(of, 909)
    expect(refused(of)).toEqual([906])
  })

  it('count bids with asks twice', async () => {
    const { ib, of, until } = await withPacing()
    for (let day = 1; day <= 3; day += 1)
      ask(ib, 900 + day, { days: day, show: WhatToShow.BID_ASK })
    await until(EventName.error)
    expect(refused(of)).toEqual([903])
  })

  it('keep no more than fifty open, of all clients together', async () => {
    const { ib, of, port } = await withPacing()
    const other = await realClient(port, 2)
    const shares = INSTRUMENTS.map(({ conId }) => conId)
    const each = [...shares, ...shares].map((conId, index) => ({
      ...{ conId, isKept: true },
      show: index < shares.length ? TRADES : MIDPOINT,
    }))
    each.slice(0, 30).forEach((wanted, index) => ask(ib, 900 + index, wanted))
    await answered(of, 929)
    each.slice(30, 51).forEach((wanted, index) => ask(other.ib, 930 + index, wanted))
    await other.until(EventName.error)
    expect([refused(of), refused(other.of)]).toEqual([[], [950]])
    // What is not kept up to date waits for a place, too.
    ask(other.ib, 951, { conId: MSFT, days: 3 })
    await expect.poll(() => refused(other.of)).toEqual([950, 951])
    ib.cancelHistoricalData(900)
    await settle()
    ask(other.ib, 952, { conId: MSFT, days: 2, isKept: true })
    await answered(other.of, 952)
    expect(refused(other.of)).toEqual([950, 951])
  })

  it('refuse more than sixty in ten minutes', async () => {
    const { ib, of, until, time } = await withPacing()
    const each = [AAPL, MSFT, VODAFONE].flatMap((conId) =>
      KINDS.flatMap((show) => [1, 2, 3, 4, 5].map((days) => ({ conId, show, days }))),
    )
    each.slice(0, 61).forEach((wanted, index) => ask(ib, 900 + index, wanted))
    await until(EventName.error)
    expect(refused(of)).toEqual([960])
    time.advance(600_000)
    ask(ib, 999)
    await answered(of, 999)
    expect(refused(of)).toEqual([960])
  })
})

const { TRADES, MIDPOINT, BID, ASK, ADJUSTED_LAST } = WhatToShow
const KINDS = [TRADES, MIDPOINT, BID, ASK, ADJUSTED_LAST]

async function withPacing() {
  const { port, time } = await aGateway({ hasHistoricalPacing: true })
  return { ...(await realClient(port, 1)), time, port }
}

type History = {
  readonly days: number
  readonly show: WhatToShow
  readonly conId: number
  readonly isKept: boolean
}
const ask = (ib: IBApi, id: number, wanted: Partial<History> = {}): IBApi => {
  const { days = 1, show = TRADES, conId = AAPL, isKept = false } = wanted
  const bars = days === 1 ? BarSizeSetting.MINUTES_FIVE : BarSizeSetting.DAYS_ONE
  return ib.reqHistoricalData(id, { conId }, '', `${days} D`, bars, show, 1, 1, isKept)
}
type Of = (event: EventName) => readonly (readonly unknown[])[]
/** Waits until a request was answered with bars. */
const answered = (of: Of, id: number): Promise<void> =>
  expect.poll(() => of(EventName.historicalData).map(([one]) => one)).toContain(id)
/** The requests that were refused for their pace. */
const refused = (of: Of): unknown[] =>
  of(EventName.error).flatMap(([, code, id]) => (code === 162 ? [id] : []))

describe('profit', () => {
  it('of a position is what a trade and the market made of it since the day began', async () => {
    const gateway = await aGateway()
    gateway.pause()
    const client = await openRaw(gateway.port, 1)
    client.send(94, 900, 'DEMO1000001', '', AAPL)
    const [, , quantity, daily, unrealized, realized, value] = await client.message(95)
    // 600 held since yesterday's close of 271.13 at a mark of 271.49.
    expect([quantity, realized, value]).toEqual(['600', '0.00', '162894.00'])
    expect(daily).toBe('216.00')
    expect(unrealized).toBe(new D('271.49').minus('214.3051').times(600).toFixed(2))
  })
})

describe('the command line', () => {
  it('names accounts, models, groups and limits', () => {
    const wanted = readCommandLine([
      ...['--accounts', 'DEMO1,DEMO2:GROWTH', '--group', 'PAIR=DEMO1,DEMO2', '--read-only'],
      ...['--message-rate', '50', '--market-data-lines', '10', '--historical-pacing'],
    ])
    expect(wanted).toMatchObject({
      line: {
        accounts: ACCOUNTS.slice(0, 2),
        groups: GROUPS,
        isReadOnly: true,
        messageRate: 50,
        marketDataLines: 10,
        hasHistoricalPacing: true,
      },
    })
  })

  it.each([
    ['--accounts', 'demo one'],
    ['--accounts', 'DEMO1,DEMO1'],
    ['--group', 'PAIR=NOBODY'],
    ['--market-data', 'some'],
    ['--scenario', 'many-positions:99999'],
  ])('refuses %s %s', (...args) => {
    expect(readCommandLine(args).what).toBe('refuse')
  })
})
