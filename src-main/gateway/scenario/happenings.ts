import { D, type Decimal } from '#shared/money.ts'
import { firstAccount, type Desk } from '../desk.ts'
import type { Instrument } from '../market/instrument.ts'
import { priceAt } from '../market/quotes.ts'
import type { Random } from '../market/random.ts'
import type { HappeningName, Scenario } from './scenario.ts'
import type { Trading } from './traders.ts'

type Happening = (parts: HappeningParts) => void

export type HappeningParts = {
  readonly desk: Desk
  readonly trading: Trading
  readonly random: Random
  readonly scenario: () => Scenario
}

/** How often a scenario in which something does not happen is asked again. */
const IDLE_MS = 5000

const FEES = ['market data', 'interest', 'ADR fee', 'stock borrow', 'regulatory snapshot']
const CURRENCIES = ['USD', 'EUR', 'GBP']
/** The pairs with the rate of a conversion: base, quote. */
const PAIRS = [
  ['EUR', 'USD'],
  ['GBP', 'USD'],
  ['EUR', 'GBP'],
] as const

type Test = (instrument: Instrument, held: Decimal) => boolean

/** Something the first account holds that passes the test; null when there is none. */
function heldOne({ desk, random }: HappeningParts, test: Test): Instrument | null {
  const book = desk.broker.bookOf(firstAccount(desk).id)
  const found = book.instruments().filter((instrument) => {
    const { quantity } = book.holding(instrument)
    return !quantity.isZero() && !desk.catalogue.isExpired(instrument) && test(instrument, quantity)
  })
  return found.length === 0 ? null : random.pick(found)
}

const cents = (random: Random, least: number, most: number): Decimal =>
  new D(100 * least + random.below(100 * (most - least))).dividedBy(100)

/** Splits of what would become cheaper than this are not made. */
const CHEAPEST = 20

const isSplittable =
  ({ desk }: HappeningParts, isForward: boolean): Test =>
  (instrument) => {
    const quote = desk.quotes.of(instrument.conId)
    if (instrument.secType !== 'STK' || quote === null) return false
    return !isForward || priceAt(instrument, quote.last).greaterThan(CHEAPEST)
  }

const HAPPENINGS: Readonly<Record<HappeningName, Happening>> = {
  split: (parts) => {
    const instrument = heldOne(parts, isSplittable(parts, true))
    const ratio = new D(parts.random.pick([2, 3, 4, 5, 10]))
    if (instrument !== null) parts.desk.actions.split(instrument, ratio)
  },
  reverseSplit: (parts) => {
    const instrument = heldOne(parts, isSplittable(parts, false))
    const ratio = new D(1).dividedBy(parts.random.pick([5, 10, 20]))
    if (instrument !== null) parts.desk.actions.split(instrument, ratio)
  },
  assignment: (parts) => {
    const { desk, random } = parts
    const option = heldOne(parts, ({ secType }, held) => secType === 'OPT' && held.isNegative())
    if (option !== null)
      desk.actions.assign(firstAccount(desk).id, option, new D(1 + random.below(3)))
  },
  expiry: (parts) => {
    const instrument = heldOne(parts, ({ expiry }) => expiry !== '')
    if (instrument !== null) parts.desk.actions.expire(instrument)
  },
  dividend: (parts) => {
    const instrument = heldOne(parts, ({ secType }) => secType === 'STK')
    if (instrument === null) return
    const taxed = new D(instrument.currency === 'USD' ? 0 : '0.15')
    parts.desk.actions.dividend(instrument, cents(parts.random, 0, 2).plus('0.01'), taxed)
  },
  deposit: ({ desk, random }) => {
    const isOut = random.chance(0.4)
    const amount = cents(random, 500, 20_000)
    desk.actions.cash(firstAccount(desk).id, {
      currency: random.pick(CURRENCIES),
      amount: isOut ? amount.negated() : amount,
      why: isOut ? 'withdrawal' : 'deposit',
    })
  },
  fee: ({ desk, random }) => {
    const amount = cents(random, 1, 120).negated()
    const why = `fee ${random.pick(FEES)}`
    desk.actions.cash(firstAccount(desk).id, { currency: random.pick(CURRENCIES), amount, why })
  },
  tradedConversion: ({ desk, trading, random }) => {
    const [base, quote] = random.pick(PAIRS)
    const instrument = desk.catalogue.ofSymbol(`${base}.${quote}`)
    if (instrument === null) return
    trading.fillNow({
      instrument,
      side: random.chance(0.5) ? 'buy' : 'sell',
      quantity: new D(1000 * (1 + random.below(20))),
      price: null,
      orderRef: '',
      isManual: true,
    })
  },
  silentConversion: ({ desk, random }) => {
    const [from, to] = random.pick(PAIRS)
    const pair = desk.catalogue.ofSymbol(`${from}.${to}`)
    if (pair === null) return
    const rate = desk.quotes.mark(pair)
    const amount = cents(random, 100, 5000)
    desk.actions.convert(firstAccount(desk).id, { from, to, amount, rate })
  },
}

/** Makes things happen at random for as long as the scenario wants them. */
export function startHappenings(parts: HappeningParts): void {
  const { desk, random, scenario } = parts
  const { timeline } = desk
  for (const [name, happen] of Object.entries(HAPPENINGS) as [HappeningName, Happening][]) {
    const next = (): void => {
      const mean = scenario().happenings[name] ?? 0
      timeline.after(mean > 0 ? Math.min(2 * mean, random.wait(mean)) : IDLE_MS, () => {
        if (mean > 0 && (scenario().happenings[name] ?? 0) > 0 && !desk.isPaused()) happen(parts)
        next()
      })
    }
    next()
  }
}
