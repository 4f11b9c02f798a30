import { toLedgerScale, type Decimal } from '#shared/money.ts'
import { fixed, product, ratio, type Fixed } from '../fixed.ts'
import { pointValue, type Instrument } from '../market/instrument.ts'
import type { Side, Totals } from './types.ts'

/** What changes hands in one fill. */
export type Traded = {
  readonly instrument: Instrument
  readonly side: Side
  readonly quantity: Decimal
  /** In quoted units. */
  readonly price: Decimal
}

/** What it comes to. */
export type Sums = {
  readonly quantity: Fixed
  /** Quantity × price, in quoted units. */
  readonly value: Fixed
  /** The quantity with the side as its sign. */
  readonly signedQuantity: Fixed
  /** Signed quantity × price × point value. */
  readonly worth: Fixed
}

/** What fills come to. A flood's orders fill in equal parts: those are worked out once. */
export function createSums(): (traded: Traded) => Sums {
  let last: { readonly of: Traded; readonly sums: Sums } | null = null
  return (traded) => {
    if (last === null || !isAlike(last.of, traded)) last = { of: traded, sums: sumsOf(traded) }
    return last.sums
  }
}

const isAlike = (one: Traded, other: Traded): boolean =>
  one.quantity === other.quantity &&
  one.price === other.price &&
  one.side === other.side &&
  one.instrument === other.instrument

export function sumsOf({ instrument, side, quantity, price }: Traded): Sums {
  const size = fixed(quantity)
  const value = product(size, fixed(price))
  const worth = product(value, fixed(pointValue(instrument)))
  const isBought = side === 'buy'
  return {
    quantity: size,
    value,
    signedQuantity: isBought ? size : -size,
    worth: isBought ? worth : -worth,
  }
}

/** How far an order is once this is done; `before` is undefined when nothing was. */
export function totalsAfter(before: Totals | undefined, price: Decimal, sums: Sums): Totals {
  if (before === undefined || before.filled === 0n)
    return { filled: sums.quantity, filledValue: sums.value, onePrice: price }
  const { onePrice } = before
  return {
    filled: before.filled + sums.quantity,
    filledValue: before.filledValue + sums.value,
    onePrice: onePrice === price || onePrice?.equals(price) === true ? price : null,
  }
}

/** The average price as executions tell it. Most orders fill at one price: no division. */
export const averagePrice = ({ filled, filledValue, onePrice }: Totals): Decimal =>
  onePrice ?? toLedgerScale(ratio(filledValue, filled))
