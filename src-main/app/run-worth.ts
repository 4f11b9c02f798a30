import { allocatedUntil, type Allocation } from '#domain/allocation.ts'
import { postingsOfBook, type BookNow } from '#domain/book-cash.ts'
import { ledgerEquity, type EquityBook, type LedgerEquity } from '#domain/equity.ts'
import { movesPosition } from '#domain/fill.ts'
import type { FxRates } from '#domain/fx.ts'
import type { Priced } from '#domain/holding-value.ts'
import type { RunWorth } from '#ports/reconciliation.ts'
import type { ConId } from '#shared/ids.ts'
import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { AccountValues } from './account-values.ts'
import { valuesIn, type CashBasis } from './broker-cash.ts'

/** The broker tells NAV in hundredths, whatever the currency. */
const CENT_PLACES = 2

/** At which prices, rates and capital a book is looked at. */
export type Pricing = {
  readonly fx: FxRates
  /** As quoted; a window's, or those shown now (`livePrices`). */
  readonly marks: Pick<ReadonlyMap<ConId, Decimal>, 'get'>
  readonly allocations: readonly Allocation[]
  readonly at: UtcNanos
}

/** The equity of every strategy, UNATTRIBUTED and UNALLOCATED, and the ledger's NAV. */
export const equityOfBook = (book: BookNow, pricing: Pricing): LedgerEquity =>
  ledgerEquity(equityBookOf(book, pricing))

/** All that equity is made of, at these prices and rates. */
export function equityBookOf(book: BookNow, pricing: Pricing): EquityBook {
  const holdings = book.booked
    .filter(({ instrument }) => movesPosition(instrument.secType))
    .map(({ position, instrument }): Priced => ({
      position,
      instrument,
      quoted: pricing.marks.get(position.conId) ?? null,
    }))
  return {
    fx: pricing.fx,
    allocations: allocatedUntil(pricing.allocations, pricing.at),
    holdings,
    postings: postingsOfBook(book),
  }
}

/**
 * What the account is due and has not been paid: part of the broker's net liquidation, and of no
 * cash yet. Null while the broker tells neither.
 */
export function accruedOf(values: AccountValues): Decimal | null {
  // The block of BASE has more places than the account's total.
  const dividends = values.amount('NetDividend') ?? values.amount('AccruedDividend')
  const parts = [dividends, values.amount('AccruedCash')]
  const told = parts.filter((part) => part !== null)
  return told.length === 0 ? null : told.reduce<Decimal>((sum, part) => sum.plus(part), new D(0))
}

/** NAV in cents tells no more than that; the sum of all currencies is the same with more places. */
function brokerNavOf(values: AccountValues): Decimal | null {
  const told = values.amount('NetLiquidation')
  const finer = values.amount('NetLiquidationByCurrency')
  if (told === null || finer === null) return told
  return finer.toDecimalPlaces(told.decimalPlaces(), D.ROUND_HALF_UP).equals(told) ? finer : told
}

/** NAV on both sides at the window's own prices and rates; null while the broker tells none. */
export function runWorth(
  { book, window, marks }: CashBasis,
  allocations: readonly Allocation[],
  at: UtcNanos,
): RunWorth | null {
  const values = valuesIn(window)
  const { fx } = values
  const brokerNav = brokerNavOf(values)
  if (brokerNav === null || fx.baseCurrency === null) return null
  const { nav } = equityOfBook(book, { fx, marks, allocations, at })
  return {
    baseCurrency: fx.baseCurrency,
    brokerNav,
    accrued: accruedOf(values),
    ledgerNav: toLedgerScale(nav.amount),
    excluded: nav.excluded.length,
  }
}

/**
 * What of the broker's NAV the ledger cannot explain: without what is due and not paid, where that
 * is told; in cents, as the broker tells its own.
 */
export const unexplained = ({
  brokerNav,
  accrued,
  ledgerNav,
}: Pick<RunWorth, 'brokerNav' | 'accrued' | 'ledgerNav'>): Decimal =>
  brokerNav
    .minus(accrued ?? 0)
    .minus(ledgerNav)
    .toDecimalPlaces(CENT_PLACES)
    // Of a little less than nothing no minus is left.
    .plus(0)
