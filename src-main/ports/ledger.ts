import type { CommissionReport, Execution, ExecutionSource } from '#domain/execution.ts'
import type { Fill } from '#domain/fill.ts'
import type { Order } from '#domain/order.ts'
import type { Adjustment } from '#domain/adjustment.ts'
import type { Slot } from '#domain/slot.ts'
import type { Position } from '#domain/position.ts'
import type { ConId, ExecRoot, PermId, StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { Money } from '#shared/money.ts'
import type { Result } from '#shared/result.ts'
import type { UtcMillis, UtcNanos } from '#shared/time.ts'
import type { Break } from '#shared/break.ts'
import type { PriceQuote } from './broker.ts'
import type { Facts } from './facts.ts'
import type { Folds } from './folds.ts'
import type { History, JournalEntry, Reattributed } from './history.ts'
import type { DrawdownRecord, PortfolioSnapshot, Snapshots } from './snapshot.ts'
import type { Allocation } from '#domain/allocation.ts'
import type { CashEntry } from '#domain/cash.ts'
import type {
  Accruals,
  BreakCauses,
  BreakRecord,
  PortfolioRecord,
  ReconciliationRun,
} from './reconciliation.ts'

/** A position and what belongs to its row: the projection the ledger keeps of fills. */
export type PositionRecord = {
  readonly position: Position
  /** What was charged, per currency of the charge. */
  readonly commissions: ReadonlyMap<string, Money>
  /** Fills whose commission has not been reported. */
  readonly commissionsPending: number
  readonly changedAt: UtcNanos
}

/** One execution as it came, to be kept for good. */
export type ExecutionRecord = {
  readonly execution: Execution
  readonly instrument: Instrument
  readonly recordedAt: UtcNanos
  readonly source: ExecutionSource
}

export type CommissionRecord = {
  readonly report: CommissionReport
  readonly recordedAt: UtcNanos
  /** True when its execution had not been seen. */
  readonly isOrphan: boolean
}

export type AttributionRecord = {
  readonly fillId: ExecRoot
  readonly recordedAt: UtcNanos
  readonly strategy: StrategyId
  readonly by: string
}

/** A position after one change, kept for looking back. */
export type PositionChange = { readonly at: UtcNanos; readonly position: Position }

/** The account as the broker values it, in its base currency; null is not known. */
export type AccountSummary = {
  readonly at: UtcNanos
  readonly baseCurrency: string | null
  readonly netLiquidation: Money | null
  readonly totalCash: Money | null
  readonly unrealizedPnl: Money | null
  readonly realizedPnl: Money | null
}

/** What one transaction writes. Everything in it becomes durable together, or nothing does. */
export type Changes = {
  /** Executions at a revision the ledger does not hold. */
  readonly executions: readonly ExecutionRecord[]
  /** Superseded revisions that turned up late, which it may hold already. */
  readonly lateExecutions: readonly ExecutionRecord[]
  /** Fills the ledger does not hold yet. */
  readonly newFills: readonly Fill[]
  /** Fills it holds, as they are now. */
  readonly changedFills: readonly Fill[]
  readonly attributions: readonly AttributionRecord[]
  readonly reattributed: readonly Reattributed[]
  readonly commissions: readonly CommissionRecord[]
  readonly orders: readonly Order[]
  readonly instruments: readonly Instrument[]
  readonly positions: readonly PositionRecord[]
  readonly positionChanges: readonly PositionChange[]
  readonly adjustments: readonly Adjustment[]
  readonly accountSummaries: readonly AccountSummary[]
  readonly prices: readonly PriceQuote[]
  readonly journal: readonly JournalEntry[]
  readonly snapshots: readonly PortfolioSnapshot[]
  /** At most one of each scope. */
  readonly drawdowns: readonly DrawdownRecord[]
  /** When the snapshots were taken that are thinned out. */
  readonly snapshotsDropped: readonly UtcNanos[]
  readonly runs: readonly ReconciliationRun[]
  readonly breaks: readonly BreakRecord[]
  readonly portfolio: readonly PortfolioRecord[]
  readonly cashEntries: readonly CashEntry[]
  readonly allocations: readonly Allocation[]
  readonly breakCauses: readonly BreakCauses[]
}

/** What a book needs in memory to go on where it stopped. */
export type BookState = {
  readonly positions: readonly PositionRecord[]
  readonly instruments: readonly Instrument[]
  /** The latest fills by execution time, newest first. */
  readonly recentFills: readonly Fill[]
  /** Every fill executed after this instant is among the recent ones; null: all fills are. */
  readonly recentFillsSince: UtcNanos | null
  /** The latest state of the latest orders, most recently changed first. */
  readonly recentOrders: readonly Order[]
  readonly prices: readonly PriceQuote[]
  /** Commission reports still without their execution. */
  readonly orphanCommissions: readonly CommissionReport[]
  /** Adjustments of every position; few, for they are no fills. */
  readonly adjustments: readonly Adjustment[]
  /** The journal's entries about the opening of the book, oldest first. */
  readonly openingEntries: readonly JournalEntry[]
  readonly journalLength: number
  readonly fillCount: number
  /** Every break there ever was, as it stands. */
  readonly breaks: readonly Break[]
  /** The last reconciliation; null before the first. */
  readonly lastRun: ReconciliationRun | null
  /** Of the last run that judged anything; empty before the first. */
  readonly accruals: Accruals
  /** Every change of cash that no fill explains; few, like adjustments. */
  readonly cashEntries: readonly CashEntry[]
  readonly allocations: readonly Allocation[]
  /** What was last thought of each break. */
  readonly breakCauses: readonly BreakCauses[]
}

export type LedgerStatus = {
  readonly path: string
  readonly sizeBytes: number
  readonly writeAheadLogBytes: number
  readonly lastBackupAt: UtcMillis | null
}

/**
 * Why a ledger cannot be opened or written; the sentence is for the trader and says what to do.
 * `duplicate`: a row believed new is there already, so what the writer believes must be read anew.
 * `doubled`: so it was with an earlier commit, found out too late: positions must be folded anew.
 */
export type LedgerFailure = {
  readonly kind:
    'duplicate' | 'doubled' | 'locked' | 'damaged' | 'newer' | 'read-only' | 'disk-full' | 'other'
  readonly sentence: string
}

/**
 * The books of one account. One writer: `commit` calls must not overlap. Queries see the last
 * committed state.
 */
export type Ledger = {
  /** @throws {LedgerError} when nothing was written; the same changes can be tried again. */
  readonly commit: (changes: Changes) => Promise<void>
  /** @throws {LedgerError} like every query, when the file cannot be read. */
  readonly load: () => Promise<BookState>
  /** All fills of one position that count, in no particular order. */
  readonly fillsOf: (strategy: StrategyId, conId: ConId) => Promise<readonly Fill[]>
  /**
   * The next fills of one instrument that count, whatever their strategy, in slot order; fewer than
   * `limit` at the end.
   */
  readonly fillsAfter: (conId: ConId, after: Slot | null, limit: number) => Promise<readonly Fill[]>
  /** Those of the fills asked for that the ledger holds. */
  readonly findFills: (roots: readonly ExecRoot[]) => Promise<readonly Fill[]>
  /** The next fills after a slot, of every instrument, in slot order; fewer at the end. */
  readonly fillsExecuted: (after: Slot, limit: number) => Promise<readonly Fill[]>
  /** Every fill of these orders, in no particular order. */
  readonly fillsOfOrders: (orders: readonly PermId[]) => Promise<readonly Fill[]>
  /** A page of fills by execution time; the key is the fill's id. */
  readonly pageOfFills: (page: Page) => Promise<readonly Fill[]>
  /** A page of orders by their last event, each in its latest state. */
  readonly pageOfOrders: (page: Page) => Promise<readonly Order[]>
  /** Every position that any fill belongs to. */
  readonly positionKeys: () => Promise<readonly PositionKey[]>
  readonly snapshots: Snapshots
  readonly facts: Facts
  readonly folds: Folds
  readonly history: History
  /** The latest of each scope. */
  readonly drawdowns: () => Promise<readonly DrawdownRecord[]>
  readonly status: () => LedgerStatus
  /** Writes the log into the file and lets go of it. */
  readonly close: () => Promise<void>
}

export type PositionKey = { readonly strategy: StrategyId; readonly conId: ConId }

/**
 * Rows newest first; those of one millisecond by key, the largest first, so that a page can begin
 * right after any row however many share its instant.
 */
export type Page = { readonly limit: number; readonly before: Cursor | null }

/** The row a page begins after; without a key, all rows of that millisecond are passed over. */
export type Cursor = { readonly at: UtcMillis; readonly key: string | null }

/** A commit or a query that did not happen. */
export type LedgerError = Error & { readonly failure: LedgerFailure }

/** Opens the ledger of an account, creating it when there is none. */
export type OpenLedger = (account: string) => Promise<Result<Ledger, LedgerFailure>>
