import { D, type Decimal } from '#shared/money.ts'
import type { UtcMillis } from '#shared/time.ts'
import type { DrawdownPeriod, DrawdownState } from './drawdown.ts'
import type { Watermarks } from './watermarks.ts'

/**
 * The first capital a strategy is given: percent is measured from here on, as before there was
 * nothing it could be a percent of. P&L lost goes on being measured in money.
 */
export function withFirstCapital(
  state: DrawdownState,
  { at, amount }: { readonly at: UtcMillis; readonly amount: Decimal },
): DrawdownState {
  const equity = (state.equity ?? new D(0)).plus(amount)
  const isPeak = equity.greaterThan(0)
  const begun = (marks: Watermarks): Watermarks => ({
    ...marks,
    opening: equity,
    peak: isPeak ? equity : null,
    peakAt: isPeak ? at : null,
    ...{ trough: null, troughAt: null, isLost: false },
    worst: new D(0),
  })
  return {
    ...{ at, equity, withdrawnFrom: null, units: isPeak ? equity : null },
    flows: state.flows.plus(amount),
    ...inEvery(state, begun),
  }
}

/**
 * A flow that was counted as a gain and whose moment nobody can tell any more: it counts as no P&L
 * from now on, and neither percent nor money moves.
 */
export function restated(state: DrawdownState, amount: Decimal): DrawdownState {
  const less = (pnl: Decimal | null): Decimal | null => pnl && pnl.minus(amount)
  return {
    ...state,
    flows: state.flows.plus(amount),
    ...inEvery(state, (marks) => ({
      ...marks,
      openingPnl: less(marks.openingPnl),
      highestPnl: less(marks.highestPnl),
    })),
  }
}

const inEvery = (
  { total, weekly, daily }: DrawdownState,
  change: (marks: Watermarks) => Watermarks,
): Readonly<Record<DrawdownPeriod, Watermarks>> => ({
  total: change(total),
  weekly: change(weekly),
  daily: change(daily),
})
