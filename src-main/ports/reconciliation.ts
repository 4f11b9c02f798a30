import type { RowState } from '#domain/reconcile.ts'
import type { CauseView } from '#shared/api/settle-views.ts'
import type { Break } from '#shared/break.ts'
import type { ConId, StrategyId } from '#shared/ids.ts'
import type { Decimal, Quantity } from '#shared/money.ts'
import type { RunOutcome, RunReason } from '#shared/run.ts'
import type { UtcNanos } from '#shared/time.ts'

/** One reconciliation of the ledger with the broker, also one that came to nothing. */
export type ReconciliationRun = {
  readonly id: string
  readonly startedAt: UtcNanos
  readonly endedAt: UtcNanos
  readonly reason: RunReason
  readonly outcome: RunOutcome
  /** Why it failed, in a sentence; null for others. */
  readonly why: string | null
  /** Disagreements found. */
  readonly found: number
  /** Comparisons that could not be made: in flight, or something is unknown. */
  readonly notJudged: number
  /** What the account was worth on both sides; null: not told, or the cash is not open yet. */
  readonly worth: RunWorth | null
  /** What counts as accrued from here on; null: nothing was judged. */
  readonly accruals: Accruals | null
}

/**
 * Everything the broker told to be accrued since a currency last agreed, each amount once, by key
 * of the account window and currency: `NetDividend|USD`.
 */
export type Accruals = ReadonlyMap<string, readonly Decimal[]>

/** NAV on both sides of one moment, at the same prices and rates, in the base currency. */
export type RunWorth = {
  readonly baseCurrency: string
  /** The broker's net liquidation value. */
  readonly brokerNav: Decimal
  /** Part of it that is due and not paid, so that no ledger has it; null: not told. */
  readonly accrued: Decimal | null
  readonly ledgerNav: Decimal
  /** How many parts the ledger's leaves out or takes at cost. */
  readonly excluded: number
}

/** A break as it stands since an instant, and what left it so: a run or a command. */
export type BreakRecord = {
  readonly recordedAt: UtcNanos
  readonly run: string | null
  readonly command: string | null
  readonly break: Break
}

/** What may lie behind a break at a revision, the best first. */
export type BreakCauses = {
  readonly recordedAt: UtcNanos
  readonly breakId: string
  readonly revision: number
  readonly causes: readonly CauseView[]
}

/** One priced line of the book a run saw; null is not known. */
export type PortfolioRecord = {
  readonly at: UtcNanos
  readonly run: string
  readonly conId: ConId
  readonly symbol: string | null
  readonly assetClass: string | null
  /** Null: the residual, which no strategy claims. */
  readonly strategy: StrategyId | null
  readonly quantity: Quantity
  /** Per unit in the currency, without commission and multiplier. */
  readonly averageCost: Decimal | null
  /** Per unit in the currency. */
  readonly marketPrice: Decimal | null
  readonly marketValue: Decimal | null
  readonly marketValueBase: Decimal | null
  /** Of the broker's net liquidation: 0.5 is half of it. */
  readonly shareOfNAV: Decimal | null
  readonly currency: string | null
  /** Units of the base currency for one of the currency. */
  readonly fxRate: Decimal | null
  /** Unrealized P&L by what the holding cost: 0.1 is ten percent up. */
  readonly pnlShare: Decimal | null
  readonly heldBy: 'both' | 'ledger' | 'broker'
  readonly state: RowState
}
