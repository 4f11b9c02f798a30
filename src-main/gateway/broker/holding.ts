import { ZERO, type Decimal } from '#shared/money.ts'
import { absolute, ONE, quotient, ratio, type Fixed } from '../fixed.ts'
import type { Holding } from './types.ts'

export const FLAT: Holding = { quantity: 0n, cost: 0n, realized: 0n }

/** A fill as the account's book sees it. */
export type BookedFill = {
  /** Signed: a purchase is positive. */
  readonly quantity: Fixed
  /** Signed quantity × price × point value, in the currency. */
  readonly worth: Fixed
  /** In the instrument's currency; zero when it was paid in another. */
  readonly commission: Fixed
}

/** The holding after a fill, and the P&L the fill realised; null when it closed nothing. */
export type Booked = { readonly holding: Holding; readonly realized: Fixed | null }

/**
 * Books a fill by the average-cost method as IB reports it: opening commission belongs to the cost,
 * closing commission to the realised P&L; a fill that turns the position pays for both in
 * proportion.
 */
export function book(holding: Holding, fill: BookedFill): Booked {
  const held = holding.quantity
  const isOpening = held === 0n || held < 0n === fill.quantity < 0n
  if (!isOpening) return close(holding, fill)
  const cost = holding.cost + fill.worth + fill.commission
  const quantity = held + fill.quantity
  return { holding: { quantity, cost, realized: holding.realized }, realized: null }
}

function close(holding: Holding, fill: BookedFill): Booked {
  const size = absolute(fill.quantity)
  const held = absolute(holding.quantity)
  // The fill closes all that is held and opens the rest the other way.
  if (size > held) {
    const closing = part(fill, held, size)
    const opening = {
      quantity: fill.quantity + holding.quantity,
      worth: fill.worth - closing.worth,
      commission: fill.commission - closing.commission,
    }
    const closed = close(holding, closing)
    return { holding: book(closed.holding, opening).holding, realized: closed.realized }
  }
  const closedCost = size === held ? holding.cost : quotient(holding.cost * size, held)
  const realized = -(fill.worth + closedCost + fill.commission)
  const quantity = holding.quantity + fill.quantity
  const cost = holding.cost - closedCost
  return { holding: { quantity, cost, realized: holding.realized + realized }, realized }
}

/** The part of a fill that is `some` of its whole size. */
const part = (fill: BookedFill, some: Fixed, whole: Fixed): BookedFill => ({
  quantity: fill.quantity < 0n ? -some : some,
  worth: quotient(fill.worth * some, whole),
  commission: quotient(fill.commission * some, whole),
})

/** What one unit cost, multiplier and commission included, as `avgCost` tells; 0 when flat. */
export const averageCost = ({ quantity, cost }: Holding): Decimal =>
  quantity === 0n ? ZERO : ratio(cost, quantity)

/** The same, rounded to the ledger's 18 places. */
export const roundedCost = ({ quantity, cost }: Holding): Fixed =>
  quantity === 0n ? 0n : quotient(cost * ONE, quantity)
