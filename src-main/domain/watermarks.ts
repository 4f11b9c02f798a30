import { D, type Decimal } from '#shared/money.ts'
import type { UtcMillis } from '#shared/time.ts'

/**
 * What one period remembers. Amounts are flow-adjusted: they are in terms of the capital there is
 * now, as every flow scales them with it. That makes percent the fall of a time-weighted
 * unit value, without ever rounding one where there are no flows.
 */
export type Watermarks = {
  /** Where the period began; null before the first event. */
  readonly from: UtcMillis | null
  /** Where the next begins; null for `total`, which has no end. */
  readonly until: UtcMillis | null
  readonly opening: Decimal | null
  readonly openingPnl: Decimal | null
  /** The high-water mark, always above zero; null while no such equity has been seen. */
  readonly peak: Decimal | null
  readonly peakAt: UtcMillis | null
  /** The lowest equity since the peak; null at the peak. */
  readonly trough: Decimal | null
  readonly troughAt: UtcMillis | null
  /** The deepest fall from an earlier peak, as a share of it: 0 to 1. */
  readonly worst: Decimal
  /** The highest cumulative P&L: equity less all flows. */
  readonly highestPnl: Decimal | null
  /** True once everything was lost and new money came: nothing can be measured on the rest. */
  readonly isLost: boolean
}

const NOTHING: Decimal = new D(0)
const ALL: Decimal = new D(1)

/** The watermarks of a period in which nothing has been observed. */
export const DRY: Watermarks = {
  from: null,
  until: null,
  opening: null,
  openingPnl: null,
  peak: null,
  peakAt: null,
  trough: null,
  troughAt: null,
  worst: NOTHING,
  highestPnl: null,
  isLost: false,
}

/**
 * How far a value is below its peak, as a share of the peak: 0 to 1, everything lost is 1. It is
 * taken of every point of a curve, and only what is neither end needs a division.
 */
function fallOf(peak: Decimal, value: Decimal): Decimal {
  if (value.greaterThanOrEqualTo(peak)) return NOTHING
  return value.greaterThan(0) ? peak.minus(value).dividedBy(peak) : ALL
}

/**
 * How far a value is below the peak, as a share of it: 0 to 1. Null while there is no peak.
 */
export function shareLost(marks: Watermarks, value: Decimal): Decimal | null {
  if (marks.isLost) return ALL
  return marks.peak === null ? null : fallOf(marks.peak, value)
}

/** The deepest fall of a period until now, as a share of its peak: 0 to 1. */
export function worstOf({ isLost, worst, peak, trough }: Watermarks): Decimal {
  if (isLost) return ALL
  if (peak === null || trough === null) return worst
  const fall = fallOf(peak, trough)
  return fall.greaterThan(worst) ? fall : worst
}
