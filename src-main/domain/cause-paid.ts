import type { Instrument } from '#shared/instrument.ts'
import { D, type Decimal } from '#shared/money.ts'
import type { QuantityEvidence } from './cause-evidence.ts'
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

/** Trading it moves no cash but the commission. */
const isUnpaid = ({ secType }: Instrument): boolean => secType === 'FUT' || secType === 'CFD'

/**
 * What the cash says was paid for a unit of a difference, as quoted, if that is near the price.
 * Nothing while another holding of the currency differs, whose cash may be part of it.
 */
export function paidPerUnit(
  { cashBreak, instrument, mark, quantityBreaks }: QuantityEvidence,
  difference: Decimal,
): Decimal | null {
  const isShared = quantityBreaks.some(
    (other) =>
      other.instrument.conId !== instrument.conId &&
      other.instrument.currency === instrument.currency &&
      !isUnpaid(other.instrument),
  )
  if (isShared || isUnpaid(instrument)) return null
  const gone = { instrument, quantity: difference.negated() }
  const price = priceOfCash(cashBreak?.difference ?? null, gone)
  if (price === null || mark === null) return null
  const off = price.minus(mark).abs()
  return off.lessThanOrEqualTo(mark.abs().times(NEAR_PRICE)) ? price : null
}
