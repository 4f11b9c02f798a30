import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { D, ZERO, type Decimal } from '#shared/money.ts'
import { averageCost, book, FLAT, type BookedFill } from '#gateway/broker/holding.ts'
import { fixed } from '#gateway/fixed.ts'
import { instrumentOf, instrumentOfSymbol } from '#gateway/market/catalogue.ts'
import { SCENARIOS } from '#gateway/scenario/scenarios.ts'
import { AAPL, aGateway, endAll, linesOf, type Json } from './support.ts'

afterEach(endAll)

/** A fill of so many at a price, for a commission; point value 1. */
const fill = (quantity: number, price: string, commission = '0'): BookedFill => ({
  quantity: fixed(new D(quantity)),
  worth: fixed(new D(price).times(quantity)),
  commission: fixed(new D(commission)),
})

const after = (...fills: readonly BookedFill[]) =>
  fills.reduce((holding, one) => book(holding, one).holding, FLAT)

describe('the broker’s average cost', () => {
  it('holds the opening commission', () => {
    expect(averageCost(after(fill(100, '10', '1'))).toFixed()).toBe('10.01')
    expect(averageCost(after(fill(-100, '10', '1'))).toFixed()).toBe('9.99')
  })

  it('stays when a part is closed; the closing commission is realised', () => {
    const opened = after(fill(100, '10', '1'))
    const { holding, realized } = book(opened, fill(-40, '12', '1'))
    expect(averageCost(holding).toFixed()).toBe('10.01')
    expect(realized).toBe(fixed(new D('78.6')))
  })

  it('of a fill that turns the position pays each side its part of the commission', () => {
    const { holding, realized } = book(after(fill(100, '50')), fill(-150, '55', '3'))
    expect(holding.quantity).toBe(fixed(new D(-50)))
    expect(averageCost(holding).toFixed()).toBe('54.98')
    expect(realized).toBe(fixed(new D(498)))
  })

  it('never loses money: realised − cost is what the fills paid, for any sequence', () => {
    const anyFill = fc.tuple(
      fc.integer({ min: -50, max: 50 }).filter((quantity) => quantity !== 0),
      fc.integer({ min: 1, max: 9999 }),
      fc.integer({ min: 0, max: 300 }),
    )
    fc.assert(
      fc.property(fc.array(anyFill, { maxLength: 30 }), (rows) => {
        const fills = rows.map(([quantity, price, commission]) =>
          fill(quantity, String(price / 100), String(commission / 100)),
        )
        const holding = after(...fills)
        const paid = fills.reduce((sum, { worth, commission }) => sum + worth + commission, 0n)
        expect(holding.cost - holding.realized).toBe(paid)
        if (holding.quantity === 0n) expect(holding.cost).toBe(0n)
      }),
      { numRuns: 200 },
    )
  })
})

type Amounts = Map<string, Decimal>

const add = (amounts: Amounts, key: string, amount: Decimal): void =>
  void amounts.set(key, (amounts.get(key) ?? ZERO).plus(amount))
const textIn = (line: Json, name: string): string => String(line[name])
const numberIn = (line: Json, name: string): Decimal => new D(textIn(line, name))
const plain = (amounts: Amounts): ReadonlyMap<string, string> =>
  new Map([...amounts].map(([key, amount]) => [key, amount.toFixed()]))

/** Cash that no execution explains: flows, income, fees, deliveries and the futures' sweep. */
const isUnexplained = (line: Json): boolean =>
  line['type'] === 'cash' && !/^(fill|commission|correction) /.test(textIn(line, 'why'))

type Step = (held: Decimal) => Decimal

/** What each line does to a holding, corrections in the place of what they correct. */
function held(lines: readonly Json[]): ReadonlyMap<string, string> {
  const steps = new Map<string, Map<string, Step>>()
  const step = (line: Json, name: string, change: Step): void => {
    const key = textIn(line, 'conId')
    const known = steps.get(key) ?? new Map<string, Step>()
    steps.set(key, known.set(name, change))
  }
  for (const [index, line] of lines.entries()) {
    const plus = (): Step => (quantity) => quantity.plus(signedIn(line))
    if (line['type'] === 'opening') step(line, `${index}`, plus())
    if (line['type'] === 'execution' && line['secType'] !== 'BAG')
      step(line, textIn(line, 'root'), plus())
    if (line['type'] !== 'corporateAction') continue
    if (line['ratio'] !== null)
      step(line, `${index}`, (quantity) => quantity.times(textIn(line, 'ratio')))
    else if (line['quantity'] !== null) step(line, `${index}`, plus())
  }
  return plain(
    new Map(
      [...steps].map(([key, changes]) => [
        key,
        [...changes.values()].reduce<Decimal>(
          (sum, change) => change(sum).toDecimalPlaces(18),
          ZERO,
        ),
      ]),
    ),
  )
}

const signedIn = (line: Json): Decimal =>
  numberIn(line, 'quantity').times(line['side'] === 'sell' ? -1 : 1)

/** What the record says is held and owned, worked out from its executions and notes alone. */
function refolded(lines: readonly Json[]) {
  const of = (type: string): readonly Json[] => lines.filter((line) => line['type'] === type)
  const instruments = new Map(of('instrument').map((line) => [line['conId'], line]))
  const latest = new Map(of('execution').map((line) => [line['root'], line]))
  const commissions = new Map(of('commission').map((line) => [line['execId'], line]))
  const cash: Amounts = new Map()
  for (const line of [...of('openingCash'), ...lines.filter(isUnexplained)])
    add(cash, textIn(line, 'currency'), numberIn(line, 'amount'))
  for (const line of latest.values()) {
    const instrument = instruments.get(line['conId'])!
    if (line['secType'] === 'BAG') continue
    const size = signedIn(line)
    const point = numberIn(instrument, 'multiplier').dividedBy(
      numberIn(instrument, 'priceMagnifier'),
    )
    const commission = commissions.get(line['execId'])!
    add(cash, textIn(commission, 'currency'), numberIn(commission, 'commission').negated())
    if (line['secType'] === 'FUT') continue
    if (line['secType'] === 'CASH') add(cash, textIn(line, 'symbol'), size)
    const paid = size.times(numberIn(line, 'price')).times(point)
    add(cash, textIn(line, 'currency'), paid.negated())
  }
  return { held: held(lines), cash: plain(cash) }
}

describe('the record', () => {
  it.each(SCENARIOS.map(({ name }) => name))(
    'of %s alone says what is held and owned',
    async (scenario) => {
      const gateway = await aGateway({ scenario })
      gateway.time.advance(60_000)
      const lines = linesOf(await gateway.record())
      const book = refolded(lines)
      const state = gateway.state() as unknown as {
        positions: { conId: number; quantity: string }[]
        cash: { currency: string; amount: string }[]
      }
      expect(book.held).toEqual(
        new Map(state.positions.map(({ conId, quantity }) => [String(conId), quantity])),
      )
      expect(book.cash).toEqual(
        new Map(state.cash.map(({ currency, amount }) => [currency, amount])),
      )
    },
  )

  it('is the same for the same seed and clock, whatever is connected', async () => {
    const records = await Promise.all(
      ['corrections', 'corrections'].map(async (scenario) => {
        const gateway = await aGateway({ scenario, seed: 'twin' })
        gateway.time.advance(90_000)
        return gateway.record()
      }),
    )
    expect(records[0]).toBe(records[1])
    expect(linesOf(records[0]!).length).toBeGreaterThan(1000)
  })

  it('is another one for another seed', async () => {
    const [one, other] = await Promise.all(
      ['1', '2'].map(async (seed) => {
        const gateway = await aGateway({ seed, scenario: 'busy' })
        gateway.time.advance(2000)
        return (await gateway.record()).split('\n').slice(1).join('\n')
      }),
    )
    expect(one).not.toBe(other)
  })

  it('has its fills of one second in an order the wire can tell', async () => {
    const gateway = await aGateway({ scenario: 'busy' })
    gateway.time.advance(60_000)
    const lines = linesOf(await gateway.record()).filter(
      ({ type, secType }) => type === 'execution' && secType !== 'BAG',
    )
    const key = (line: Json): string =>
      [
        String(line['conId']).padStart(12, '0'),
        String(line['executedAt']).slice(0, 19),
        String(line['permId']),
        new D(String(line['cumulative'])).toFixed(8).padStart(20, '0'),
      ].join(' ')
    const byInstrument = [...lines].sort((a, b) => Number(a['conId']) - Number(b['conId']))
    expect(byInstrument.map(key)).toEqual(byInstrument.map(key).sort())
  })

  it('tells an execution in the words the control port answers with', async () => {
    const gateway = await aGateway({ accounts: [{ id: 'DEMO1000001', modelCode: 'CORE' }] })
    const [told] = gateway.fill({
      instrument: instrumentOf(AAPL)!,
      side: 'sell',
      quantity: new D('100'),
      price: new D('271.5'),
      orderRef: 'MOMENTUM:"1\\',
      isManual: false,
    })
    const lines = linesOf(await gateway.record()).filter(({ type }) => type === 'execution')
    expect(lines).toEqual([told])
  })

  it('begins with what every instrument is, and ends a flood with every fill', async () => {
    const gateway = await aGateway()
    gateway.flood({ count: 1000, perSecond: 500 })
    gateway.time.advance(3000)
    const lines = linesOf(await gateway.record())
    expect(lines[0]).toMatchObject({ type: 'start', seed: '1', baseCurrency: 'USD' })
    expect(lines.filter(({ type }) => type === 'instrument').length).toBeGreaterThanOrEqual(40)
    const executions = lines.filter(({ type }) => type === 'execution')
    expect(executions.length).toBeGreaterThanOrEqual(1000)
  })
})

describe('a correction', () => {
  it('takes the execution’s place in the book, and the money follows', async () => {
    const gateway = await aGateway()
    gateway.pause()
    const [told] = gateway.fill({
      instrument: instrumentOf(AAPL)!,
      side: 'buy',
      quantity: new D(100),
      price: new D('271.5'),
      orderRef: 'MOMENTUM:1',
      isManual: false,
    })
    const corrected = gateway.correct(String(told?.['execId']), {
      price: new D('270.5'),
      quantity: new D(90),
    })
    expect(corrected).toMatchObject({ revision: 2, quantity: '90', price: '270.5' })
    expect(String(corrected?.['execId'])).toBe(`${String(told?.['root'])}.02`)
    const holding = (gateway.state()['positions'] as Json[]).find(({ conId }) => conId === AAPL)
    expect(holding?.['quantity']).toBe('690')
    const cost = new D('214.3051').times(600).plus(new D('270.5').times(90)).plus(1)
    expect(holding?.['averageCost']).toBe(cost.dividedBy(690).toDecimalPlaces(18).toFixed())
    const [usd] = gateway.state()['cash'] as Json[]
    expect(usd?.['amount']).toBe(new D('412806.37').minus('24345').minus(1).toFixed())
  })

  it('of an unknown execution is refused', async () => {
    const gateway = await aGateway()
    expect(
      gateway.correct('00000000.00000000.01.01', { price: new D(1), quantity: null }),
    ).toBeNull()
  })
})

describe('futures', () => {
  it('move no cash but the commission until their P&L is swept at the end of the day', async () => {
    const gateway = await aGateway()
    gateway.pause()
    const es = instrumentOfSymbol('ES')!
    gateway.fill({
      instrument: es,
      side: 'sell',
      quantity: new D(1),
      price: new D('6700'),
      orderRef: 'TREND:1',
      isManual: false,
    })
    const usd = (): string => String((gateway.state()['cash'] as Json[])[0]?.['amount'])
    expect(usd()).toBe('412804.12')
    gateway.time.advance(24 * 3_600_000)
    const swept = linesOf(await gateway.record()).filter(({ why }) => why === 'variation ESZ7')
    // Three bought at 329812.2538 in all, one sold at 6700, two marked at 6618.75.
    const made = new D('6700').plus(new D('6618.75').times(2)).times(50)
    expect(swept.map(({ amount }) => amount)).toEqual([
      made.minus(new D('329812.2538').times(3)).toFixed(),
    ])
  })
})
