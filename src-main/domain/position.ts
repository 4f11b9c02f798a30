import type { ConId, StrategyId } from '#shared/ids.ts'
import { D, toLedgerScale, ZERO, type Decimal, type Quantity } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import { signedQuantity, type Fill } from './fill.ts'

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

/**
 * The place of an entry in the total order of folding, which no order of arrival can change:
 * execution time (IB's resolution is a second), then permId, cumulative quantity, execution root.
 */
export type Slot = {
  readonly at: UtcNanos
  readonly permId: number
  readonly cumulative: Decimal
  readonly root: string
}

/** A change of quantity that is no execution, such as the opening position. */
export type Adjustment = {
  readonly id: string
  readonly kind: 'opening' | 'reversal'
  readonly strategy: StrategyId
  readonly conId: ConId
  readonly effectiveAt: UtcNanos
  readonly quantity: Quantity
  /** Signed cost in price units as quoted; null when nobody could tell it. */
  readonly cost: Decimal | null
  readonly author: string
  readonly reason: string
  /** The adjustment this one takes back; null for others. */
  readonly reverses: string | null
  readonly recordedAt: UtcNanos
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

export const slotOf = (fill: Fill): Slot => ({
  at: fill.execution.executedAt,
  permId: fill.execution.permId,
  cumulative: fill.execution.cumulativeQuantity,
  root: fill.fillId,
})

/** Negative when `a` is folded before `b`, positive when after, 0 for the same slot. */
export function compareSlots(a: Slot, b: Slot): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1
  if (a.permId !== b.permId) return a.permId < b.permId ? -1 : 1
  const cumulative = a.cumulative.comparedTo(b.cumulative)
  if (cumulative !== 0) return cumulative
  if (a.root === b.root) return 0
  return a.root < b.root ? -1 : 1
}

/**
 * What a quantity traded at a price does to a position: the position after, and what it realized.
 */
export type Applied = {
  readonly position: Position
  /** Realized by this entry, before the multiplier; null when the cost it closed is unknown. */
  readonly realizedPoints: Decimal | null
}

/**
 * Trades `quantity` (signed) at `price`, both as executed.
 *
 * The same side adds d·p to the cost. The opposite side closes c = min(|q|, |d|) of it: the
 * closed cost K = C·c/|q| is rounded once to 18 decimals (all of C when nothing is left),
 * sign(q)·c·p − K is realized, and what d has beyond q opens at p. Values are rounded to the
 * ledger's scale where they arise, so R/multiplier − C = −Σ(d·p) holds to the last digit for
 * every sequence.
 */
function trade(position: Position, quantity: Decimal, price: Decimal): Applied {
  const held = position.quantity
  const value = toLedgerScale(quantity.times(price))
  if (held.isZero() || held.isNegative() === quantity.isNegative()) {
    return { position: opened(position, quantity, value), realizedPoints: NOTHING }
  }
  const closing = D.min(held.abs(), quantity.abs())
  const isWhole = closing.equals(held.abs())
  const closedCost = isWhole
    ? position.cost
    : toLedgerScale(position.cost.times(closing).dividedBy(held.abs()))
  // The value of the closing part, signed like the trade; the rest of the value opens.
  const closedValue = closing.equals(quantity.abs())
    ? value
    : toLedgerScale(closing.times(price).times(quantity.isNegative() ? -1 : 1))
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

const opened = (position: Position, quantity: Decimal, value: Decimal): Position => ({
  ...position,
  quantity: position.quantity.plus(quantity) as Quantity,
  cost: position.cost.plus(value),
})

/** A position after one more fill, which must stand after all it has folded. */
export function applyFill(position: Position, fill: Fill): Applied {
  const applied = trade(position, signedQuantity(fill.execution), fill.execution.price)
  return {
    realizedPoints: applied.realizedPoints,
    position: { ...applied.position, lastSlot: slotOf(fill) },
  }
}

/** A position after an adjustment that brings its own cost. */
function applyAdjustment(position: Position, adjustment: Adjustment): Position {
  const slot = adjustmentSlot(adjustment)
  if (adjustment.cost === null) {
    const quantity = position.quantity.plus(adjustment.quantity) as Quantity
    const isFlat = quantity.isZero()
    const cost = isFlat ? NOTHING : position.cost
    return { ...position, quantity, cost, isCostKnown: isFlat, lastSlot: slot }
  }
  return { ...opened(position, adjustment.quantity, adjustment.cost), lastSlot: slot }
}

/** An adjustment stands before the executions of its instant: permIds are never negative. */
const adjustmentSlot = (adjustment: Adjustment): Slot => ({
  at: adjustment.effectiveAt,
  permId: -1,
  cumulative: NOTHING,
  root: adjustment.id,
})

/** Everything that makes up one position. */
export type History = {
  readonly fills: readonly Fill[]
  readonly adjustments: readonly Adjustment[]
}

/** A position folded from nothing, and what each of its fills realized. */
export type Folded = {
  readonly position: Position
  readonly realized: ReadonlyMap<string, Decimal | null>
}

/** Adjustments that still count: a reversal and what it takes back cancel each other. */
export function standing(adjustments: readonly Adjustment[]): readonly Adjustment[] {
  const reversed = new Set(adjustments.map(({ reverses }) => reverses))
  return adjustments.filter(({ id, reverses }) => reverses === null && !reversed.has(id))
}

/** Folds a whole history in slot order, whatever the order it is given in. */
export function foldPosition(start: Position, history: History): Folded {
  const steps = foldInSteps(start, history, Infinity)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

type Entry = { readonly slot: Slot; readonly change: Fill | Adjustment }

/** The same, stopping every `stepSize` entries so that a long history need not hold anybody up. */
export function* foldInSteps(
  start: Position,
  history: History,
  stepSize: number,
): Generator<undefined, Folded> {
  const realized = new Map<string, Decimal | null>()
  let position = start
  for (const [index, { change }] of entriesOf(history).entries()) {
    if (index > 0 && index % stepSize === 0) yield
    if ('fillId' in change) {
      const applied = applyFill(position, change)
      position = applied.position
      realized.set(change.fillId, applied.realizedPoints)
    } else {
      position = applyAdjustment(position, change)
    }
  }
  return { position, realized }
}

const entriesOf = ({ fills, adjustments }: History): readonly Entry[] =>
  [
    ...fills.map((fill): Entry => ({ slot: slotOf(fill), change: fill })),
    ...standing(adjustments).map((one): Entry => ({ slot: adjustmentSlot(one), change: one })),
  ].sort((a, b) => compareSlots(a.slot, b.slot))

/** Cost per unit as quoted, without commission; null when flat or unknown. */
export const averageCost = (position: Position): Decimal | null =>
  position.quantity.isZero() || !position.isCostKnown
    ? null
    : position.cost.dividedBy(position.quantity)
