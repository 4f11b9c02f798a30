import { ZERO, type Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Adjustment } from './adjustment.ts'
import type { FoldedFill } from './fill.ts'

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

export const slotOf = (fill: FoldedFill): Slot => ({
  at: fill.execution.executedAt,
  permId: fill.execution.permId,
  cumulative: fill.execution.cumulativeQuantity,
  root: fill.fillId,
})

/**
 * An adjustment stands before the executions of its instant, for permIds are never negative;
 * several of one instant stand in the order of their ids.
 */
export const adjustmentSlot = (adjustment: Adjustment): Slot => ({
  at: adjustment.effectiveAt,
  permId: -1,
  cumulative: ZERO,
  root: adjustment.id,
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
