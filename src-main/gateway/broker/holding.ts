import { D, toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import type { Holding } from './types.ts'

export const FLAT: Holding = { quantity: ZERO, cost: ZERO, realized: ZERO }

/** A fill as the account's book sees it. */
export type BookedFill = {
  /** Signed: a purchase is positive. */
  readonly quantity: Decimal
  /** What one unit is worth at the fill's price, multiplier included, in the currency. */
  readonly unitValue: Decimal
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
  if (isOpening) {
    const value = fill.quantity.times(fill.unitValue)
    const cost = holding.cost.plus(value).plus(fill.commission)
    return { holding: { ...holding, quantity: held.plus(fill.quantity), cost }, realized: null }
  }
  return close(holding, fill)
}

function close(holding: Holding, fill: BookedFill): Booked {
  const held = holding.quantity
  const closing = D.min(held.abs(), fill.quantity.abs())
  const isAll = closing.equals(held.abs())
  const closedCost = isAll
    ? holding.cost
    : toLedgerScale(holding.cost.times(closing).dividedBy(held.abs()))
  const isWhole = closing.equals(fill.quantity.abs())
  const closingCommission = isWhole
    ? fill.commission
    : toLedgerScale(fill.commission.times(closing).dividedBy(fill.quantity.abs()))
  const proceeds = closing.times(fill.unitValue).times(held.isNegative() ? -1 : 1)
  const realized = proceeds.minus(closedCost).minus(closingCommission)
  const quantity = held.plus(fill.quantity)
  const opened = isWhole
    ? ZERO
    : quantity.times(fill.unitValue).plus(fill.commission.minus(closingCommission))
  const cost = holding.cost.minus(closedCost).plus(opened)
  return { holding: { quantity, cost, realized: holding.realized.plus(realized) }, realized }
}

/** What one unit cost, multiplier and commission included, as `avgCost` tells; 0 when flat. */
export const averageCost = (holding: Holding): Decimal =>
  holding.quantity.isZero() ? ZERO : holding.cost.dividedBy(holding.quantity)
