import { utcMillis, type UtcMillis } from '#shared/time.ts'

/**
 * A moment of our clock as the broker's shows it.
 * @param aheadMs how far the broker's clock is ahead, behind below zero; null: taken for ours.
 */
export const atBroker = (ours: UtcMillis, aheadMs: number | null): UtcMillis =>
  utcMillis(ours + (aheadMs ?? 0))

/**
 * A moment of our clock by whichever of the two clocks shows it earlier: what the broker executed
 * after it never seems to be older, however far its clock is behind.
 */
export const earliestAt = (ours: UtcMillis, aheadMs: number | null): UtcMillis =>
  utcMillis(ours + Math.min(0, aheadMs ?? 0))
