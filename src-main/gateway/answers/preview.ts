import { D, ZERO, type Decimal } from '#shared/money.ts'
import { accountTotals, exchangeRate } from '../broker/account-values.ts'
import { commissionCurrency, commissionOf } from '../broker/commission.ts'
import type { NewOrder } from '../broker/orders.ts'
import { sumsOf, totalsAfter } from '../broker/totals.ts'
import type { Desk } from '../desk.ts'
import { decimalOf } from '../fixed.ts'
import { pointValue } from '../market/instrument.ts'
import { marketPrice } from '../scenario/order-plan.ts'
import type { Preview } from '../wire/order-messages.ts'

/** The part of a position's value that must be there as margin. */
const MARGIN_SHARE = '0.25'

type Judged = Preview & { readonly isTooMuch: boolean }

/** What an order would do to its accounts, and whether it is more than one of them can bear. */
export function previewOf(desk: Desk, wanted: NewOrder): Judged {
  const allocation = wanted.terms?.allocation ?? null
  if (allocation === null) return previewIn(desk, wanted)
  const whole = allocation.shares.reduce((sum, { weight }) => sum.plus(weight), new D(0))
  return allocation.shares
    .map(({ account, weight }) => {
      const quantity = wanted.quantity.times(weight).dividedBy(whole)
      return previewIn(desk, { ...wanted, account, quantity })
    })
    .reduce(together)
}

const together = (one: Judged, other: Judged): Judged => ({
  marginBefore: one.marginBefore.plus(other.marginBefore),
  marginChange: one.marginChange.plus(other.marginChange),
  marginAfter: one.marginAfter.plus(other.marginAfter),
  equity: one.equity.plus(other.equity),
  commission: one.commission.plus(other.commission),
  commissionCurrency: one.commissionCurrency,
  isTooMuch: one.isTooMuch || other.isTooMuch,
})

function previewIn(desk: Desk, wanted: NewOrder): Judged {
  const { instrument, quantity, side } = wanted
  const totals = accountTotals(desk, wanted.account)
  const price = wanted.limitPrice ?? marketPrice(desk.quotes, instrument, side)
  const rate = exchangeRate(desk, instrument.currency)
  const value = quantity.times(price).times(pointValue(instrument)).times(rate)
  const held = desk.broker.bookOf(wanted.account).quantity(instrument)
  const isOpening = held.isZero() || held.isNegative() === (side === 'sell')
  const margin = value.abs().times(isOpening ? MARGIN_SHARE : `-${MARGIN_SHARE}`)
  const draft = desk.broker.draft(wanted)
  const sums = sumsOf({ instrument, side, quantity, price })
  const whole = { quantity: sums.quantity, totals: totalsAfter(undefined, price, sums) }
  return {
    marginBefore: totals.margin,
    marginChange: margin,
    marginAfter: D.max(ZERO, totals.margin.plus(margin)),
    equity: totals.net,
    commission: decimalOf(commissionOf(draft, instrument, whole)),
    commissionCurrency: commissionCurrency(instrument),
    isTooMuch: isOpening && exceeds(margin, totals.net.minus(totals.margin)),
  }
}

const exceeds = (needed: Decimal, available: Decimal): boolean => needed.greaterThan(available)
