import type { ConId } from '#shared/ids.ts'
import { D, toLedgerScale, type Decimal, type Quantity } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import { signedQuantity, type Fill } from './fill.ts'
import { compareSlots, slotOf } from './slot.ts'

/** What the broker holds of one instrument at the moment the book is opened. */
export type HeldAtOpening = {
  readonly conId: ConId
  readonly quantity: Quantity
  /** As IB reports it: per unit, commission and multiplier included; null when unknown. */
  readonly averageCost: Decimal | null
  /** What the instrument, and so its cost, is quoted in; null while it is not known. */
  readonly currency: string | null
  /**
   * Money of one point of quoted price for one unit; null while the contract's details are not
   * known: then the cost is not known either.
   */
  readonly pointValue: Decimal | null
}

/** One holding from before the first fill the book knows. */
export type OpeningHolding = {
  readonly conId: ConId
  readonly quantity: Quantity
  /** Signed, in price units as quoted, without commission; null when it cannot be told. */
  readonly cost: Decimal | null
}

/**
 * How the cost at the end depends on the cost at the start, end = share·start + added, while the
 * quantity goes its known way. Commission of opening fills is part of it, as IB's average cost
 * has it: `added` is null once one of them is unknown.
 */
type CostLine = {
  readonly quantity: Decimal
  readonly share: Decimal
  readonly added: Decimal | null
}

/**
 * The holding from before today's fills: the broker's quantity minus what they moved, with the cost
 * that makes them end at the broker's cost. Once the fills cross flat nothing of the start is
 * left in the broker's cost, and the start's own cost cannot be told: unknown, not invented. So it
 * is when a commission is part of the broker's cost and cannot be told.
 */
export function openingHolding(held: HeldAtOpening, fills: readonly Fill[]): OpeningHolding {
  const inOrder = [...fills].sort((a, b) => compareSlots(slotOf(a), slotOf(b)))
  const moved = inOrder.reduce((sum, fill) => sum.plus(signedQuantity(fill.execution)), new D(0))
  const quantity = held.quantity.minus(moved) as Quantity
  if (quantity.isZero()) return { conId: held.conId, quantity, cost: new D(0) }
  return { conId: held.conId, quantity, cost: openingCost(held, inOrder, quantity) }
}

function openingCost(
  held: HeldAtOpening,
  fills: readonly Fill[],
  quantity: Quantity,
): Decimal | null {
  const { pointValue, currency } = held
  if (held.averageCost === null || pointValue === null) return null
  const start: CostLine = { quantity, share: new D(1), added: new D(0) }
  const costOf = (opened: Decimal, fill: Fill): Decimal | null => {
    const charged = chargedFor(opened, fill, currency)
    return charged && opened.times(fill.execution.price).plus(charged.dividedBy(pointValue))
  }
  const end = fills.reduce((line, fill) => afterFill(line, fill, costOf), start)
  if (end.share.isZero() || end.added === null) return null
  const brokerCost = held.averageCost.times(held.quantity).dividedBy(pointValue)
  return toLedgerScale(brokerCost.minus(end.added).dividedBy(end.share))
}

/** What opening this much (signed) of a fill adds to a cost in price units; null is unknown. */
type CostOf = (opened: Decimal, fill: Fill) => Decimal | null

function afterFill(line: CostLine, fill: Fill, costOf: CostOf): CostLine {
  const change = signedQuantity(fill.execution)
  const quantity = line.quantity.plus(change)
  if (line.quantity.isZero() || line.quantity.isNegative() === change.isNegative()) {
    const cost = costOf(change, fill)
    return { ...line, quantity, added: cost && line.added && line.added.plus(cost) }
  }
  const closesAll = change.abs().greaterThanOrEqualTo(line.quantity.abs())
  if (closesAll) return { quantity, share: new D(0), added: costOf(quantity, fill) }
  const kept = quantity.dividedBy(line.quantity)
  return { quantity, share: line.share.times(kept), added: line.added && line.added.times(kept) }
}

/**
 * The part of a fill's commission that went into the cost of what it opened; null until it is told,
 * and where it was charged in another currency: the rate it was counted at is told by nobody.
 */
function chargedFor(opened: Decimal, fill: Fill, currency: string | null): Decimal | null {
  const { charge, execution } = fill
  if (charge === null) return null
  if (charge.amount.isZero()) return charge.amount
  if (charge.currency !== currency) return null
  return charge.amount.times(opened.abs()).dividedBy(execution.shares)
}

/**
 * When the opening position stands: just before the first fill the broker still replays, or
 * before the snapshot where there is none. Fills executed earlier are part of it and are not
 * counted again.
 */
export function openingMoment(fills: readonly Fill[], takenAt: UtcNanos): UtcNanos {
  const first = fills.reduce<bigint>(
    (at, { execution }) => (execution.executedAt < at ? execution.executedAt : at),
    takenAt,
  )
  return (first - 1n) as UtcNanos
}
