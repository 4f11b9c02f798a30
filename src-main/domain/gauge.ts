import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { UtcMillis } from '#shared/time.ts'
import { DRAWDOWN_PERIODS, measuredOf } from './drawdown.ts'
import type { DrawdownPeriod, DrawdownState } from './drawdown.ts'
import { shareLost, worstOf } from './watermarks.ts'

/** The drawdown of one period as the desk looks at it; money in the currency of the equity. */
export type Gauge = {
  readonly period: DrawdownPeriod
  /** Where the period began; null before any event. */
  readonly from: UtcMillis | null
  /** Where the next begins; null for `total`. */
  readonly until: UtcMillis | null
  /** When the equity was last observed or moved by a flow. */
  readonly at: UtcMillis | null
  readonly equity: Decimal | null
  /** What the period opened with, flow-adjusted: in terms of the capital there is now. */
  readonly opening: Decimal | null
  /** P&L since the period opened: gained is positive, flows do not count. */
  readonly pnl: Decimal | null
  /** The fall from the peak, 0 to 100, to 18 places; null without any equity above zero. */
  readonly percent: Decimal | null
  /** The deepest such fall of the period. */
  readonly worstPercent: Decimal | null
  /** P&L lost since P&L was highest in this period: never negative; null before any equity. */
  readonly money: Decimal | null
  /** The high-water mark, flow-adjusted, and when it was reached. */
  readonly peak: Decimal | null
  readonly peakAt: UtcMillis | null
  /** The lowest equity since the peak, flow-adjusted; null at the peak. */
  readonly trough: Decimal | null
  readonly troughAt: UtcMillis | null
  /** True at or below zero, and until the period ends when money was added after that. */
  readonly isTotalLoss: boolean
  /** True while a change of cash is not classified: it may be a flow that looks like a loss. */
  readonly isProvisional: boolean
}

const inPercent = (share: Decimal | null): Decimal | null =>
  share === null ? null : toLedgerScale(share.times(100))

/** The fall from the peak of a period now, 0 to 100; null before there is a peak. */
export function percentOf(state: DrawdownState, period: DrawdownPeriod): Decimal | null {
  const value = measuredOf(state)
  return inPercent(value === null ? null : shareLost(state[period], value))
}

/** The gauge of one period; `unclassified` counts the changes of cash nobody has classified yet. */
export function gaugeOf(state: DrawdownState, period: DrawdownPeriod, unclassified: number): Gauge {
  const marks = state[period]
  const value = measuredOf(state)
  const share = value === null ? null : shareLost(marks, value)
  const pnl = state.equity === null ? null : state.equity.minus(state.flows)
  const { openingPnl, highestPnl } = marks
  return {
    period,
    from: marks.from,
    until: marks.until,
    at: state.at,
    equity: state.equity,
    opening: marks.opening,
    pnl: pnl === null || openingPnl === null ? null : pnl.minus(openingPnl),
    percent: inPercent(share),
    worstPercent: share === null ? null : inPercent(worstOf(marks)),
    money: pnl === null || highestPnl === null ? null : D.max(0, highestPnl.minus(pnl)),
    peak: marks.peak,
    peakAt: marks.peakAt,
    trough: marks.trough,
    troughAt: marks.troughAt,
    isTotalLoss: marks.isLost || (share !== null && share.equals(1)),
    isProvisional: unclassified > 0,
  }
}

/** The gauges of all periods: total, week, day. */
export const gaugesOf = (state: DrawdownState, unclassified: number): readonly Gauge[] =>
  DRAWDOWN_PERIODS.map((period) => gaugeOf(state, period, unclassified))
