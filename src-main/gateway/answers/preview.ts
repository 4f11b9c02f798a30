import { D, ZERO, type Decimal } from '#shared/money.ts'
import { accountTotals, exchangeRate } from '../broker/account-values.ts'
import { commissionCurrency, commissionOf } from '../broker/commission.ts'
import type { NewOrder } from '../broker/orders.ts'
import type { Desk } from '../desk.ts'
import { pointValue } from '../market/instrument.ts'
import { marketPrice } from '../scenario/order-plan.ts'
import type { Preview } from '../wire/order-messages.ts'

/** The part of a position's value that must be there as margin. */
const MARGIN_SHARE = '0.25'

/** What an order would do to the account, and whether it is more than the account can bear. */
export function previewOf(desk: Desk, wanted: NewOrder): Preview & { readonly isTooMuch: boolean } {
  const { instrument, quantity, side } = wanted
  const totals = accountTotals(desk, wanted.account)
  const price = wanted.limitPrice ?? marketPrice(desk.quotes, instrument, side)
  const rate = exchangeRate(desk, instrument.currency)
  const value = quantity.times(price).times(pointValue(instrument)).times(rate)
  const held = desk.broker.bookOf(wanted.account).holding(instrument).quantity
  const isOpening = held.isZero() || held.isNegative() === (side === 'sell')
  const margin = value.abs().times(isOpening ? MARGIN_SHARE : `-${MARGIN_SHARE}`)
  const draft = desk.broker.draft(wanted)
  const commission = commissionOf(draft, instrument, {
    quantity,
    totals: { filled: quantity, filledValue: quantity.times(price) },
  })
  return {
    marginBefore: totals.margin,
    marginChange: margin,
    marginAfter: D.max(ZERO, totals.margin.plus(margin)),
    equity: totals.net,
    commission,
    commissionCurrency: commissionCurrency(instrument),
    isTooMuch: isOpening && exceeds(margin, totals.net.minus(totals.margin)),
  }
}

const exceeds = (needed: Decimal, available: Decimal): boolean => needed.greaterThan(available)
