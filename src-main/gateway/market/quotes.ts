import { D, type Decimal } from '#shared/money.ts'
import type { Instrument } from './instrument.ts'
import type { Random } from './random.ts'

/** What an instrument trades at now. Prices are whole numbers of its minTick: exact and cheap. */
export type Quote = {
  readonly instrument: Instrument
  last: number
  bid: number
  ask: number
  high: number
  low: number
  open: number
  close: number
  bidSize: number
  askSize: number
  lastSize: number
  volume: number
}

/** The price of a number of ticks, in the instrument's quoted units. */
export const priceAt = (instrument: Instrument, ticks: number): Decimal =>
  new D(instrument.minTick).times(ticks)

/** How many decimals the tick has: prices print with at most these. */
const decimalsOf = (minTick: string): number => minTick.split('.')[1]?.length ?? 0

/** A fast printer of ticks as prices: plain decimals, exact by integer arithmetic. */
export function tickPrinter(minTick: string): (ticks: number) => string {
  const decimals = decimalsOf(minTick)
  const scale = 10 ** decimals
  const step = Math.round(Number(minTick) * scale)
  return (ticks) => {
    const units = ticks * step
    const whole = Math.trunc(Math.abs(units) / scale)
    const rest = Math.abs(units) % scale
    const sign = units < 0 ? '-' : ''
    return rest === 0
      ? `${sign}${whole}`
      : `${sign}${whole}.${String(rest).padStart(decimals, '0')}`
  }
}

/** The share of instruments that move in one step. */
const MOVING_SHARE = 0.4

const PRICES = ['last', 'high', 'low', 'open', 'close'] as const

/** A seeded random walk of every instrument's price. */
export type Quotes = {
  readonly of: (conId: number) => Quote | null
  readonly all: readonly Quote[]
  /** The price in the middle of the market, in quoted units. */
  readonly mark: (instrument: Instrument) => Decimal
  /** Moves the market one step: some instruments move, the others rest. */
  readonly step: () => void
  /** Every share becomes so many: all prices are divided by the ratio. */
  readonly split: (conId: number, ratio: number) => void
}

function openingQuote(instrument: Instrument): Quote {
  const last = new D(instrument.openingPrice).dividedBy(instrument.minTick).round().toNumber()
  const drift = Math.max(1, Math.round(last * 0.004))
  return {
    instrument,
    last,
    bid: last - 1,
    ask: last + 1,
    high: last + drift,
    low: last - drift,
    open: last - Math.round(drift / 2),
    close: last - Math.round(drift / 3),
    bidSize: 300,
    askSize: 400,
    lastSize: 100,
    volume: 1_000_000,
  }
}

function move(quote: Quote, random: Random): void {
  const { wildness } = quote.instrument
  // The sum of three is close enough to a bell curve and needs no logarithm.
  const bell = random.next() + random.next() + random.next() - 1.5
  quote.last = Math.max(2, quote.last + Math.round(bell * wildness))
  quote.bid = quote.last - 1 - random.below(2)
  quote.ask = quote.last + 1 + random.below(2)
  quote.bidSize = 100 * (1 + random.below(20))
  quote.askSize = 100 * (1 + random.below(20))
  quote.lastSize = 1 + random.below(500)
  quote.volume += quote.lastSize
  quote.high = Math.max(quote.high, quote.last)
  quote.low = Math.min(quote.low, quote.last)
}

/** Opens the market at the instruments' opening prices. */
export function openQuotes(instruments: readonly Instrument[], random: Random): Quotes {
  const all = instruments.map(openingQuote)
  const byConId = new Map(all.map((quote) => [quote.instrument.conId, quote]))
  const of = (conId: number): Quote | null => byConId.get(conId) ?? null
  return {
    of,
    all,
    mark: (instrument) => {
      const quote = of(instrument.conId)
      return quote === null ? new D(0) : priceAt(instrument, quote.last)
    },
    step: () => {
      for (const quote of all) if (random.chance(MOVING_SHARE)) move(quote, random)
    },
    split: (conId, ratio) => {
      const quote = of(conId)
      if (quote === null) return
      for (const name of PRICES) quote[name] = Math.max(2, Math.round(quote[name] / ratio))
      quote.bid = quote.last - 1
      quote.ask = quote.last + 1
    },
  }
}
