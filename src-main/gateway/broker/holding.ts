import { toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import type { Holding } from './types.ts'

export const FLAT: Holding = { quantity: ZERO, cost: ZERO, realized: ZERO }

/** A fill as the account's book sees it. */
export type BookedFill = {
  /** Signed: a purchase is positive. */
  readonly quantity: Decimal
  /** Signed quantity × price × point value, in the currency. */
  readonly worth: Decimal
  /** In the instrument's currency; zero when it was paid in another. */
  readonly commission: Decimal
}

/** The holding after a fill, and the P&L the fill realised; null when it closed nothing. */
export type Booked = { readonly holding: Holding; readonly realized: Decimal | null }

/**
 * Books a fill by the average-cost method as IB reports it: opening commission belongs to the cost,
 * closing commission to the realised P&L; a fill that turns the position pays for both in
 * proportion.
 */
export function book(holding: Holding, fill: BookedFill): Booked {
  const held = holding.quantity
  const isOpening = held.isZero() || held.isNegative() === fill.quantity.isNegative()
  if (!isOpening) return close(holding, fill)
  const cost = holding.cost.plus(fill.worth).plus(fill.commission)
  const quantity = held.plus(fill.quantity)
  return { holding: { quantity, cost, realized: holding.realized }, realized: null }
}

function close(holding: Holding, fill: BookedFill): Booked {
  const size = fill.quantity.abs()
  const held = holding.quantity.abs()
  // The fill closes all that is held and opens the rest the other way.
  if (size.greaterThan(held)) {
    const closing = part(fill, held, size)
    const opening = {
      quantity: fill.quantity.plus(holding.quantity),
      worth: fill.worth.minus(closing.worth),
      commission: fill.commission.minus(closing.commission),
    }
    const closed = close(holding, closing)
    return { holding: book(closed.holding, opening).holding, realized: closed.realized }
  }
  const closedCost = size.equals(held)
    ? holding.cost
    : toLedgerScale(holding.cost.times(size).dividedBy(held))
  const realized = fill.worth.plus(closedCost).plus(fill.commission).negated()
  const quantity = holding.quantity.plus(fill.quantity)
  const cost = holding.cost.minus(closedCost)
  return { holding: { quantity, cost, realized: holding.realized.plus(realized) }, realized }
}

/** The part of a fill that is `some` of its whole size. */
const part = (fill: BookedFill, some: Decimal, whole: Decimal): BookedFill => ({
  quantity: fill.quantity.isNegative() ? some.negated() : some,
  worth: fill.worth.dividedBy(whole).times(some),
  commission: toLedgerScale(fill.commission.times(some).dividedBy(whole)),
})

/** What one unit cost, multiplier and commission included, as `avgCost` tells; 0 when flat. */
export const averageCost = (holding: Holding): Decimal =>
  holding.quantity.isZero() ? ZERO : holding.cost.dividedBy(holding.quantity)
