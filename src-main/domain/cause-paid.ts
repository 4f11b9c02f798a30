import type { Instrument } from '#shared/instrument.ts'
import { D, type Decimal } from '#shared/money.ts'
import { pointValue } from './valuation.ts'

/** How near to the price of now what the cash says was paid must be, for prices move. */
export const NEAR_PRICE = new D('0.05')

type Gone = {
  readonly instrument: Instrument
  /** Signed: what left the account for the cash that came. */
  readonly quantity: Decimal
}

/** What the cash says a unit went for, as quoted; null when nothing can be told. */
export function priceOfCash(moved: Decimal | null, { instrument, quantity }: Gone): Decimal | null {
  const point = pointValue(instrument)
  if (moved === null || point === null || quantity.isZero()) return null
  return moved.dividedBy(quantity).dividedBy(point)
}
