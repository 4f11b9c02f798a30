import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import type { AccountCost } from './account-cost.ts'
import { pointValue } from './valuation.ts'

/** What the broker says of one holding, and how far the ledger is from it. */
export type ResidualTerms = {
  /** What the ledger has, for the whole account. */
  readonly cost: AccountCost
  readonly instrument: Instrument
  /** Broker minus ledger, signed; not zero. */
  readonly residual: Decimal
  /** Per unit as IB reports it, multiplier and commission included; null when unknown. */
  readonly brokerAverage: Decimal | null
}

/** What a residual is booked at. */
export type ResidualPrice = {
  /** What it is worth, signed like it, in price units as quoted; null: nobody can tell. */
  readonly value: Decimal | null
  /** Value ÷ residual, as quoted; null when unknown. */
  readonly price: Decimal | null
  /** What must be added to the cost besides, as quoted, for the average to meet the broker's. */
  readonly costApart: Decimal
  /**
   * - `solved`: at this price the average meets the broker's
   * - `closed`: no price does, for it closes a part; at the average, the cost adjusted apart
   * - `opened`: no positive price does; at the average, the cost adjusted apart
   * - `unknown`: either average is unknown, so the value is too
   */
  readonly how: 'solved' | 'closed' | 'opened' | 'unknown'
}

/**
 * The price at which the residual makes the account's average meet the broker's, where a positive
 * one does. Closing a part leaves an average as it is whatever the price, so then it is closed at
 * the average, and the cost adjusted apart. Where all is closed there is no average to meet.
 */
export function priceOfResidual(terms: ResidualTerms): ResidualPrice {
  const { cost, residual } = terms
  const held = cost.position.quantity
  const isClosing = !held.isZero() && held.isNegative() !== residual.isNegative()
  if (isClosing && residual.abs().lessThanOrEqualTo(held.abs())) return closedAtAverage(terms)
  // What is opened beyond a closing carries no commission that we know of.
  const target = targetCost(terms, isClosing ? ZERO : cost.openingCommission)
  if (target === null || (!isClosing && !cost.position.isCostKnown)) return UNKNOWN
  const value = isClosing
    ? target.times(residual).dividedBy(held.plus(residual))
    : target.minus(cost.position.cost)
  const price = value.dividedBy(residual)
  if (price.greaterThan(0)) {
    return { value: toLedgerScale(value), price, costApart: ZERO, how: 'solved' }
  }
  return openedAtAverage(terms, target)
}

const UNKNOWN: ResidualPrice = { value: null, price: null, costApart: ZERO, how: 'unknown' }

/** The cost the whole holding must end with, as quoted and without commission. */
function targetCost(
  { cost, instrument, residual, brokerAverage }: ResidualTerms,
  commission: Decimal,
): Decimal | null {
  const point = pointValue(instrument)
  if (brokerAverage === null || point === null) return null
  const money = brokerAverage.times(cost.position.quantity.plus(residual))
  return money.minus(commission).dividedBy(point)
}

function closedAtAverage(terms: ResidualTerms): ResidualPrice {
  const { cost, residual } = terms
  const { position, openingCommission } = cost
  if (!position.isCostKnown) return UNKNOWN
  const share = residual.abs().dividedBy(position.quantity.abs())
  const closed = toLedgerScale(position.cost.times(share))
  const price = position.cost.dividedBy(position.quantity)
  const left = position.cost.minus(closed)
  const kept = new D(1).minus(share)
  const target = kept.isZero() ? left : targetCost(terms, openingCommission.times(kept))
  const costApart = target === null ? ZERO : toLedgerScale(target.minus(left))
  return { value: closed.negated(), price, costApart, how: 'closed' }
}

/** Adds at the average there is, for no positive price makes it the broker's. */
function openedAtAverage({ cost, residual }: ResidualTerms, target: Decimal): ResidualPrice {
  const { position } = cost
  if (position.quantity.isZero() || position.quantity.isNegative() !== residual.isNegative()) {
    // A holding of negative cost, such as a spread's: its price is what the broker says it is.
    const opening = position.quantity.plus(residual)
    const price = target.dividedBy(opening)
    return { value: toLedgerScale(price.times(residual)), price, costApart: ZERO, how: 'solved' }
  }
  const price = position.cost.dividedBy(position.quantity)
  const value = toLedgerScale(price.times(residual))
  const costApart = toLedgerScale(target.minus(position.cost).minus(value))
  return { value, price, costApart, how: 'opened' }
}
