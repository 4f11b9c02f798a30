import { text, type Decimal } from '#shared/money.ts'
import { BASE_CURRENCY, DESK_ZONE, type Desk } from '../desk.ts'
import type { Fact } from '../record-facts.ts'
import { wallClock } from '../wire/zoned-time.ts'
import { accountTotals, exchangeRate, ledgersOf, type Ledger } from './account-values.ts'

/** Why everything is valued: a run begins, an hour or a day is over, or somebody asked. */
export type Occasion = 'opening' | 'hour' | 'day end' | 'asked'

const sums = (
  ledgers: ReadonlyMap<string, Ledger>,
  of: (ledger: Ledger) => Decimal,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...ledgers]
      .map(([currency, ledger]) => [currency, of(ledger)] as const)
      .filter(([, amount]) => !amount.isZero())
      .map(([currency, amount]) => [currency, text(amount)]),
  )

function worthOf(desk: Desk, account: string): Fact {
  const ledgers = ledgersOf(desk, account)
  return {
    account,
    netLiquidation: text(accountTotals(desk, account).net),
    cash: sums(ledgers, ({ cash }) => cash),
    futuresPnl: sums(ledgers, ({ futuresPnl }) => futuresPnl),
    accrued: sums(ledgers, ({ accrued }) => accrued),
  }
}

/** The day that is over, or still going on, at this moment, as YYYY-MM-DD. */
function dayBefore(now: number): string {
  const { day } = wallClock(now - 1, DESK_ZONE)
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`
}

/** Every rate and mark of the moment, and what each account is worth by them. */
export function valuationFact(desk: Desk, occasion: Occasion): Fact {
  const { catalogue, quotes, accounts, broker, timeline } = desk
  const now = timeline.now()
  const currencies = new Set([
    BASE_CURRENCY,
    ...accounts.flatMap(({ id }) => [...ledgersOf(desk, id).keys()]),
  ])
  const held = new Set(accounts.flatMap(({ id }) => broker.bookOf(id).instruments()))
  const marked = catalogue.instruments.filter((one) => held.has(one))
  return {
    type: 'valuation',
    at: new Date(now).toISOString(),
    occasion,
    day: dayBefore(now),
    rates: Object.fromEntries([...currencies].map((one) => [one, text(exchangeRate(desk, one))])),
    marks: Object.fromEntries(marked.map((one) => [one.conId, text(quotes.mark(one))])),
    accounts: accounts.map(({ id }) => worthOf(desk, id)),
  }
}
