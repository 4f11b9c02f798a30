import { Decimal } from 'decimal.js'

/**
 * 34 significant digits, half-even: IEEE 754 decimal128, the width of every sum we keep. A local
 * clone: decimal.js's global settings are never touched.
 */
export const D = Decimal.clone({
  precision: 34,
  rounding: Decimal.ROUND_HALF_EVEN,
  toExpNeg: -40,
  toExpPos: 40,
})

export type { Decimal }

declare const unit: unique symbol
type Unit<Name extends string> = Decimal & { readonly [unit]: Name }

/** Money for one unit of an instrument, in the instrument's currency; may be negative (spreads). */
export type Price = Unit<'Price'>
/** A signed number of shares, contracts or coins: long is positive, short is negative. */
export type Quantity = Unit<'Quantity'>
/** An amount in one currency, which the name or a neighbouring field says. */
export type Money = Unit<'Money'>

/** A plain decimal such as `-12.50`: how money and quantities travel on every wire. */
export type DecimalString = string

/** Decimal places the ledger keeps: its columns are DECIMAL(38,18). */
export const LEDGER_SCALE = 18

export const ZERO = new D(0) as Price & Quantity & Money

const PLAIN_DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)$/

/**
 * Reads a plain decimal string.
 * @throws {RangeError} when the text is no plain decimal (empty, an exponent, NaN, a thousands
 * mark).
 */
export function decimal(text: DecimalString): Decimal {
  if (!PLAIN_DECIMAL.test(text)) throw new RangeError(`"${text}" is not a plain decimal number`)
  return new D(text)
}

export const price = (text: DecimalString): Price => decimal(text) as Price
export const quantity = (text: DecimalString): Quantity => decimal(text) as Quantity
export const money = (text: DecimalString): Money => decimal(text) as Money

/** The plain decimal string of a value: no exponent, no trailing zeros. */
export const text = (value: Decimal): DecimalString => value.toFixed()

/** The same, keeping unknown unknown. */
export const textOrNull = (value: Decimal | null): DecimalString | null =>
  value === null ? null : value.toFixed()

/** Rounds once to the 18 places the ledger keeps, half-even. */
export const toLedgerScale = (value: Decimal): Decimal => value.toDecimalPlaces(LEDGER_SCALE)

/** Quantity × price × multiplier: what it is worth, in the instrument's currency, signed. */
export const notional = (size: Quantity, at: Price, multiplier: Decimal): Money =>
  size.times(at).times(multiplier) as Money

/** All of them added up; nothing for none. */
export const sum = (all: readonly Decimal[]): Decimal =>
  all.reduce<Decimal>((total, one) => total.plus(one), ZERO)
