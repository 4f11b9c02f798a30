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
  readonly multiplier: Decimal
  /** Null while the contract's details are not known: then the cost is not known either. */
  readonly priceMagnifier: Decimal | null
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
 * has it.
 */
type CostLine = { readonly quantity: Decimal; readonly share: Decimal; readonly added: Decimal }

/**
 * The holding from before today's fills: the broker's quantity minus what they moved, with the cost
 * that makes them end at the broker's cost. Once the fills cross flat nothing of the start is
 * left in the broker's cost, and the start's own cost cannot be told: unknown, not invented.
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
  if (held.averageCost === null || held.priceMagnifier === null) return null
  const pointValue = held.multiplier.dividedBy(held.priceMagnifier)
  const start: CostLine = { quantity, share: new D(1), added: new D(0) }
  const end = fills.reduce((line, fill) => afterFill(line, fill, pointValue), start)
  if (end.share.isZero()) return null
  const brokerCost = held.averageCost.times(held.quantity).dividedBy(pointValue)
  return toLedgerScale(brokerCost.minus(end.added).dividedBy(end.share))
}

function afterFill(line: CostLine, fill: Fill, pointValue: Decimal): CostLine {
  const change = signedQuantity(fill.execution)
  const left = line.quantity.plus(change)
  const unitCost = unitCostOf(fill, pointValue)
  if (line.quantity.isZero() || line.quantity.isNegative() === change.isNegative()) {
    return { ...line, quantity: left, added: line.added.plus(change.times(unitCost)) }
  }
  const closesAll = change.abs().greaterThanOrEqualTo(line.quantity.abs())
  if (closesAll) return { quantity: left, share: new D(0), added: left.times(unitCost) }
  const kept = left.dividedBy(line.quantity)
  return { quantity: left, share: line.share.times(kept), added: line.added.times(kept) }
}

/** Price plus what commission adds to it on the opening side, which raises a long's cost. */
function unitCostOf(fill: Fill, pointValue: Decimal): Decimal {
  const { price, shares, side } = fill.execution
  if (fill.charge === null) return price
  const perUnit = fill.charge.amount.dividedBy(shares).dividedBy(pointValue)
  return side === 'buy' ? price.plus(perUnit) : price.minus(perUnit)
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
