import { D, textOrNull, text, type Decimal } from '#shared/money.ts'
import { measure, type DrawdownEvent, type DrawdownRules, type DrawdownState } from './drawdown.ts'
import type { Watermarks } from './watermarks.ts'

/** Events in time order; of one instant the equity first, then the flows. Ties keep their order. */
export const inTimeOrder = (events: readonly DrawdownEvent[]): readonly DrawdownEvent[] =>
  [...events].sort((a, b) => a.at - b.at || rankOf(a) - rankOf(b))

const rankOf = ({ kind }: DrawdownEvent): number => (kind === 'equity' ? 0 : 1)

/** A whole series at once; `events` in time order. */
export const foldDrawdown = (
  start: DrawdownState,
  events: Iterable<DrawdownEvent>,
  rules: DrawdownRules,
): DrawdownState => {
  let state = start
  for (const event of events) state = measure(state, event, rules)
  return state
}

/** What a long fold needs; `events` in time order. */
export type DrawdownSeries = {
  readonly start: DrawdownState
  readonly events: Iterable<DrawdownEvent>
  readonly rules: DrawdownRules
}

/**
 * The same, stopping every `stepSize` events so that a long series need not hold anybody up: 2,000
 * are a few milliseconds' worth.
 */
export function* foldDrawdownInSteps(
  { start, events, rules }: DrawdownSeries,
  stepSize: number,
): Generator<undefined, DrawdownState> {
  let state = start
  let count = 0
  for (const event of events) {
    if (count > 0 && count % stepSize === 0) yield
    state = measure(state, event, rules)
    count += 1
  }
  return state
}

type Saved<Of> = {
  readonly [Key in keyof Of]: Of[Key] extends Decimal | null
    ? Of[Key] extends Decimal
      ? string
      : string | null
    : Of[Key]
}

/**
 * A state as plain data: numbers, booleans and decimal strings. The strings have up to 34 digits
 * and must be kept whole, as text: rounded to a column's scale they would measure differently.
 */
export type SavedDrawdown = Omit<Saved<DrawdownState>, 'total' | 'weekly' | 'daily'> & {
  readonly total: Saved<Watermarks>
  readonly weekly: Saved<Watermarks>
  readonly daily: Saved<Watermarks>
}

export const saveDrawdown = (state: DrawdownState): SavedDrawdown => ({
  at: state.at,
  equity: textOrNull(state.equity),
  withdrawnFrom: textOrNull(state.withdrawnFrom),
  flows: text(state.flows),
  units: textOrNull(state.units),
  total: saveMarks(state.total),
  weekly: saveMarks(state.weekly),
  daily: saveMarks(state.daily),
})

const saveMarks = (marks: Watermarks): Saved<Watermarks> => ({
  ...marks,
  opening: textOrNull(marks.opening),
  openingPnl: textOrNull(marks.openingPnl),
  peak: textOrNull(marks.peak),
  trough: textOrNull(marks.trough),
  worst: text(marks.worst),
  highestPnl: textOrNull(marks.highestPnl),
})

/** The state that was saved, to the last digit. @throws {DecimalError} when it is no such data. */
export const restoreDrawdown = (saved: SavedDrawdown): DrawdownState => ({
  at: saved.at,
  equity: decimalOrNull(saved.equity),
  withdrawnFrom: decimalOrNull(saved.withdrawnFrom),
  flows: new D(saved.flows),
  units: decimalOrNull(saved.units),
  total: restoreMarks(saved.total),
  weekly: restoreMarks(saved.weekly),
  daily: restoreMarks(saved.daily),
})

const restoreMarks = (saved: Saved<Watermarks>): Watermarks => ({
  ...saved,
  opening: decimalOrNull(saved.opening),
  openingPnl: decimalOrNull(saved.openingPnl),
  peak: decimalOrNull(saved.peak),
  trough: decimalOrNull(saved.trough),
  worst: new D(saved.worst),
  highestPnl: decimalOrNull(saved.highestPnl),
})

const decimalOrNull = (saved: string | null): Decimal | null =>
  saved === null ? null : new D(saved)
