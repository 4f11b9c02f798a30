import type { Fill } from '#domain/fill.ts'
import type { Order } from '#domain/order.ts'
import type { Adjustment } from '#domain/adjustment.ts'
import type { Allocation } from '#domain/allocation.ts'
import type { CashEntry } from '#domain/cash.ts'
import type { Position } from '#domain/position.ts'
import type { PriceQuote } from '#ports/broker.ts'
import type { Reattributed, JournalEntry } from '#ports/history.ts'
import type {
  AccountSummary,
  AttributionRecord,
  Changes,
  CommissionRecord,
  ExecutionRecord,
  PositionChange,
} from '#ports/ledger.ts'
import type { DrawdownRecord, PortfolioSnapshot } from '#ports/snapshot.ts'
import type {
  BreakCauses,
  BreakRecord,
  PortfolioRecord,
  ReconciliationRun,
} from '#ports/reconciliation.ts'
import type { ConId, ExecRoot } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Holding } from './holding.ts'

/** What one batch of events changes; the latest state of each row counts. */
export class Batch {
  readonly executions: ExecutionRecord[] = []
  readonly lateExecutions: ExecutionRecord[] = []
  readonly commissions: CommissionRecord[] = []
  readonly attributions: AttributionRecord[] = []
  readonly reattributed: Reattributed[] = []
  readonly positionChanges: PositionChange[] = []
  readonly orders: Order[] = []
  readonly adjustments: Adjustment[] = []
  readonly journal: JournalEntry[] = []
  readonly accountSummaries: AccountSummary[] = []
  readonly snapshots: PortfolioSnapshot[] = []
  readonly snapshotsDropped: UtcNanos[] = []
  readonly drawdowns: DrawdownRecord[] = []
  readonly runs: ReconciliationRun[] = []
  readonly breaks: BreakRecord[] = []
  readonly portfolio: PortfolioRecord[] = []
  readonly cashEntries: CashEntry[] = []
  readonly allocations: Allocation[] = []
  readonly breakCauses: BreakCauses[] = []
  readonly prices = new Map<ConId, PriceQuote>()
  readonly instruments = new Map<ConId, Instrument>()
  readonly holdings = new Set<Holding>()
  /** Instruments some of whose history is no longer what it was, rather than longer. */
  readonly recounted = new Set<ConId>()
  readonly #newFills = new Map<ExecRoot, Fill>()
  readonly #changedFills = new Map<ExecRoot, Fill>()

  /** A fill the ledger does not hold yet. */
  addFill(fill: Fill): void {
    this.#newFills.set(fill.fillId, fill)
  }

  /** A fill as it is now; it may be one that this very batch adds. */
  changeFill(fill: Fill): void {
    const fills = this.#newFills.has(fill.fillId) ? this.#newFills : this.#changedFills
    fills.set(fill.fillId, fill)
  }

  changePosition(holding: Holding, at: UtcNanos): void {
    holding.changedAt = at
    this.holdings.add(holding)
    this.positionChanges.push({ at, position: holding.position })
  }

  fills(): readonly Fill[] {
    return [...this.#newFills.values(), ...this.#changedFills.values()]
  }

  get newFillCount(): number {
    return this.#newFills.size
  }

  /** A position's latest state in the batch stands for the moment; the series keeps each. */
  positionsNow(): readonly Position[] {
    return [...this.holdings].map(({ position }) => position)
  }

  #latestDrawdowns(): readonly DrawdownRecord[] {
    return [...new Map(this.drawdowns.map((one) => [one.scope, one])).values()]
  }

  toChanges(): Changes {
    return {
      executions: this.executions,
      lateExecutions: this.lateExecutions,
      newFills: [...this.#newFills.values()],
      changedFills: [...this.#changedFills.values()],
      attributions: this.attributions,
      reattributed: this.reattributed,
      commissions: this.commissions,
      orders: this.orders,
      instruments: [...this.instruments.values()],
      positions: [...this.holdings].map((holding) => holding.record()),
      positionChanges: this.positionChanges,
      adjustments: this.adjustments,
      accountSummaries: this.accountSummaries,
      prices: [...this.prices.values()],
      journal: this.journal,
      snapshots: this.snapshots,
      drawdowns: this.#latestDrawdowns(),
      snapshotsDropped: this.snapshotsDropped,
      runs: this.runs,
      breaks: this.breaks,
      portfolio: this.portfolio,
      cashEntries: this.cashEntries,
      allocations: this.allocations,
      breakCauses: this.breakCauses,
    }
  }
}
