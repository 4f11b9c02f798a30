import type { ConId, StrategyId } from '#shared/ids.ts'
import { D, toLedgerScale, ZERO, type Decimal, type Quantity } from '#shared/money.ts'
import { assertMet, EFFECTS, type Adjustment, type SplitRatio } from './adjustment.ts'
import { signedQuantity, type FoldedFill } from './fill.ts'
import { adjustmentSlot, slotOf, type Slot } from './slot.ts'

/**
 * What one strategy holds of one instrument, by the average cost method. Cost and gain are in price
 * units as quoted: the multiplier and the price magnifier turn them into money, when looked at.
 */
export type Position = {
  readonly strategy: StrategyId
  readonly conId: ConId
  /** Signed: negative when short. */
  readonly quantity: Quantity
  /** What the open quantity cost, signed like it, without commission. */
  readonly cost: Decimal
  /** Realized P&L before the multiplier: R/multiplier. */
  readonly realizedPoints: Decimal
  /** False while the open quantity includes holdings whose cost nobody could tell. */
  readonly isCostKnown: boolean
  /** False once a quantity of unknown cost has been closed. */
  readonly isRealizedKnown: boolean
  /** Where the last folded entry stands; null before any. */
  readonly lastSlot: Slot | null
}

const NOTHING = new D(0)

export const flat = (strategy: StrategyId, conId: ConId): Position => ({
  strategy,
  conId,
  quantity: ZERO,
  cost: NOTHING,
  realizedPoints: NOTHING,
  isCostKnown: true,
  isRealizedKnown: true,
  lastSlot: null,
})

export const positionKey = (strategy: StrategyId, conId: ConId): string =>
  `${strategy}|${String(conId)}`

/**
 * What a quantity traded at a price does to a position: the position after, and what it realized.
 */
export type Applied = {
  readonly position: Position
  /** Realized by this entry, before the multiplier; null when the cost it closed is unknown. */
  readonly realizedPoints: Decimal | null
}

/** What is traded: so much, signed, for a value signed like it; price null: value ÷ quantity. */
type Trade = {
  readonly quantity: Decimal
  /** Quantity × price, at the ledger's scale. */
  readonly value: Decimal
  readonly price: Decimal | null
}

/**
 * The same side adds the value d·p to the cost. The opposite side closes c = min(|q|, |d|) of it:
 * the closed cost K = C·c/|q| is rounded once to 18 decimals (all of C when nothing is left),
 * sign(q)·c·p − K is realized, and what d has beyond q opens at p. Values are rounded to the
 * ledger's scale where they arise, so R/multiplier − C = −Σ(d·p) holds to the last digit for
 * every sequence.
 */
function trade(position: Position, traded: Trade): Applied {
  const { quantity, value } = traded
  const held = position.quantity
  if (held.isZero() || held.isNegative() === quantity.isNegative()) {
    return { position: opened(position, quantity, value), realizedPoints: NOTHING }
  }
  const closing = D.min(held.abs(), quantity.abs())
  const isWhole = closing.equals(held.abs())
  const closedCost = isWhole ? position.cost : costOfPart(position, closing)
  // The value of the closing part, signed like the trade; the rest of the value opens.
  const closedValue = closing.equals(quantity.abs()) ? value : valueOfPart(traded, closing)
  const realized = closedValue.negated().minus(closedCost)
  const left = held.plus(quantity)
  const next: Position = {
    ...position,
    quantity: left as Quantity,
    cost: position.cost.minus(closedCost).plus(value.minus(closedValue)),
    realizedPoints: position.realizedPoints.plus(realized),
    isCostKnown: position.isCostKnown || isWhole,
    isRealizedKnown: position.isRealizedKnown && position.isCostKnown,
  }
  return { position: next, realizedPoints: position.isCostKnown ? realized : null }
}

/** C·c/|q|, rounded once. */
const costOfPart = (position: Position, closing: Decimal): Decimal =>
  toLedgerScale(position.cost.times(closing).dividedBy(position.quantity.abs()))

function valueOfPart({ quantity, value, price }: Trade, closing: Decimal): Decimal {
  if (price === null) return toLedgerScale(value.times(closing).dividedBy(quantity.abs()))
  return toLedgerScale(closing.times(price).times(quantity.isNegative() ? -1 : 1))
}

const opened = (position: Position, quantity: Decimal, value: Decimal): Position => ({
  ...position,
  quantity: position.quantity.plus(quantity) as Quantity,
  cost: position.cost.plus(value),
})

/** A position after one more fill, which must stand after all it has folded. */
export function applyFill(position: Position, fill: FoldedFill): Applied {
  const { price } = fill.execution
  const quantity = signedQuantity(fill.execution)
  const applied = trade(position, { quantity, value: toLedgerScale(quantity.times(price)), price })
  return {
    realizedPoints: applied.realizedPoints,
    position: { ...applied.position, lastSlot: slotOf(fill) },
  }
}

/**
 * A position after one more adjustment that concerns it, which must stand after all it has folded.
 * @throws {Error} for a stand-in that has not met the fills of its order by `superseded`.
 */
export function applyAdjustment(position: Position, adjustment: Adjustment): Position {
  assertMet(adjustment)
  return { ...adjusted(position, adjustment), lastSlot: adjustmentSlot(adjustment) }
}

function adjusted(position: Position, { kind, quantity, cost, ratio }: Adjustment): Position {
  switch (EFFECTS[kind]) {
    case 'adds':
      return cost === null ? addedUnpriced(position, quantity) : opened(position, quantity, cost)
    case 'trades':
      if (cost === null) return tradedUnpriced(position, quantity)
      return trade(position, { quantity, value: cost, price: null }).position
    case 'recosts':
      return recosted(position, cost ?? NOTHING)
    case 'splits':
      return ratio === null ? position : split(position, ratio)
    case 'nothing':
      return position
  }
}

function addedUnpriced(position: Position, added: Quantity): Position {
  const quantity = position.quantity.plus(added) as Quantity
  const isFlat = quantity.isZero()
  return { ...position, quantity, cost: isFlat ? NOTHING : position.cost, isCostKnown: isFlat }
}

/** Trades at a price nobody knows: what it opens costs, and what it closes realizes, unknown. */
function tradedUnpriced(position: Position, traded: Quantity): Position {
  const held = position.quantity
  const quantity = held.plus(traded) as Quantity
  if (held.isZero() || held.isNegative() === traded.isNegative()) {
    return { ...position, quantity, isCostKnown: false }
  }
  const closed = { ...position, quantity, isRealizedKnown: false }
  if (traded.abs().lessThan(held.abs())) {
    return { ...closed, cost: position.cost.minus(costOfPart(position, traded.abs())) }
  }
  return { ...closed, cost: NOTHING, isCostKnown: quantity.isZero() }
}

/**
 * What the open quantity is said to have cost beyond what was folded comes out of the realized
 * P&L, so R/multiplier − C stays. A cost that was unknown is told by it, and then there is no
 * P&L to take it from. Nothing held costs nothing.
 */
function recosted(position: Position, added: Decimal): Position {
  if (position.quantity.isZero()) return position
  const cost = position.cost.plus(added)
  if (!position.isCostKnown) return { ...position, cost, isCostKnown: true }
  return { ...position, cost, realizedPoints: position.realizedPoints.plus(added) }
}

/** More, or fewer, units for the same cost; a quantity that does not divide has 18 decimals. */
const split = (position: Position, { to, from }: SplitRatio): Position => ({
  ...position,
  quantity: toLedgerScale(position.quantity.times(to).dividedBy(from)) as Quantity,
})

/** Cost per unit as quoted, without commission; null when flat or unknown. */
export const averageCost = (position: Position): Decimal | null =>
  position.quantity.isZero() || !position.isCostKnown
    ? null
    : position.cost.dividedBy(position.quantity)
