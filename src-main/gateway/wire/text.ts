import type { Decimal } from '#shared/money.ts'
import { absolute, fixedText, quotient, type Fixed } from '../fixed.ts'
import { UNSET_DOUBLE } from './layout.ts'

/** A message's tokens, each ended by NUL, without the length in front: what a session sends. */
export type Message = string

/** Puts tokens into a message body. */
export const message = (...tokens: readonly (string | number)[]): Message =>
  `${tokens.join('\0')}\0`

/** TWS sends non-ASCII text as \uXXXX since server version 153; NUL would break the framing. */
export function ascii(raw: string): string {
  let isPlain = true
  for (let index = 0; index < raw.length && isPlain; index += 1) {
    const code = raw.charCodeAt(index)
    isPlain = code >= 0x20 && code < 0x7f
  }
  if (isPlain) return raw
  return Array.from({ length: raw.length }, (_, index) => escaped(raw.charCodeAt(index))).join('')
}

function escaped(code: number): string {
  if (code < 0x20 || code === 0x7f) return ' '
  return code < 0x7f ? String.fromCharCode(code) : `\\u${code.toString(16).padStart(4, '0')}`
}

/** What a double of the wire holds at most. */
const SIGNIFICANT_DIGITS = 16
/** The powers of ten doubles of usual amounts are rounded by; making one takes longer. */
const POWERS = Array.from({ length: 20 }, (_, exponent) => 10n ** BigInt(exponent))

/** A double as the wire carries it: plain, at most 16 significant digits; null is UNSET. */
export function double(value: Decimal | null): string {
  if (value === null) return UNSET_DOUBLE
  // Two of its words hold at most fourteen digits: nothing to round.
  return value.d.length <= 2
    ? value.toFixed()
    : value.toSignificantDigits(SIGNIFICANT_DIGITS).toFixed()
}

/** The same of a fixed number: what has more digits becomes a whole number of bigger ones. */
export function fixedDouble(value: Fixed | null): string {
  if (value === null) return UNSET_DOUBLE
  const excess = absolute(value).toString().length - SIGNIFICANT_DIGITS
  if (excess <= 0) return fixedText(value)
  const smallest = POWERS[excess] ?? 10n ** BigInt(excess)
  return fixedText(quotient(value, smallest) * smallest)
}
