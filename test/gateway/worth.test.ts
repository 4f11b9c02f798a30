import { afterEach, describe, expect, it } from 'vitest'
import { ZERO, type Decimal } from '#shared/money.ts'
import { SCENARIOS } from '#gateway/scenario/scenarios.ts'
import { assertBalances, bookOfRecord, type RecordBook } from './record-book.ts'
import {
  ACCOUNT,
  aGateway,
  endAll,
  linesOf,
  openRaw,
  rawClient,
  settle,
  type Json,
  type RawClient,
  type TestGateway,
} from './support.ts'

afterEach(endAll)

const ACCOUNTS = [
  { id: ACCOUNT, modelCode: '' },
  { id: 'DEMO2000002', modelCode: '' },
]
const HOUR_MS = 3_600_000
/** Midnight in New York, Monday. */
const MONDAY = Date.UTC(2026, 10, 16, 5)

const CLIENT = 900
const ROUNDS = 4

/** A client of a gateway at rest, however long that one is still away or silent. */
async function reach(gateway: TestGateway): Promise<RawClient> {
  for (;;) {
    const probe = rawClient(gateway.port)
    const isThere = await Promise.race([
      new Promise<boolean>((resolve) => probe.socket.once('connect', () => resolve(true))),
      probe.closed.then(() => false),
    ])
    probe.socket.destroy()
    gateway.time.advance(1000)
    await settle(2)
    if (!isThere) continue
    const client = await Promise.race([openRaw(gateway.port, CLIENT), settle(300)])
    if (client !== undefined) return client
    gateway.time.advance(5000)
  }
}

/** The market stands still and nothing goes wrong any more; everything told late has arrived. */
function calmDown(gateway: TestGateway): void {
  gateway.setScenario('calm')
  gateway.pause()
  gateway.time.advance(20_000)
}

/** The last a client heard of each value and holding of the account. */
type Wire = {
  readonly client: RawClient
  readonly values: Map<string, string>
  readonly portfolio: Map<string, readonly string[]>
  readonly positions: Map<string, readonly string[]>
}

const wireOf = (client: RawClient): Wire => ({
  client,
  values: new Map(),
  portfolio: new Map(),
  positions: new Map(),
})

/** Takes in everything said so far. */
async function listen({ client, values, portfolio, positions }: Wire): Promise<void> {
  const from = client.messages.length
  client.send(49, 1)
  await client.message(49, from)
  for (const row of client.messages) {
    const [id, , key = '', third = '', currency = ''] = row
    if (id === '6') values.set(`${key} ${currency}`, third)
    if (id === '7') portfolio.set(key, row)
    if (id === '61' && key === ACCOUNT) positions.set(third, row)
  }
  client.messages.length = 0
}

const NEAR = 1e-9
const isNear = (some: string | undefined, other: { toNumber: () => number }): boolean => {
  const value = other.toNumber()
  return Math.abs(Number(some) - value) <= NEAR * Math.max(1, Math.abs(value))
}

/** What somebody says and what it should be; told apart as texts. */
type Claim = readonly [name: string, told: string | undefined, meant: string]

/** Money of a currency has up to four places, and at least two. */
const finely = (value: Decimal): string => {
  const rounded = value.toDecimalPlaces(4)
  return rounded.toFixed(Math.max(2, rounded.decimalPlaces()))
}

const noMinus = (money: string | undefined): string | undefined =>
  money?.replace(/^-0\.00$/, '0.00')

function moneyClaims({ values }: Wire, book: RecordBook, valuation: Json): readonly Claim[] {
  const rates = Object.entries(valuation['rates'] as Record<string, string>)
  const futures = book.futuresPnl(valuation)
  return rates
    .filter(([currency]) => values.has(`CashBalance ${currency}`))
    .flatMap(([currency, rate]): readonly Claim[] => {
      const told = (key: string): string | undefined => noMinus(values.get(`${key} ${currency}`))
      const meant = (sums: ReadonlyMap<string, Decimal>): string =>
        noMinus(finely(sums.get(`${ACCOUNT} ${currency}`) ?? ZERO)) ?? ''
      return [
        [`cash ${currency}`, told('CashBalance'), meant(book.cash)],
        [`futures ${currency}`, told('FuturesPNL'), meant(futures)],
        [`accrued ${currency}`, told('NetDividend'), meant(book.accrued)],
        [`rate ${currency}`, told('ExchangeRate'), rate],
      ]
    })
}

function holdingClaims({ positions, portfolio }: Wire, book: RecordBook): readonly Claim[] {
  const held = [...book.held.values()].filter(
    ({ account, quantity }) => account === ACCOUNT && !quantity.isZero(),
  )
  const known = new Set(held.map(({ conId }) => String(conId)))
  const others = [...positions].filter(([conId]) => !known.has(conId))
  return [
    ...held.flatMap(({ conId, quantity, averageCost }): readonly Claim[] => {
      const row = positions.get(String(conId)) ?? []
      const shown = portfolio.get(String(conId)) ?? []
      const [size = '', cost = ''] = row.slice(14)
      return [
        [`${conId}`, size, quantity.toFixed()],
        [`${conId} cost`, cost, isNear(cost, averageCost) ? cost : averageCost.toFixed()],
        [`${conId} in the portfolio`, shown[13], size],
        [`${conId} its cost there`, shown[16], cost],
      ]
    }),
    ...others.map(([conId, row]): Claim => [conId, row[14], '0']),
  ]
}

/** Everything the wire, the valuation and the lines of the record disagree about. */
function disagreements(wire: Wire, book: RecordBook, valuation: Json): readonly string[] {
  const worth = book.worth(ACCOUNT, valuation)
  const [own] = valuation['accounts'] as Json[]
  const valued = String(own?.['netLiquidation'])
  const claims: readonly Claim[] = [
    ...moneyClaims(wire, book, valuation),
    ['worth', wire.values.get('NetLiquidation USD'), worth.toFixed(2)],
    ['valued', valued, isNear(valued, worth) ? valued : worth.toFixed()],
    ...holdingClaims(wire, book),
  ]
  return claims
    .filter(([, told, meant]) => told !== meant)
    .map(([name, told, meant]) => `${name}: ${String(told)}, not ${meant}`)
}

async function compare(gateway: TestGateway, wire: Wire): Promise<readonly string[]> {
  await listen(wire)
  const valuation = gateway.value()
  const lines = linesOf(await gateway.record())
  assertBalances(lines)
  return disagreements(wire, bookOfRecord(lines), valuation)
}

async function subscribed(gateway: TestGateway): Promise<RawClient> {
  const client = await reach(gateway)
  client.send(61, 1)
  client.send(6, 2, 1, ACCOUNT)
  await client.message(54)
  return client
}

describe('the account on the wire is the account of the record, to the cent', () => {
  it.each(SCENARIOS.map(({ name }) => name))('in %s', async (name) => {
    const sized = { flood: 'flood:400@100', 'many-positions': 'many-positions:40' }[name] ?? name
    const gateway = await aGateway({ scenario: sized, seed: `worth ${name}`, masterClientId: 0 })
    for (let round = 0; round < ROUNDS; round += 1) {
      gateway.time.advance(7000 + 3700 * round)
      calmDown(gateway)
      const client = await subscribed(gateway)
      expect(await compare(gateway, wireOf(client))).toEqual([])
      client.socket.destroy()
      await settle(2)
      gateway.setScenario(sized)
      gateway.resume()
    }
  })
})

/** A week with a client that stays; answers the record and what the client and it disagree on. */
async function liveThrough(seed: string): Promise<{ lines: readonly Json[]; wrong: string[] }> {
  const gateway = await aGateway(
    { scenario: 'week', seed, masterClientId: CLIENT, accounts: ACCOUNTS },
    MONDAY,
  )
  const client = await openRaw(gateway.port, CLIENT)
  client.send(61, 1)
  client.send(6, 2, 1, ACCOUNT)
  const wire = wireOf(client)
  const wrong: string[] = []
  for (let hour = 1; hour <= 5 * 24; hour += 1) {
    gateway.time.advance(HOUR_MS)
    await listen(wire)
    if (hour % 24 !== 0 && hour % 7 !== 0) continue
    gateway.pause()
    gateway.time.advance(180_000)
    wrong.push(...(await compare(gateway, wire)).map((one) => `hour ${hour}: ${one}`))
    gateway.resume()
  }
  const lines = linesOf(await gateway.record())
  return { lines, wrong }
}

/** Its type and the first word of what it was. */
function kindOf({ type, action, why }: Json): string {
  const what = typeof action === 'string' ? action : typeof why === 'string' ? why : ''
  return `${String(type)} ${what.split(' ')[0] ?? ''}`
}

const withoutSending = (lines: readonly Json[]): readonly Json[] =>
  lines.filter(({ type }) => type !== 'sent').map((line) => ({ ...line, sentAt: null }))

describe('a simulated week', () => {
  it.each(['1', 'rain'])('of seed %s is on the wire what it is in the record', async (seed) => {
    const { lines, wrong } = await liveThrough(seed)
    expect(wrong).toEqual([])
    const kinds = new Set(lines.map(kindOf))
    for (const kind of [
      'split',
      'assignment',
      'delivery',
      'exercise',
      'expiry',
      'dividend',
      'cash',
    ])
      expect(kinds).toContain(`corporateAction ${kind}`)
    for (const kind of ['deposit', 'withdrawal', 'fee', 'interest', 'dividend', 'variation'])
      expect(kinds).toContain(`cash ${kind}`)
    expect(kinds).toContain('conversion ')
    expect(kinds).toContain('accrual dividend')
    const executions = lines.filter(({ type }) => type === 'execution')
    const revisions = new Set(executions.map(({ revision }) => revision))
    expect(revisions).toEqual(new Set([1, 2]))
    // Nobody was told of them as they happened.
    const sent = new Set(lines.filter(({ type }) => type === 'sent').map(({ execId }) => execId))
    const missed = executions.filter((one) => one['sentAt'] === null && !sent.has(one['execId']))
    expect(missed.length).toBeGreaterThan(20)
  })

  it('ends each day with what every account is worth by the lines before', async () => {
    const gateway = await aGateway({ scenario: 'week', accounts: ACCOUNTS }, MONDAY)
    gateway.time.advance(5 * 24 * HOUR_MS)
    const lines = linesOf(await gateway.record())
    const ends = lines.flatMap((line, index) => (line['occasion'] === 'day end' ? [index] : []))
    expect(ends.map((index) => lines[index]?.['day'])).toEqual([
      ...['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20'],
    ])
    for (const index of ends) {
      const valuation = lines[index]!
      const book = bookOfRecord(lines.slice(0, index))
      for (const one of valuation['accounts'] as Json[]) {
        const worth = book.worth(String(one['account']), valuation)
        expect(worth.minus(String(one['netLiquidation'])).abs().toNumber()).toBeLessThan(1e-9)
        expect(one['futuresPnl']).toEqual({})
      }
    }
  })

  it('is the same for the same seed, whoever listens', async () => {
    const alone = await aGateway({ scenario: 'week', seed: 'twin', accounts: ACCOUNTS }, MONDAY)
    alone.time.advance(24 * HOUR_MS)
    const watched = await aGateway(
      { scenario: 'week', seed: 'twin', accounts: ACCOUNTS, masterClientId: CLIENT },
      MONDAY,
    )
    const client = await openRaw(watched.port, CLIENT)
    client.send(61, 1)
    watched.time.advance(24 * HOUR_MS)
    client.send(49, 1)
    await client.message(49)
    const [one, other] = await Promise.all([alone.record(), watched.record()])
    expect(client.of(11).length).toBeGreaterThan(500)
    expect(withoutSending(linesOf(other))).toEqual(withoutSending(linesOf(one)))
  })
})
