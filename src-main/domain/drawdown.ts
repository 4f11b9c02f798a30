import { D, type Decimal } from '#shared/money.ts'
import type { UtcMillis } from '#shared/time.ts'
import { periodOf, type Calendar } from './period.ts'
import { DRY, worstOf, type Watermarks } from './watermarks.ts'

/** `total` runs from the first observation, or from when it was reset by hand. */
export const DRAWDOWN_PERIODS = ['total', 'weekly', 'daily'] as const
export type DrawdownPeriod = (typeof DRAWDOWN_PERIODS)[number]

export type DrawdownRules = {
  readonly calendar: Calendar
  /**
   * What a period opens with. `lastBeforeBoundary`: the last value before it began, so that a loss
   * over the boundary counts; `firstObserved`: the first value in it.
   */
  readonly openingValue: 'lastBeforeBoundary' | 'firstObserved'
}

/** Measures `total` alone: no day or week begins, and theirs stay as they are. */
export type TotalRules = { readonly calendar: null }

/**
 * What happens to the equity of an account or a strategy, in one currency. `equity`: what it is
 * worth. `flow`: money or capital that came (positive) or went, positions transferred at their
 * value included; never a gain or a loss. At one instant the equity comes before the flow.
 */
export type DrawdownEvent =
  | { readonly kind: 'equity'; readonly at: UtcMillis; readonly equity: Decimal }
  | { readonly kind: 'flow'; readonly at: UtcMillis; readonly amount: Decimal }

/** Everything that must be known to go on measuring: plain data, see `saveDrawdown`. */
export type DrawdownState = Readonly<Record<DrawdownPeriod, Watermarks>> & {
  /** The time of the last event; null before the first. */
  readonly at: UtcMillis | null
  /** The last equity observed, and the flows since. */
  readonly equity: Decimal | null
  /**
   * While all capital has been taken out: what the equity was before that, by P&L until now. The
   * other amounts are in terms of it, as nothing can be scaled to nothing. Else null.
   */
  readonly withdrawnFrom: Decimal | null
  /** Net flows of all times. */
  readonly flows: Decimal
  /** The index is equity ÷ units; null while no equity above zero has been seen. */
  readonly units: Decimal | null
}

const NOTHING: Decimal = new D(0)

export const UNMEASURED: DrawdownState = {
  at: null,
  equity: null,
  withdrawnFrom: null,
  flows: NOTHING,
  units: null,
  total: DRY,
  weekly: DRY,
  daily: DRY,
}

/**
 * The state after one more event. A flow takes part at the last unit value: to be exact, observe
 * the equity just before it. Equity at or below zero is a total loss: 100 %, from which only P&L
 * leads back; money added to it does not, and the period stays lost until it ends or is reset.
 * @throws {RangeError} for an event before the last one: the series must then be folded anew.
 */
export function measure(
  state: DrawdownState,
  event: DrawdownEvent,
  rules: DrawdownRules | TotalRules,
): DrawdownState {
  const begun = beginPeriods(state, event.at, rules)
  return event.kind === 'equity' ? observed(begun, event) : flowed(begun, event)
}

/**
 * Begins the periods that an instant lies in, where they have not begun yet: also while nothing
 * happens, so that a gauge does not show yesterday's fall as today's.
 * @throws {RangeError} for an instant before the last event.
 */
export function beginPeriods(
  state: DrawdownState,
  at: UtcMillis,
  rules: DrawdownRules | TotalRules,
): DrawdownState {
  if (state.at !== null && at < state.at)
    throw new RangeError('An event before the last one cannot be measured: fold the series anew.')
  const { total, weekly, daily } = state
  if (rules.calendar === null)
    return total.from === null ? { ...state, total: { ...markedAt(state), from: at } } : state
  const isInside = (marks: Watermarks): boolean => marks.until !== null && at < marks.until
  if (total.from !== null && isInside(weekly) && isInside(daily)) return state
  return {
    ...state,
    total: total.from === null ? { ...opened(state, rules), from: at } : total,
    weekly: isInside(weekly)
      ? weekly
      : { ...opened(state, rules), ...periodOf('weekly', at, rules.calendar) },
    daily: isInside(daily)
      ? daily
      : { ...opened(state, rules), ...periodOf('daily', at, rules.calendar) },
  }
}

/** Starts a period over at what there is now, as of the last event. */
export const resetDrawdown = (state: DrawdownState, period: DrawdownPeriod): DrawdownState => ({
  ...state,
  [period]: {
    ...markedAt(state),
    from: period === 'total' ? state.at : state[period].from,
    until: state[period].until,
  },
})

const opened = (state: DrawdownState, { openingValue }: DrawdownRules): Watermarks =>
  openingValue === 'lastBeforeBoundary' ? markedAt(state) : DRY

/** Watermarks that begin at the last known equity. */
function markedAt(state: DrawdownState): Watermarks {
  const value = measuredOf(state)
  if (value === null || state.equity === null) return DRY
  const pnl = state.equity.minus(state.flows)
  const isPeak = value.greaterThan(0)
  return {
    ...DRY,
    opening: value,
    openingPnl: pnl,
    peak: isPeak ? value : null,
    peakAt: isPeak ? state.at : null,
    highestPnl: pnl,
  }
}

/** The equity that the watermarks are in terms of. */
export const measuredOf = ({ withdrawnFrom, equity }: DrawdownState): Decimal | null =>
  withdrawnFrom ?? equity

type Observed = Extract<DrawdownEvent, { kind: 'equity' }>
type Flowed = Extract<DrawdownEvent, { kind: 'flow' }>

function observed(state: DrawdownState, { at, equity }: Observed): DrawdownState {
  const { withdrawnFrom, flows } = state
  const made = withdrawnFrom === null ? NOTHING : equity.minus(state.equity ?? equity)
  const value = withdrawnFrom === null ? equity : withdrawnFrom.plus(made)
  const pnl = equity.minus(flows)
  const now = { at, value, pnl }
  const next: DrawdownState = {
    at,
    equity,
    flows,
    withdrawnFrom: withdrawnFrom === null ? null : value,
    units: state.units ?? (value.greaterThan(0) ? value : null),
    total: marked(state.total, now),
    weekly: marked(state.weekly, now),
    daily: marked(state.daily, now),
  }
  const isBack = withdrawnFrom !== null && value.greaterThan(0) && equity.greaterThan(0)
  return isBack ? scaled({ ...next, withdrawnFrom: null }, equity.dividedBy(value)) : next
}

type Now = { readonly at: UtcMillis; readonly value: Decimal; readonly pnl: Decimal }

/** The watermarks after an observation. Nothing is allocated where nothing changes. */
function marked(marks: Watermarks, now: Now): Watermarks {
  if (marks.from === null) return marks
  const { value, pnl } = now
  const level = marks.isLost ? marks : levelled(marks, now)
  const isHighest = level.highestPnl === null || pnl.greaterThan(level.highestPnl)
  if (level.opening !== null) return isHighest ? { ...level, highestPnl: pnl } : level
  return { ...level, opening: value, openingPnl: pnl, highestPnl: pnl }
}

/** The peak and the trough since, after an observation. */
function levelled(marks: Watermarks, { at, value }: Now): Watermarks {
  const { peak, trough } = marks
  if (peak === null) return value.greaterThan(0) ? { ...marks, peak: value, peakAt: at } : marks
  const toPeak = value.comparedTo(peak)
  if (toPeak > 0) {
    const worst = trough === null ? marks.worst : worstOf(marks)
    return { ...marks, peak: value, peakAt: at, trough: null, troughAt: null, worst }
  }
  const isLower = toPeak < 0 && (trough === null || value.lessThan(trough))
  return isLower ? { ...marks, trough: value, troughAt: at } : marks
}

function flowed(state: DrawdownState, { at, amount }: Flowed): DrawdownState {
  const before = { ...state, at, flows: state.flows.plus(amount) }
  const value = measuredOf(state)
  if (state.equity === null || value === null) return before
  const equity = state.equity.plus(amount)
  if (!value.greaterThan(0)) return begunAgain({ ...before, equity, withdrawnFrom: null })
  if (!equity.greaterThan(0)) return { ...before, equity, withdrawnFrom: value }
  return scaled({ ...before, equity, withdrawnFrom: null }, equity.dividedBy(value))
}

/** After a total loss new money buys no units of the old index: it begins a new one. */
function begunAgain(state: DrawdownState): DrawdownState {
  const { at, equity } = state
  const isPeak = equity?.greaterThan(0) === true
  const renewed = (marks: Watermarks): Watermarks => {
    if (marks.isLost || marks.peak !== null) return { ...marks, isLost: true }
    return isPeak ? { ...marks, peak: equity, peakAt: at } : marks
  }
  return {
    ...state,
    units: isPeak ? equity : null,
    total: renewed(state.total),
    weekly: renewed(state.weekly),
    daily: renewed(state.daily),
  }
}

/** Everything in terms of capital that has become `factor` times as much. */
function scaled(state: DrawdownState, factor: Decimal): DrawdownState {
  const times = (value: Decimal | null): Decimal | null => value && value.times(factor)
  const inNewTerms = (marks: Watermarks): Watermarks => ({
    ...marks,
    opening: times(marks.opening),
    peak: times(marks.peak),
    trough: times(marks.trough),
  })
  return {
    ...state,
    units: times(state.units),
    total: inNewTerms(state.total),
    weekly: inNewTerms(state.weekly),
    daily: inNewTerms(state.daily),
  }
}

/**
 * The time-weighted value of one unit: 1 at the first equity above zero, moved by returns alone.
 * Null before that. After a total loss and new money it begins at 1 again.
 */
export function indexOf(state: DrawdownState): Decimal | null {
  const value = measuredOf(state)
  if (state.units === null || value === null) return null
  return value.greaterThan(0) ? value.dividedBy(state.units) : NOTHING
}
