import { D, ZERO, type Decimal } from '#shared/money.ts'
import { pointValue, type Instrument, type Schedule } from '../market/instrument.ts'
import type { Order, Totals } from './types.ts'

/** Decimal places commissions are charged in. */
const PLACES = 6

type Rates = { readonly rate: Decimal; readonly least: Decimal }

/** Schedules are few and read for every execution. */
const known = new Map<Schedule, Rates>()

function ratesOf(schedule: Schedule): Rates {
  const rates = known.get(schedule) ?? {
    rate: new D(schedule.rate),
    least: new D(schedule.least),
  }
  known.set(schedule, rates)
  return rates
}

/** The currency an instrument's commissions are paid in. */
export const commissionCurrency = (instrument: Instrument): string =>
  instrument.schedule.currency ?? instrument.currency

/**
 * What an execution adds to its order's bill: the schedule applies to the order's running total, so
 * the least is charged once, with the first fill, and later fills of a small order cost nothing.
 */
export function commissionOf(
  order: Order,
  instrument: Instrument,
  done: { readonly quantity: Decimal; readonly totals: Totals },
): Decimal {
  const { schedule } = instrument
  if (instrument !== order.instrument) return perUnit(instrument, done.quantity)
  const { filled, filledValue } = done.totals
  const base = schedule.per === 'unit' ? filled : filledValue.times(pointValue(instrument)).abs()
  const { rate, least } = ratesOf(schedule)
  const scheduled = base.times(rate)
  const due = rounded(scheduled.lessThan(least) ? least : scheduled)
  const rest = due.minus(order.charged)
  return rest.isNegative() ? ZERO : rest
}

/** Most need no rounding, and to see that costs little. */
const rounded = (due: Decimal): Decimal =>
  due.decimalPlaces() <= PLACES ? due : due.toDecimalPlaces(PLACES)

/** A combination's legs share one order, so they are charged by the unit alone. */
const perUnit = (instrument: Instrument, quantity: Decimal): Decimal =>
  rounded(quantity.times(ratesOf(instrument.schedule).rate))
