import type { Instrument } from '#shared/instrument.ts'
import type { Decimal } from '#shared/money.ts'
import { pointValue } from './valuation.ts'

/** What the broker's portfolio window says a holding is worth (updatePortfolio). */
export type ToldMark = {
  readonly quantity: Decimal
  readonly marketPrice: Decimal | null
  /** In the instrument's currency. */
  readonly marketValue: Decimal | null
}

/**
 * The broker's mark as quoted, which is how ticks and executions tell a price. No document of IB
 * says whether the portfolio window tells London's shares in pounds or in pence: the market value
 * decides, as only one of the two makes it. Null when the price, or the magnifier, is unknown.
 */
export function quotedMark(told: ToldMark, instrument: Instrument): Decimal | null {
  const { quantity, marketPrice, marketValue } = told
  const { priceMagnifier } = instrument
  const point = pointValue(instrument)
  if (marketPrice === null || priceMagnifier === null || point === null) return null
  if (priceMagnifier === 1) return marketPrice
  const inPence = marketPrice.times(priceMagnifier)
  if (marketValue === null || quantity.isZero()) return inPence
  const offBy = (quoted: Decimal): Decimal =>
    quantity.times(quoted).times(point).minus(marketValue).abs()
  return offBy(inPence).lessThanOrEqualTo(offBy(marketPrice)) ? inPence : marketPrice
}
