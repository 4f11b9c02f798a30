import { decimal, type DecimalString } from './money.ts'

/** An amount as a setting says it: plain, not negative, with no more digits than the ledger. */
export const PLAIN_AMOUNT = /^\d{1,12}(\.\d{1,18})?$/

/** How far a drawdown may go, as set: plain amounts, in percent of the peak or in base currency. */
export type LimitMarks = {
  readonly measure: 'percent' | 'money'
  readonly warning?: DecimalString | undefined
  readonly breach?: DecimalString | undefined
  /** How far the drawdown must go back below a mark before reaching it again is news. */
  readonly hysteresis: DecimalString
}

/**
 * What is wrong with a limit, as the end of a sentence; null when it can be kept. A mark of 0
 * would always be reached, one above 100 % never, and one within the hysteresis never left.
 */
export function limitFault({ measure, warning, breach, hysteresis }: LimitMarks): string | null {
  const marks = [warning, breach].flatMap((mark) => (mark === undefined ? [] : [decimal(mark)]))
  const [first, second] = marks
  if (first === undefined) return 'needs a warning, a breach, or both'
  const isOver = measure === 'percent' && marks.some((mark) => mark.greaterThan(100))
  // What is wrong with one mark says more than how the two stand to each other.
  if (marks.some((mark) => mark.isZero())) return 'a mark must be above 0'
  if (isOver) return 'a mark in percent must not be above 100'
  if (second?.lessThanOrEqualTo(first) === true) return 'the breach must be beyond the warning'
  return decimal(hysteresis).lessThan(first)
    ? null
    : 'the hysteresis must be smaller than the marks, or one that is reached is never left'
}
