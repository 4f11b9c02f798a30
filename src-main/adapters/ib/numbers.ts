import { D, type Decimal, type Money, type Price, type Quantity } from '#shared/money.ts'

/**
 * Beyond this a number is one of IB's marks for "not set" (Double.MAX, Long.MAX) and no amount: the
 * ledger's columns end at 20 digits before the point, and no account comes near.
 */
const ABSURD = 1e18
/** Integer.MAX: "not set" in quantity fields. */
const UNSET_INTEGER = 2_147_483_647

/**
 * The exact decimal a number prints as. IB sends at most 17 significant digits, so the shortest
 * text that reads back as the same double is the text that was sent.
 */
export function decimalOf(value: number | undefined): Decimal | null {
  if (value === undefined || !Number.isFinite(value) || Math.abs(value) >= ABSURD) return null
  return readDecimal(value === 0 ? 0 : value)
}

/** Decimals read lately: shares, prices and charges repeat, and a Decimal never changes. */
const READ_LATELY = new Map<number, Decimal>()
const READ_LATELY_KEPT = 4_096

function readDecimal(value: number): Decimal {
  const known = READ_LATELY.get(value)
  if (known) return known
  const read = new D(value)
  if (READ_LATELY.size === READ_LATELY_KEPT) READ_LATELY.clear()
  READ_LATELY.set(value, read)
  return read
}

export const priceOf = (value: number | undefined): Price | null => decimalOf(value) as Price | null
export const moneyOf = (value: number | undefined): Money | null => decimalOf(value) as Money | null

export const quantityOf = (value: number | undefined): Quantity | null =>
  value === UNSET_INTEGER ? null : (decimalOf(value) as Quantity | null)

/** A price where 0 means that there is none, such as the average of an order without fills. */
export const priceUnlessZero = (value: number | undefined): Price | null =>
  value === 0 ? null : priceOf(value)
