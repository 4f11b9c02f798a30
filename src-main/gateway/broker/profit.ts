import { ZERO, type Decimal } from '#shared/money.ts'
import type { Desk } from '../desk.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Profit } from '../wire/account-messages.ts'
import { exchangeRate, portfolioRow } from './account-values.ts'

type Single = Profit & { readonly quantity: Decimal; readonly value: Decimal }

const NOTHING: Profit = { daily: ZERO, unrealized: ZERO, realized: ZERO }

/** What an instrument made for an account since the day began, in the base currency. */
export function profitOf(desk: Desk, account: string, instrument: Instrument): Single {
  const row = portfolioRow(desk, account, instrument)
  const rate = exchangeRate(desk, instrument.currency)
  const before = desk.broker.bookOf(account).unrealizedBefore(instrument)
  return {
    daily: row.unrealized.minus(before).plus(row.realized).times(rate),
    unrealized: row.unrealized.times(rate),
    realized: row.realized.times(rate),
    quantity: row.quantity,
    value: row.marketValue.times(rate),
  }
}

/** What an account made since the day began, in the base currency; currency pairs are cash. */
export function profitOfAccount(desk: Desk, account: string): Profit {
  const traded = desk.broker
    .bookOf(account)
    .instruments()
    .filter(({ secType }) => secType !== 'CASH')
  return traded.reduce<Profit>((sum, instrument) => {
    const profit = profitOf(desk, account, instrument)
    return {
      daily: sum.daily.plus(profit.daily),
      unrealized: sum.unrealized.plus(profit.unrealized),
      realized: sum.realized.plus(profit.realized),
    }
  }, NOTHING)
}
