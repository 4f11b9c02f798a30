import type { BucketEquity, LedgerEquity } from '#domain/equity.ts'
import type { PositionRecord } from '#ports/ledger.ts'
import type { Exclusion } from '#shared/exclusion.ts'
import { UNALLOCATED } from '#shared/ids.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { StrategiesView } from '#shared/api/strategies.ts'
import { D, text, textOrNull, toLedgerScale, type Decimal } from '#shared/money.ts'
import { bookNow } from './book-now.ts'
import type { Book } from './book.ts'
import { isCashOpen } from './cash-open.ts'
import { accruedOf, equityOfBook, type Pricing } from './run-worth.ts'
import { strategyHoldings, type StrategyHoldings } from './strategy-holdings.ts'
import type { Valuing } from './valuation.ts'

/** The prices shown now, the rates last told and the capital given until an instant. */
export const pricingNow = ({ account, prices }: Valuing, at: UtcNanos): Pricing => ({
  fx: account.values.fx,
  marks: { get: (conId) => prices.of(conId)?.price },
  allocations: account.book?.memory.allocations ?? [],
  at,
})

/**
 * The equity of every strategy, UNATTRIBUTED and UNALLOCATED and the ledger's NAV now, in the base
 * currency. Null while no book is open or the base currency is not known.
 * @param records positions as committed, for what is shown, unless said otherwise.
 */
export function equityNow(
  valuing: Valuing,
  at: UtcNanos,
  records: Iterable<PositionRecord> = valuing.account.book?.memory.committed.values() ?? [],
): LedgerEquity | null {
  const { book, values } = valuing.account
  if (book === null || values.fx.baseCurrency === null) return null
  return equityOfBook(bookNow(book.memory, records), pricingNow(valuing, at))
}

/** The same as decided, in step with every entry in memory: for commands, or at rest. */
export const equityDecided = (valuing: Valuing, at: UtcNanos): LedgerEquity | null =>
  equityNow(
    valuing,
    at,
    [...(valuing.account.book?.memory.holdings.values() ?? [])].map((one) => one.record()),
  )

/** Whether a sum leaves nothing out whole; holdings without a price stand in it at their cost. */
export const isWhole = (excluded: readonly Exclusion[]): boolean =>
  !excluded.some(({ reason }) => reason === 'rate' || reason === 'magnifier')

const CENTS = 2
const cents = (amount: Decimal): string => text(amount.toDecimalPlaces(CENTS))
const centsOrNull = (amount: Decimal | null): string | null => amount && cents(amount)

/**
 * What each strategy is worth and why, and how far the ledger's NAV is from the broker's. The
 * difference is taken before it is rounded to cents, what is due and not paid apart.
 */
export function strategiesView(valuing: Valuing, at: UtcNanos): StrategiesView {
  const { values, book } = valuing.account
  const ledger = equityNow(valuing, at)
  const brokerNav = values.amount('NetLiquidation')
  const accrued = accruedOf(values)
  // Before its cash is opened the ledger has no NAV, and nothing is known of UNALLOCATED.
  const isOpen = book !== null && isCashOpen(book.memory)
  const nav = isOpen ? (ledger?.nav.amount ?? null) : null
  const buckets = ledger?.buckets.filter(({ strategy }) => isOpen || strategy !== UNALLOCATED)
  const holdings = strategyHoldings(valuing)
  const beside = { nav, holdings, book }
  return {
    baseCurrency: values.fx.baseCurrency,
    buckets: (buckets ?? []).map((bucket) => bucketView(bucket, beside)),
    ledgerNav: textOrNull(nav),
    excluded: ledger?.nav.excluded.length ?? 0,
    brokerNav: textOrNull(brokerNav),
    accrued: centsOrNull(accrued),
    unexplained: centsOrNull(unexplainedOf({ nav, brokerNav, accrued })),
    exposure: holdings.exposure,
    dailySince: book?.memory.day.since ?? null,
    brokerAt: values.at,
  }
}

type Navs = Readonly<Record<'nav' | 'brokerNav' | 'accrued', Decimal | null>>

function unexplainedOf({ nav, brokerNav, accrued }: Navs): Decimal | null {
  if (nav === null || brokerNav === null) return null
  return brokerNav.minus(accrued ?? new D(0)).minus(nav)
}

type Beside = {
  readonly nav: Decimal | null
  readonly holdings: StrategyHoldings
  readonly book: Book | null
}

const bucketView = (
  bucket: BucketEquity,
  { nav, holdings, book }: Beside,
): StrategiesView['buckets'][number] => ({
  strategy: bucket.strategy,
  kind: bucket.strategy === UNALLOCATED ? ('unallocated' as const) : ('strategy' as const),
  allocated: text(bucket.allocated),
  funds: text(bucket.funds),
  gain: text(bucket.gain),
  ...holdings.of(bucket.strategy),
  commission: text(bucket.commission),
  income: text(bucket.income),
  conversions: text(bucket.conversions),
  equity: text(bucket.equity),
  navPercent: textOrNull(shareOf(bucket.equity, nav)),
  excluded: bucket.excluded.map(({ reason, conId, currency }) => ({
    ...{ reason, conId, currency },
    symbol: (conId && book?.memory.instruments.get(conId)?.symbol) ?? null,
  })),
})

const shareOf = (equity: Decimal, nav: Decimal | null): Decimal | null =>
  nav === null || !nav.greaterThan(0) ? null : toLedgerScale(equity.dividedBy(nav).times(100))
