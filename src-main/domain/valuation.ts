import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import { averageCost, type Position } from './position.ts'

/**
 * What one point of quoted price is worth for one unit held, in the instrument's currency; null
 * until the price magnifier is known from contract details. A bond is quoted in percent of par.
 */
export function pointValue(instrument: Instrument): Decimal | null {
  const { multiplier, priceMagnifier } = instrument
  if (priceMagnifier === null) return null
  // A division costs as much as all the rest of a valuation, and nearly always it is by one.
  const perPoint = priceMagnifier === 1 ? multiplier : multiplier.dividedBy(priceMagnifier)
  return instrument.secType === 'BOND' ? perPoint.dividedBy(100) : perPoint
}

/** A quoted price in the instrument's currency: pence become pounds. */
export function inCurrency(quoted: Decimal, { priceMagnifier }: Instrument): Decimal | null {
  if (priceMagnifier === null) return null
  return priceMagnifier === 1 ? quoted : quoted.dividedBy(priceMagnifier)
}

/** A position in money of the instrument's currency; null is what cannot be known. */
export type Valuation = {
  /** Per unit, without commission and multiplier. */
  readonly averageCost: Decimal | null
  /** Before commission. */
  readonly realized: Decimal | null
  readonly marketValue: Decimal | null
  /** Before commission. */
  readonly unrealized: Decimal | null
}

/** What a position is worth at a quoted price; without a price, what can still be said. */
export function valuePosition(
  position: Position,
  instrument: Instrument,
  quoted: Decimal | null,
): Valuation {
  const point = pointValue(instrument)
  const average = averageCost(position)
  const money = (points: Decimal): Decimal | null =>
    point === null ? null : toLedgerScale(points.times(point))
  const value = quoted === null ? null : position.quantity.times(quoted)
  return {
    averageCost: average === null ? null : roundedOrNull(inCurrency(average, instrument)),
    realized: position.isRealizedKnown ? money(position.realizedPoints) : null,
    marketValue: position.quantity.isZero() ? new D(0) : value && money(value),
    unrealized: unrealizedPoints(position, value, money),
  }
}

function unrealizedPoints(
  position: Position,
  value: Decimal | null,
  money: (points: Decimal) => Decimal | null,
): Decimal | null {
  if (position.quantity.isZero()) return new D(0)
  return value === null || !position.isCostKnown ? null : money(value.minus(position.cost))
}

const roundedOrNull = (value: Decimal | null): Decimal | null =>
  value === null ? null : toLedgerScale(value)
