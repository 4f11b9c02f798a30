import type { Exclusion } from '#shared/exclusion.ts'
import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { UtcMillis } from '#shared/time.ts'

/** Where a rate comes from: the account window, market data of the pair, a person. */
export type FxSource = 'broker' | 'market' | 'manual'

/** Units of the base currency for one unit of another, always above zero. */
export type FxRate = {
  readonly rate: Decimal
  /** `base` is the base currency itself, which needs no source. */
  readonly source: FxSource | 'base'
  /** When the rate was told; null for the base currency, whose rate does not age. */
  readonly at: UtcMillis | null
}

/**
 * The rates of one account. A currency that is not there is unknown: nothing is ever taken for
 * 1 except the base currency itself.
 */
export type FxRates = {
  /** Null until the broker has said which it is; then nothing can be converted. */
  readonly baseCurrency: string | null
  readonly rates: ReadonlyMap<string, FxRate>
}

export const noRates = (baseCurrency: string | null): FxRates => ({
  baseCurrency,
  rates: new Map(),
})

/** A rate as it was told: it may be nonsense. */
export type FxQuote = {
  readonly currency: string
  readonly rate: Decimal
  readonly source: FxSource
  readonly at: UtcMillis
}

/**
 * The rates with one more. Refused, so that what was known stays: zero, negative, infinite or
 * no number, one for the base currency, and one older than the rate known.
 */
export function withRate(fx: FxRates, { currency, rate, source, at }: FxQuote): FxRates {
  const isUsable = rate.isFinite() && rate.greaterThan(0) && currency !== fx.baseCurrency
  const knownAt = fx.rates.get(currency)?.at ?? null
  if (!isUsable || (knownAt !== null && knownAt > at)) return fx
  return { ...fx, rates: new Map(fx.rates).set(currency, { rate, source, at }) }
}

const OF_BASE: FxRate = { rate: new D(1), source: 'base', at: null }

/** The rate from a currency to the base currency; null when it is unknown. */
export function rateOf(fx: FxRates, currency: string): FxRate | null {
  if (fx.baseCurrency === null) return null
  return currency === fx.baseCurrency ? OF_BASE : (fx.rates.get(currency) ?? null)
}

/** Milliseconds since the rate was told; null when it does not age. Never negative. */
export const rateAgeMs = ({ at }: FxRate, now: UtcMillis): number | null =>
  at === null ? null : Math.max(0, now - at)

/** An amount in the base currency, not rounded; null when it or the rate is unknown. */
export function toBase(fx: FxRates, amount: Decimal | null, currency: string): Decimal | null {
  if (amount?.isZero()) return amount
  const known = rateOf(fx, currency)
  return amount === null || known === null ? null : amount.times(known.rate)
}

/**
 * What the price of a pair says: EUR.USD at 1.08 is 1.08 USD for one EUR and, in an account kept
 * in EUR, 1/1.08 EUR for one USD. Null for a pair without the base currency, or a price not
 * above zero.
 */
export function rateOfPair(
  pair: { readonly symbol: string; readonly currency: string },
  price: Decimal,
  baseCurrency: string,
): { readonly currency: string; readonly rate: Decimal } | null {
  if (!price.isFinite() || price.lessThanOrEqualTo(0) || pair.symbol === pair.currency) return null
  if (pair.currency === baseCurrency) return { currency: pair.symbol, rate: price }
  if (pair.symbol !== baseCurrency) return null
  return { currency: pair.currency, rate: new D(1).dividedBy(price) }
}

/** A sum in the base currency that says what it leaves out. */
export type Total = { readonly amount: Decimal; readonly excluded: readonly Exclusion[] }

/**
 * Amounts of several currencies as one in the base currency, rounded once to the ledger's scale.
 * Currencies without a rate are left out and named.
 */
export function totalInBase(fx: FxRates, amounts: ReadonlyMap<string, Decimal>): Total {
  let sum: Decimal = new D(0)
  const excluded: Exclusion[] = []
  for (const [currency, amount] of amounts) {
    const inBase = toBase(fx, amount, currency)
    if (inBase === null) excluded.push({ reason: 'rate', strategy: null, conId: null, currency })
    else sum = sum.plus(inBase)
  }
  return { amount: toLedgerScale(sum), excluded }
}
