import type { ConId, StrategyId } from '#shared/ids.ts'
import type { Decimal, Quantity } from '#shared/money.ts'
import { EVERY_STRATEGY } from '#shared/ids.ts'
import { concerns, type Adjustment } from './adjustment.ts'
import { applyAdjustment, averageCost, flat, positionKey, type Position } from './position.ts'

/** What one position is before and after; the screen shows them side by side. */
export type StrategyEffect = {
  readonly strategy: StrategyId
  readonly conId: ConId
  readonly before: PositionSummary
  readonly after: PositionSummary
  /** What the realized P&L changes by, before the multiplier; null when it is not known. */
  readonly realizedPoints: Decimal | null
}

/** Of one position: per unit as quoted, without commission; null is not known, or flat. */
export type PositionSummary = {
  readonly quantity: Quantity
  readonly averageCost: Decimal | null
  readonly isCostKnown: boolean
}

/** The position after the entries too; folded anew where they stand before what it has folded. */
export type Refold = (position: Position, entries: readonly Adjustment[]) => Position

/**
 * Entries put after all that is folded: right for what takes effect now. Entries that take effect
 * earlier need the history, which only the caller has.
 */
export const appliedLast: Refold = (position, entries) => entries.reduce(applyAdjustment, position)

/**
 * What entries do to each position they concern.
 * @param positions every position of the instruments concerned.
 */
export function effectsOf(
  positions: readonly Position[],
  entries: readonly Adjustment[],
  refold: Refold = appliedLast,
): readonly StrategyEffect[] {
  const before = new Map(
    positions.map((position) => [positionKey(position.strategy, position.conId), position]),
  )
  for (const { strategy, conId } of entries) {
    const key = positionKey(strategy, conId)
    if (strategy !== EVERY_STRATEGY && !before.has(key)) before.set(key, flat(strategy, conId))
  }
  return [...before.values()].flatMap((position) => {
    const own = entries.filter((entry) => concerns(entry, position))
    return own.length === 0 ? [] : [effectOf(position, refold(position, own))]
  })
}

/** The difference between two states of one position. */
export function effectOf(before: Position, after: Position): StrategyEffect {
  const isKnown = before.isRealizedKnown === after.isRealizedKnown
  return {
    strategy: before.strategy,
    conId: before.conId,
    before: summaryOf(before),
    after: summaryOf(after),
    realizedPoints: isKnown ? after.realizedPoints.minus(before.realizedPoints) : null,
  }
}

const summaryOf = (position: Position): PositionSummary => ({
  quantity: position.quantity,
  averageCost: averageCost(position),
  isCostKnown: position.isCostKnown,
})
