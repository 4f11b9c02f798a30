import type { Instrument } from '#shared/instrument.ts'
import type { ConId } from '#shared/ids.ts'
import { D, type Decimal } from '#shared/money.ts'
import type { Fact, LikelyCause, Proposal } from './cause.ts'

/** Shares an account holds. */
export type HeldShare = {
  readonly instrument: Instrument
  /** Signed. */
  readonly quantity: Decimal
  /** As quoted; null when unknown. */
  readonly mark: Decimal | null
}

/** What is kept of dividends at source, in the treaties one meets. */
export const WITHHELD: readonly Decimal[] = [
  ...['0', '0.1', '0.15', '0.25', '0.26375', '0.3', '0.35'].map((rate) => new D(rate)),
]

/** What a share pays at once, as a part of its price: less or more is hardly a dividend. */
const YIELD = { least: new D('0.0002'), most: new D('0.05') }
/** Of fewer shares nearly any amount is a whole number of cents a share. */
const FEWEST = 10
/** So many shares fitting one amount tell nothing. */
const MOST_FITTING = 3
const CENTS = 2

type Paid = {
  readonly amount: Decimal
  readonly currency: string
  readonly shares: readonly HeldShare[]
}

type Fitting = { readonly instrument: Instrument; readonly perShare: Decimal; readonly of: Decimal }

/**
 * A dividend nobody announced and nothing was accrued of: the amount is a whole number of cents for
 * each share that is held, in a proportion to its price that dividends have. Never more than
 * possible, for other amounts may be so, too.
 */
export function dividendPaidAtOnce({ amount, currency, shares }: Paid): LikelyCause | null {
  const fitting = fittingShares({ amount, shares })
  const [first, ...others] = fitting
  if (first === undefined) return null
  const names = fitting.map(({ instrument }) => instrument.symbol)
  const money = `${amount.abs().toFixed()} ${currency}`
  const sentence = `${money} may be a dividend of ${names.join(' or ')}.`
  const own = fitting.map(({ instrument }) => bookDividend(sentence, instrument.conId))
  return {
    cause: 'dividend',
    certainty: 'possible',
    sentence,
    facts: fitting.map(factOfShare),
    // Where several fit it is nobody's until the trader says whose.
    proposals: others.length === 0 ? own : [bookDividend(sentence, null), ...own],
  }
}

/** What a share would have paid, and on how many. */
export const factOfShare = ({ instrument, perShare, of }: Fitting): Fact => ({
  name: instrument.symbol,
  value: `${perShare.toFixed()} a share on ${of.toFixed()}`,
})

/** Shares held of which the amount is whole cents each; none where too many are. */
export function fittingShares({ amount, shares }: Omit<Paid, 'currency'>): readonly Fitting[] {
  const fitting = shares.flatMap((held) => fitOf(held, amount) ?? [])
  return fitting.length > MOST_FITTING ? [] : fitting
}

const bookDividend = (evidence: string, conId: ConId | null): Proposal => ({
  how: 'book cash',
  class: 'dividend',
  strategy: null,
  conId,
  heldAt: null,
  evidence,
})

function fitOf({ instrument, quantity, mark }: HeldShare, amount: Decimal): Fitting | null {
  const isOwn = quantity.isNegative() === amount.isNegative()
  if (!isOwn || quantity.abs().lessThan(FEWEST) || mark === null) return null
  const price = mark.dividedBy(instrument.priceMagnifier ?? 1)
  // Who is short pays the whole of it.
  for (const rate of quantity.isNegative() ? WITHHELD.slice(0, 1) : WITHHELD) {
    const kept = new D(1).minus(rate)
    const perShare = amount.dividedBy(kept).dividedBy(quantity).toDecimalPlaces(CENTS)
    const gross = perShare.times(quantity).toDecimalPlaces(CENTS)
    const net = gross.minus(gross.times(rate).toDecimalPlaces(CENTS))
    if (!net.equals(amount) || gross.isZero()) continue
    const share = perShare.dividedBy(price)
    if (share.lessThan(YIELD.least) || share.greaterThan(YIELD.most)) continue
    return { instrument, perShare, of: quantity }
  }
  return null
}
