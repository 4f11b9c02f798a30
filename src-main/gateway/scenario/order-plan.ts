import { D, type Decimal } from '#shared/money.ts'
import type { AccountBook } from '../broker/account-book.ts'
import type { Side } from '../broker/types.ts'
import { ONE } from '../fixed.ts'
import type { Instrument } from '../market/instrument.ts'
import { priceAt, type Quotes } from '../market/quotes.ts'
import type { Random } from '../market/random.ts'

/** Orders that are cancelled with a part still open. */
const CANCELLED_SHARE = 0.12
const SLOWEST_MS = 2500
const FASTEST_MS = 150

/** In which parts an order fills. */
export type OrderPlan = {
  readonly slices: readonly Decimal[]
  /** The last slice never fills. */
  readonly isCancelled: boolean
  /** Mean time between two fills. */
  readonly betweenMs: number
}

export function planOf(instrument: Instrument, fillsPerSecond: number, random: Random): OrderPlan {
  const count = random.pick([1, 1, 2, 2, 3, 4])
  const slices = Array.from({ length: count }, () => {
    const share = new D(instrument.usual).times(10 + random.below(90)).dividedBy(100 * count)
    const steps = D.max(1, share.dividedBy(instrument.step).floor())
    return steps.times(instrument.step)
  })
  const isCancelled = count > 1 && random.chance(CANCELLED_SHARE)
  const betweenMs = Math.min(SLOWEST_MS, Math.max(FASTEST_MS, SLOWEST_MS / fillsPerSecond))
  return { slices, isCancelled, betweenMs }
}

/** So many usual orders are as much as is held before hardly anybody adds to it. */
const FULL = 12

/** Leans against what is already held, so that the account neither drains nor grows for ever. */
export function sideOf(book: AccountBook, instrument: Instrument, random: Random): Side {
  const { quantity } = book.holding(instrument)
  // Not money but a chance: a JavaScript number will do.
  const lean = Number(quantity) / (Number(ONE) * Number(instrument.usual) * FULL)
  const buyShare = Math.min(0.85, Math.max(0.15, 0.5 - lean * 0.3))
  return random.chance(buyShare) ? 'buy' : 'sell'
}

/** A buyer pays the ask, a seller gets the bid; a combination is worth the sum of its legs. */
export function marketPrice(quotes: Quotes, instrument: Instrument, side: Side): Decimal {
  const quote = quotes.of(instrument.conId)
  if (quote !== null) return priceAt(instrument, side === 'buy' ? quote.ask : quote.bid)
  return instrument.legs.reduce((sum, leg) => {
    const mark = quotes.mark(leg.instrument).times(leg.ratio)
    return leg.action === 'BUY' ? sum.plus(mark) : sum.minus(mark)
  }, new D(0))
}

/** A limit some ticks through the market. */
export function limitOf(quotes: Quotes, instrument: Instrument, side: Side): Decimal {
  const through = new D(instrument.minTick).times(side === 'buy' ? 3 : -3)
  return marketPrice(quotes, instrument, side).plus(through)
}
