import { D } from '#shared/money.ts'
import { absolute, fixed, ONE, product, quotient, type Fixed } from '../fixed.ts'
import { pointValue, type Instrument } from '../market/instrument.ts'
import type { Order, Totals } from './types.ts'

/** What commissions are whole numbers of: six decimal places are charged. */
const SMALLEST = fixed(new D('0.000001'))
/** A product of two has twice the places; this brings it to those commissions have. */
const PRODUCT_SMALLEST = ONE * SMALLEST

type Rates = {
  readonly rate: Fixed
  readonly least: Fixed
  /** The least as a product of two, to be compared with before anything is rounded. */
  readonly leastProduct: Fixed
  readonly point: Fixed
}

/** Instruments are few and their rates are read for every execution. */
const ratesBy = new Map<Instrument, Rates>()

function ratesOf(instrument: Instrument): Rates {
  const known = ratesBy.get(instrument)
  if (known !== undefined) return known
  const least = fixed(new D(instrument.schedule.least))
  const rates = {
    rate: fixed(new D(instrument.schedule.rate)),
    least,
    leastProduct: least * ONE,
    point: fixed(pointValue(instrument)),
  }
  ratesBy.set(instrument, rates)
  return rates
}

/** The currency an instrument's commissions are paid in. */
export const commissionCurrency = (instrument: Instrument): string =>
  instrument.schedule.currency ?? instrument.currency

/** A fill that was done, and how far its order is with it. */
type Done = { readonly quantity: Fixed; readonly totals: Totals }

/**
 * What an execution adds to its order's bill: the schedule applies to the order's running total, so
 * the least is charged once, with the first fill, and later fills of a small order cost nothing.
 */
export function commissionOf(order: Order, instrument: Instrument, done: Done): Fixed {
  const { rate, least, leastProduct, point } = ratesOf(instrument)
  // A combination's legs share one order, so they are charged by the unit alone.
  if (instrument !== order.instrument) return charged(done.quantity * rate)
  const { filled, filledValue } = done.totals
  const isPerUnit = instrument.schedule.per === 'unit'
  const scheduled = (isPerUnit ? filled : absolute(product(filledValue, point))) * rate
  // Most orders are small, and to see that needs no division.
  const due = scheduled <= leastProduct ? least : charged(scheduled)
  const rest = due - order.charged
  return rest < 0n ? 0n : rest
}

/** A product of two, rounded once to what can be charged. */
const charged = (scheduled: bigint): Fixed => quotient(scheduled, PRODUCT_SMALLEST) * SMALLEST
