import { D, LEDGER_SCALE, type Decimal } from '#shared/money.ts'

/**
 * A number of 10⁻¹⁸, the scale the ledger keeps: exact, and whatever every execution adds to is
 * kept so. Whole numbers add, multiply and divide in a small part of the time decimals take.
 */
export type Fixed = bigint

/** The number one. */
export const ONE: Fixed = 10n ** BigInt(LEDGER_SCALE)
const NO_FRACTION = '0'.repeat(LEDGER_SCALE)
const ZERO_CODE = 48

/** A decimal, rounded once to the 18 places if it has more. */
export const fixed = (value: Decimal): Fixed => BigInt(value.toFixed(LEDGER_SCALE).replace('.', ''))

export const decimalOf = (value: Fixed): Decimal => new D(fixedText(value))

export const absolute = (value: Fixed): Fixed => (value < 0n ? -value : value)

/** Dividend ÷ divisor as a whole number, half to even as all our money is rounded. */
export function quotient(dividend: bigint, divisor: bigint): bigint {
  const whole = dividend / divisor
  // Cheaper than a second division, which is what % would be.
  const rest = dividend - whole * divisor
  if (rest === 0n) return whole
  const twice = absolute(rest) * 2n
  const size = absolute(divisor)
  if (twice < size || (twice === size && whole % 2n === 0n)) return whole
  return dividend < 0n === divisor < 0n ? whole + 1n : whole - 1n
}

/** The product of two, rounded once. */
export const product = (one: Fixed, other: Fixed): Fixed => quotient(one * other, ONE)

/** One ÷ other, to the 34 digits decimals have. */
export const ratio = (one: Fixed, other: Fixed): Decimal =>
  new D(one.toString()).dividedBy(other.toString())

/** The plain decimal string of a value, as `text` writes decimals: no trailing zeros. */
export function fixedText(value: Fixed): string {
  if (value < 0n) return `-${fixedText(-value)}`
  const digits = value.toString().padStart(LEDGER_SCALE + 1, '0')
  const point = digits.length - LEDGER_SCALE
  if (digits.endsWith(NO_FRACTION)) return digits.slice(0, point)
  let end = digits.length
  while (digits.charCodeAt(end - 1) === ZERO_CODE) end -= 1
  return `${digits.slice(0, point)}.${digits.slice(point, end)}`
}
