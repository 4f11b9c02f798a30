import { D, type Decimal } from '#shared/money.ts'
import { firstAccount, type Desk } from '../desk.ts'
import type { Instrument } from '../market/instrument.ts'
import { priceAt } from '../market/quotes.ts'
import type { Random } from '../market/random.ts'
import { isTradingDay, momentIn } from './hours.ts'
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

const FEES = ['market data', 'ADR fee', 'stock borrow', 'regulatory snapshot']
const CURRENCIES = ['USD', 'EUR', 'GBP']
/** The pairs with the rate of a conversion: base, quote. */
const PAIRS = [
  ['EUR', 'USD'],
  ['GBP', 'USD'],
  ['EUR', 'GBP'],
] as const

/** A dividend is paid some of these after its ex-date; where days are whole, half an hour each. */
const PAYMENT_MS = 1000
const SLOW_PAYMENT_MS = 1_800_000

type Test = (instrument: Instrument, held: Decimal) => boolean

/** Something the first account holds that passes the test; null when there is none. */
function heldOne({ desk, random }: HappeningParts, test: Test): Instrument | null {
  const book = desk.broker.bookOf(firstAccount(desk).id)
  const found = book.instruments().filter((instrument) => {
    const quantity = book.quantity(instrument)
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
    const isSlow = parts.scenario().rhythm !== null
    const isAccrued = isSlow || parts.random.chance(0.5)
    const unit = isSlow ? SLOW_PAYMENT_MS : PAYMENT_MS
    parts.desk.actions.dividend(instrument, {
      perShare: cents(parts.random, 0, 2).plus('0.01'),
      taxed: new D(instrument.currency === 'USD' ? 0 : '0.15'),
      payAfterMs: isAccrued ? unit * (2 + parts.random.below(9)) : 0,
    })
  },
  exercise: (parts) => {
    const { desk, random } = parts
    const option = heldOne(parts, ({ secType }, held) => secType === 'OPT' && held.isPositive())
    if (option !== null)
      desk.actions.exercise(firstAccount(desk).id, option, new D(1 + random.below(3)))
  },
  interest: ({ desk, random }) => {
    const amount = cents(random, 1, 90)
    desk.actions.cash(firstAccount(desk).id, {
      currency: random.pick(CURRENCIES),
      amount: random.chance(0.4) ? amount.negated() : amount,
      why: 'interest',
    })
  },
  deposit: ({ desk, random }) => {
    const amount = cents(random, 500, 20_000)
    const currency = random.pick(CURRENCIES)
    desk.actions.cash(firstAccount(desk).id, { currency, amount, why: 'deposit' })
  },
  withdrawal: ({ desk, random }) => {
    const amount = cents(random, 500, 9000).negated()
    const currency = random.pick(CURRENCIES)
    desk.actions.cash(firstAccount(desk).id, { currency, amount, why: 'withdrawal' })
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

/** Makes things happen, at random and by plan, for as long as the scenario wants them. */
export type Happenings = {
  readonly start: () => void
  /** Puts a scenario's plan into the calendar in the place of the one before. */
  readonly plan: (scenario: Scenario) => void
}

export function createHappenings(parts: HappeningParts): Happenings {
  const { desk, random, scenario } = parts
  const { timeline } = desk
  let planned: readonly (() => void)[] = []
  const begin = (name: HappeningName): void => {
    const mean = scenario().happenings[name] ?? 0
    timeline.after(mean > 0 ? Math.min(2 * mean, random.wait(mean)) : IDLE_MS, () => {
      const isWanted = mean > 0 && (scenario().happenings[name] ?? 0) > 0
      if (isWanted && !desk.isPaused()) HAPPENINGS[name](parts)
      begin(name)
    })
  }
  return {
    start: () => {
      for (const name of Object.keys(HAPPENINGS) as HappeningName[]) begin(name)
    },
    plan: ({ plan, hours }) => {
      for (const cancel of planned) cancel()
      const days = hours === null ? [] : tradingDays(timeline.now(), hours.open)
      planned = plan.map(({ day, time, what }) => {
        const noon = days[day]
        if (noon === undefined) return () => undefined
        return timeline.at(momentIn(noon, 0, time), () => HAPPENINGS[what](parts))
      })
    },
  }
}

/** Two weeks hold more trading days than any plan. */
const MOST_DAYS = 14

/** A moment of each day whose market has yet to open. */
function tradingDays(now: number, open: string): readonly number[] {
  const days = Array.from({ length: MOST_DAYS }, (_, index) => momentIn(now, index, '12:00:00'))
  return days.filter((noon) => isTradingDay(noon) && momentIn(noon, 0, open) >= now)
}
