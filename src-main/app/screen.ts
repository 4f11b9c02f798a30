import { movesPosition } from '#domain/fill.ts'
import { weightOf } from '#domain/holding-value.ts'
import { closedByHand } from '#domain/transfer.ts'
import type { Clock } from '#ports/clock.ts'
import type { Link } from '#shared/link.ts'
import { LIVE_FILLS, LIVE_ORDERS } from '#shared/api/live.ts'
import type {
  AccountView,
  BookView,
  FillRow,
  OrderRow,
  PositionRow,
  StatusView,
} from '#shared/api/views.ts'
import { UNATTRIBUTED, type ConId } from '#shared/ids.ts'
import { text, type Decimal } from '#shared/money.ts'
import { millisOf, type UtcMillis } from '#shared/time.ts'
import type { Account } from './account.ts'
import type { ReconciliationView } from '#shared/api/reconcile-views.ts'
import { QUEUE_LIMIT, type Book } from './book.ts'
import { breakRows, runView } from './break-rows.ts'
import type { PositionRecord } from '#ports/ledger.ts'
import type { Jobs } from './jobs.ts'
import type { Screen } from './live.ts'
import type { Notices } from './notices.ts'
import { openingAdjustments, openingState } from './opening.ts'
import type { PriceCache } from './price-cache.ts'
import { fillRow, orderRow, positionRow } from './rows.ts'
import { accountView, holdingValue } from './valuation.ts'

/** A position that is flat stays in sight for a day, so that what it realized can be seen. */
const FLAT_STAYS_MS = 24 * 3_600_000
/** Among this many of the latest arrivals the latest executions are found. */
const ARRIVALS = 4 * LIVE_FILLS

const NO_ACCOUNT: AccountView = {
  baseCurrency: null,
  netLiquidation: null,
  unrealized: null,
  realized: null,
  daily: null,
  at: null,
  worth: null,
}

/** What of a desk is shown. */
export type Shown = {
  readonly settings: { readonly clock: Clock }
  readonly accounts: readonly Account[]
  /** The account named, or the first one. */
  readonly find: (id: string | undefined) => Account | null
  readonly link: Link
  readonly prices: PriceCache
  readonly reconciliations: {
    readonly isRunning: (id: Account['id']) => boolean
    readonly askAbove: Decimal
    readonly brokerQuantity: (id: Account['id'], conId: ConId) => Decimal | null
  }
  readonly notices: Notices
  readonly jobs: Pick<Jobs, 'views'>
}

/** What the live stream shows of the desk. */
export const screenOf = (desk: Shown): Screen => ({
  everything: (id) => {
    const account = desk.find(id)
    return {
      accounts: desk.accounts.map((one) => one.id),
      ...partsOf(desk, account),
      positions: account ? positionRows(desk, account) : [],
      fills: account ? latestFills(account) : [],
      orders: account ? latestOrders(account) : [],
    }
  },
  parts: (id) => partsOf(desk, id === null ? null : desk.find(id)),
  position: (id, key) => {
    const record = desk.find(id)?.book?.memory.committed.get(key)
    return record ? shownRow(desk, id, record) : null
  },
})

/** Each part is made when it is looked at: the worth of an account takes all its positions. */
const partsOf = (desk: Shown, account: Account | null): ReturnType<Screen['parts']> => ({
  get link() {
    return desk.link
  },
  get book() {
    return account ? bookView(account) : null
  },
  get account() {
    return account ? accountView({ account, prices: desk.prices }) : NO_ACCOUNT
  },
  get status() {
    return statusView(desk, account)
  },
  get reconciliation() {
    return account?.book ? reconciliationView(desk, account) : null
  },
  get jobs() {
    return desk.jobs.views()
  },
})

/** How the book of an account compares with its broker. */
export function reconciliationView(desk: Shown, account: Account): ReconciliationView {
  const { id, book } = account
  const run = book?.memory.lastRun ?? null
  const valued = { prices: desk.prices, fx: account.values.fx }
  return {
    lastRun: run === null ? null : runView(run),
    isRunning: desk.reconciliations.isRunning(id),
    askAbove: text(desk.reconciliations.askAbove),
    breaks: book === null ? [] : breakRows(book.memory, valued),
    closedByHand: book === null ? [] : closedByHandViews(desk, { id, book }),
  }
}

/** Holdings of UNATTRIBUTED that closed a strategy's by hand, while the broker is flat. */
function closedByHandViews(
  desk: Shown,
  { id, book: { memory } }: { readonly id: Account['id']; readonly book: Book },
): ReconciliationView['closedByHand'] {
  const byHand = [...memory.committed.values()].filter(
    ({ position }) => position.strategy === UNATTRIBUTED && !position.quantity.isZero(),
  )
  return byHand.flatMap(({ position: { conId } }) => {
    const positions = memory
      .keysOf(conId)
      .flatMap((key) => memory.committed.get(key)?.position ?? [])
    const broker = desk.reconciliations.brokerQuantity(id, conId)
    return closedByHand(positions, broker).map(({ quantity, ...transfer }) => ({
      ...transfer,
      symbol: memory.instruments.get(conId)?.symbol ?? `#${conId}`,
      quantity: text(quantity),
    }))
  })
}

/** Null when the position is not shown: long flat, or its instrument is not known. */
function shownRow(desk: Shown, id: string, record: PositionRecord): PositionRow | null {
  const { position, changedAt } = record
  const age = desk.settings.clock.now() - millisOf(changedAt)
  if (position.quantity.isZero() && age > FLAT_STAYS_MS) return null
  const account = desk.find(id)
  const instrument = account?.book?.memory.instruments.get(position.conId)
  if (!account || !instrument || !movesPosition(instrument.secType)) return null
  const value = holdingValue({ account, prices: desk.prices }, position, instrument)
  const weight = weightOf(value, account.values.amount('NetLiquidation'))
  return positionRow(record, { ...value, ...weight }, desk.prices.shown(position.conId))
}

export const positionRows = (desk: Shown, account: Account): PositionRow[] =>
  [...(account.book?.memory.committed.values() ?? [])].flatMap(
    (record) => shownRow(desk, account.id, record) ?? [],
  )

function latestFills({ book }: Account): FillRow[] {
  if (!book) return []
  const arrivals = [...book.memory.fills.values()].slice(-ARRIVALS)
  return arrivals
    .sort((a, b) => (a.execution.executedAt < b.execution.executedAt ? 1 : -1))
    .slice(0, LIVE_FILLS)
    .map((fill) => fillRow(fill, book.memory))
}

function latestOrders({ book }: Account): OrderRow[] {
  if (!book) return []
  return [...book.memory.orders.values()]
    .slice(-LIVE_ORDERS)
    .reverse()
    .map((order) => orderRow(order, book.memory))
}

/** How far the book of an account has come; `awaiting` while its ledger is not open. */
export function bookView(account: Account): BookView {
  const memory = account.book?.memory
  const opening = memory ? openingAdjustments(memory) : []
  const openedAt = memory?.openingEntries.findLast(({ outcome }) => outcome === 'proposed')?.at
  return {
    account: account.id,
    opening: memory ? openingState(memory) : 'awaiting',
    openingPositions: opening.length,
    openingAt: openedAt === undefined ? null : millisOf(openedAt),
    openingUnknownCosts: opening.filter(({ cost }) => cost === null).length,
    fills: memory?.fillCount ?? 0,
    orphanCommissions: memory?.orphans.size ?? 0,
  }
}

function statusView(desk: Shown, account: Account | null): StatusView {
  const ledger = account?.ledgerStatus() ?? null
  const problem = account?.trouble?.sentence ?? null
  const now: UtcMillis = desk.settings.clock.now()
  return {
    now,
    queueDepth: account?.depth ?? 0,
    queueLimit: QUEUE_LIMIT,
    ledger: ledgerView(ledger, problem),
    notices: [...desk.notices.all],
  }
}

function ledgerView(
  ledger: ReturnType<Account['ledgerStatus']>,
  problem: string | null,
): StatusView['ledger'] {
  if (ledger) return { ...ledger, problem }
  if (problem === null) return null
  return { path: '', sizeBytes: 0, writeAheadLogBytes: 0, lastBackupAt: null, problem }
}
