import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { HoldingSpan } from './explain.ts'
import type { Position } from './position.ts'

/**
 * What the gain of a position is measured from since an instant, in points: with `gainOf` it says
 * what was made since then. That is all it had made when the span began, at the price of then, and
 * whatever it was given or lost since without trading, at its value. Every fill after the instant
 * changes the position and leaves this as it is, so it holds until an older fact changes.
 *
 * @param span of the position since the instant; undefined when nothing was held then nor came
 * since.
 * @returns null when the price is unknown of what was held then.
 */
export function gainBefore(position: Position, span: HoldingSpan | undefined): Decimal | null {
  const folded = position.realizedPoints.minus(position.cost)
  if (span === undefined) return folded
  const { quantity, openingPrice, changes } = span
  if (openingPrice === null && !quantity.isZero()) return null
  const opening = quantity.times(openingPrice ?? new D(0))
  const brought = changes.reduce((sum, { valuePoints }) => sum.plus(valuePoints), opening)
  return toLedgerScale(folded.plus(brought))
}
