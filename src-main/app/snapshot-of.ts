import { cashOfBook } from '#domain/book-cash.ts'
import { isFuture } from '#domain/cash.ts'
import { ledgerFutures } from '#domain/cash-check.ts'
import { rateOf } from '#domain/fx.ts'
import { gainOf, isTotalKnown, totalOfHoldings } from '#domain/holding-value.ts'
import type {
  CurrencySnapshot,
  PortfolioSnapshot,
  PositionSnapshot,
  StrategyEquity,
} from '#ports/snapshot.ts'
import { UNALLOCATED } from '#shared/ids.ts'
import { D, type Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import { bookNow } from './book-now.ts'
import { isCashOpen } from './cash-open.ts'
import { accruedOf } from './run-worth.ts'
import { equityNow } from './strategies.ts'
import { holdingValues, type Valuing } from './valuation.ts'

/**
 * What the account is worth by the broker's last word; null while it has not said. Whether that
 * word is still good is for the caller to know.
 */
export function snapshotOf(valuing: Valuing, at: UtcNanos): PortfolioSnapshot | null {
  const { values } = valuing.account
  const equity = values.amount('NetLiquidation')
  const { baseCurrency } = values.fx
  if (equity === null || baseCurrency === null) return null
  const { amount, excluded } = investmentOf(valuing)
  return {
    ...{ at, baseCurrency, equity, excluded },
    cash: cashOf(valuing),
    investmentValue: amount,
    accrued: accruedOf(values),
    currencies: currenciesOf(valuing),
    positions: positionsOf(valuing),
    strategies: strategiesOf(valuing, at),
  }
}

/** The broker's total cash in the base currency, the P&L of futures included. */
export const cashOf = ({ account: { values } }: Valuing): Decimal | null =>
  values.amount('TotalCashValue') ?? values.amount('TotalCashBalance')

/** Market value of what is held in the base currency, futures left out; null if none is known. */
export function investmentOf(valuing: Valuing): {
  readonly amount: Decimal | null
  readonly excluded: number
} {
  const invested = holdingValues(valuing).filter(
    ({ priced: { position, instrument } }) => !position.quantity.isZero() && !isFuture(instrument),
  )
  const total = totalOfHoldings(invested, 'marketValue')
  return {
    amount: isTotalKnown(total, invested) ? total.amount : null,
    excluded: total.excluded.length,
  }
}

/** What the ledger has of each currency now; null while something it takes is unknown. */
function currenciesOf(valuing: Valuing): readonly CurrencySnapshot[] {
  const { account, prices } = valuing
  const { book, values } = account
  if (book === null) return []
  const now = bookNow(book.memory, book.memory.committed.values())
  const { balances, excluded } = cashOfBook(now)
  const isOpen = isCashOpen(book.memory)
  const unknown = new Set(
    excluded.filter(({ reason }) => reason !== 'commission').map(({ currency }) => currency),
  )
  const futures = now.booked
    .filter(({ instrument }) => isFuture(instrument))
    .map(({ position, instrument }) => ({
      ...{ position, instrument },
      quoted: prices.of(position.conId)?.price ?? null,
    }))
  const { unswept, excluded: unpriced } = ledgerFutures(futures, now.entries)
  const isUnpriced = (currency: string): boolean =>
    unpriced.some((one) => one.currency === currency)
  return [...new Set([...balances.keys(), ...unswept.keys()])].map((currency) => ({
    currency,
    cash: !isOpen || unknown.has(currency) ? null : (balances.get(currency) ?? new D(0)),
    futuresPnl: isUnpriced(currency) ? null : (unswept.get(currency) ?? new D(0)),
    fxRate: rateOf(values.fx, currency)?.rate ?? null,
  }))
}

const positionsOf = (valuing: Valuing): readonly PositionSnapshot[] =>
  holdingValues(valuing)
    .filter(({ priced }) => !priced.position.quantity.isZero())
    .map(({ priced, local, rate }) => ({
      strategy: priced.position.strategy,
      conId: priced.position.conId,
      quantity: priced.position.quantity,
      price: priced.quoted,
      currency: priced.instrument.currency,
      fxRate: rate?.rate ?? null,
      marketValue: local.marketValue,
      gain: gainOf(priced),
    }))

/** Strategies and UNATTRIBUTED: what they own, capital, income and flows included. */
const strategiesOf = (valuing: Valuing, at: UtcNanos): readonly StrategyEquity[] =>
  (equityNow(valuing, at)?.buckets ?? [])
    .filter(({ strategy }) => strategy !== UNALLOCATED)
    .map(({ strategy, equity, gain, commission, excluded }) => ({
      ...{ strategy, equity, gain, commission },
      excluded: excluded.length,
    }))
