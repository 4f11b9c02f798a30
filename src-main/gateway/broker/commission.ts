import { D } from '#shared/money.ts'
import { absolute, fixed, ONE, product, quotient, type Fixed } from '../fixed.ts'
import { pointValue, type Instrument } from '../market/instrument.ts'
import type { Order, Totals } from './types.ts'

/** What commissions are whole numbers of: six decimal places are charged. */
const SMALLEST = fixed(new D('0.000001'))
/** A product of two has twice the places; this brings it to those commissions have. */
const PRODUCT_SMALLEST = ONE * SMALLEST

type Rates = { readonly rate: Fixed; readonly least: Fixed; readonly point: Fixed }

/** Instruments are few and their rates are read for every execution. */
const known = new Map<Instrument, Rates>()

function ratesOf(instrument: Instrument): Rates {
  const rates = known.get(instrument) ?? {
    rate: fixed(new D(instrument.schedule.rate)),
    least: fixed(new D(instrument.schedule.least)),
    point: fixed(pointValue(instrument)),
  }
  known.set(instrument, rates)
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
  const { rate, least, point } = ratesOf(instrument)
  // A combination's legs share one order, so they are charged by the unit alone.
  if (instrument !== order.instrument) return charge(done.quantity, rate)
  const { filled, filledValue } = done.totals
  const isPerUnit = instrument.schedule.per === 'unit'
  const scheduled = charge(isPerUnit ? filled : absolute(product(filledValue, point)), rate)
  const rest = (scheduled < least ? least : scheduled) - order.charged
  return rest < 0n ? 0n : rest
}

/** Base × rate, rounded once. */
const charge = (base: Fixed, rate: Fixed): Fixed =>
  quotient(base * rate, PRODUCT_SMALLEST) * SMALLEST
