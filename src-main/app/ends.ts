import { noRates, withRate, type FxRates } from '#domain/fx.ts'
import type { Between, PricesOf } from '#domain/span.ts'
import type { PortfolioSnapshot } from '#ports/snapshot.ts'
import type { ConId } from '#shared/ids.ts'
import type { Decimal } from '#shared/money.ts'
import { millisOf, utcNanos } from '#shared/time.ts'

/** What one instant is known by. */
export type Known = Omit<PortfolioSnapshot, 'strategies'>

/** The two instants something is explained between. */
export type Ends = {
  readonly opening: Known
  readonly closing: Known
  /** The second is now: what the book has counts, whatever the broker's clock says. */
  readonly isNow: boolean
}

/** After all that can have happened. */
export const END = utcNanos(9_223_372_036_854_775_807n)

export const betweenOf = ({ opening, closing, isNow }: Ends): Between => ({
  after: opening.at,
  until: isNow ? END : closing.at,
})

/** The prices of both instants, as quoted. */
export function pricesOf({ opening, closing }: Ends): PricesOf {
  const [before, after] = [pricesIn(opening), pricesIn(closing)]
  return (conId) => ({
    opening: before.get(conId) ?? null,
    closing: after.get(conId) ?? null,
  })
}

export const pricesIn = ({ positions }: Known): ReadonlyMap<ConId, Decimal | null> =>
  new Map(positions.map(({ conId, price }) => [conId, price]))

export function ratesIn({ baseCurrency, at, currencies, positions }: Known): FxRates {
  return [...currencies, ...positions].reduce((fx, { currency, fxRate: rate }) => {
    if (rate === null || currency === baseCurrency) return fx
    return withRate(fx, { currency, rate, source: 'broker', at: millisOf(at) })
  }, noRates(baseCurrency))
}
