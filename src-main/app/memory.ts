import { splitExecId, type CommissionReport } from '#domain/execution.ts'
import type { Fill } from '#domain/fill.ts'
import type { Order } from '#domain/order.ts'
import { flat, positionKey } from '#domain/position.ts'
import { residualsWithin, type Within } from '#domain/late-execution.ts'
import { openingMomentOf, ordersStoodFor, type Adjustment } from '#domain/adjustment.ts'
import type { Allocation } from '#domain/allocation.ts'
import type { CashEntry } from '#domain/cash.ts'
import type { PriceQuote } from '#ports/broker.ts'
import type { JournalEntry } from '#ports/history.ts'
import type { BookState, PositionRecord } from '#ports/ledger.ts'
import type { Accruals, BreakCauses, ReconciliationRun, RunWorth } from '#ports/reconciliation.ts'
import type { Break } from '#shared/break.ts'
import type { ConId, ExecRoot, PermId, StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { utcNanos, type UtcNanos } from '#shared/time.ts'
import { DayGains } from './day-gains.ts'
import { Given } from './given.ts'
import { Holding } from './holding.ts'

/**
 * Fills kept whole: what comes to them later, such as a commission, needs no look at the ledger.
 */
const FILLS_KEPT = 4_000
/** Executions recognised as repeats without asking the ledger. */
const SEEN_KEPT = 60_000
const ORDERS_KEPT = 2_000

/** What is remembered of an execution long after its fill: the least that recognises a repeat. */
type Seen = { readonly revision: number; readonly executedAt: UtcNanos }

/** What a book has in memory: the ledger's state, plus at most the batch being committed. */
export class BookMemory {
  readonly holdings = new Map<string, Holding>()
  /** Positions as last committed: what may be shown. `holdings` may be a batch ahead. */
  readonly committed = new Map<string, PositionRecord>()
  readonly instruments = new Map<ConId, Instrument>()
  /** By root, oldest insertion first. */
  readonly fills = new Map<ExecRoot, Fill>()
  readonly #seen = new Map<ExecRoot, Seen>()
  /** IB's times have seconds: what is executed in one second shares what is remembered of it. */
  #lastSeen: Seen = { revision: 0, executedAt: utcNanos(0n) }
  readonly orders = new Map<string, Order>()
  /** Commission reports whose execution has not come, by execution root. */
  readonly orphans = new Map<ExecRoot, readonly CommissionReport[]>()
  readonly openingEntries: JournalEntry[]
  /** By id, as they stand. */
  readonly breaks = new Map<string, Break>()
  lastRun: ReconciliationRun | null
  /** What the account was worth when all of its cash last agreed, or at the last run of before. */
  worthAtRest: RunWorth | null
  /** What was accrued before the program was started. */
  readonly accruals: Accruals
  /** Every change of cash that no fill explains, those taken back and their reversals too. */
  readonly cashEntries: CashEntry[]
  /** The capital strategies were given. */
  readonly allocations: Allocation[]
  /** What fills carried that were given to other strategies lately. */
  readonly given = new Given()
  /** What the P&L of the day is measured from. */
  readonly day = new DayGains()
  /** By break: what may lie behind it, the best first. */
  readonly causes = new Map<string, BreakCauses>()
  /** The last prices the ledger remembers from before. */
  readonly savedPrices: readonly PriceQuote[]
  readonly #keysOf = new Map<ConId, readonly string[]>()
  #adjustments: readonly Adjustment[]
  #openingMoment: UtcNanos | null
  #stoodFor: ReadonlySet<PermId>
  #residualsWithin: ReadonlyMap<ConId, Within>
  fillCount: number
  journalLength: number
  /** Every fill executed after this has been seen; null: every fill there is. */
  #completeSince: UtcNanos | null

  constructor(state: BookState) {
    for (const record of state.positions) {
      const { strategy, conId } = record.position
      this.#addHolding(positionKey(strategy, conId), new Holding(record))
    }
    this.showCommitted(state.positions)
    for (const instrument of state.instruments) this.instruments.set(instrument.conId, instrument)
    for (const fill of state.recentFills.toReversed()) this.keepFill(fill)
    for (const order of state.recentOrders.toReversed()) this.orders.set(order.key, order)
    for (const report of state.orphanCommissions) this.keepOrphan(report)
    this.#adjustments = [...state.adjustments]
    this.#openingMoment = openingMomentOf(this.#adjustments)
    this.#stoodFor = ordersStoodFor(this.#adjustments)
    this.#residualsWithin = residualsWithin(this.#adjustments)
    this.savedPrices = state.prices
    this.openingEntries = [...state.openingEntries]
    for (const one of state.breaks) this.breaks.set(one.id, one)
    this.lastRun = state.lastRun
    this.worthAtRest = state.lastRun?.worth ?? null
    this.accruals = state.accruals
    this.cashEntries = [...state.cashEntries]
    this.allocations = [...state.allocations]
    for (const one of state.breakCauses) this.causes.set(one.breakId, one)
    this.fillCount = state.fillCount
    this.journalLength = state.journalLength
    this.#completeSince = state.recentFillsSince
  }

  holding(strategy: StrategyId, conId: ConId, now: UtcNanos): Holding {
    const key = positionKey(strategy, conId)
    const known = this.holdings.get(key)
    if (known) return known
    const holding = new Holding({
      position: flat(strategy, conId),
      commissions: new Map(),
      commissionsPending: 0,
      changedAt: now,
    })
    this.#addHolding(key, holding)
    return holding
  }

  showCommitted(records: readonly PositionRecord[]): void {
    for (const record of records) {
      const { strategy, conId } = record.position
      this.committed.set(positionKey(strategy, conId), record)
    }
  }

  #addHolding(key: string, holding: Holding): void {
    this.holdings.set(key, holding)
    const { conId } = holding.position
    this.#keysOf.set(conId, [...this.keysOf(conId), key])
  }

  /** The keys of all positions in one instrument. */
  keysOf(conId: ConId): readonly string[] {
    return this.#keysOf.get(conId) ?? []
  }

  /**
   * The highest revision of an execution known to be in the book; undefined when not remembered.
   */
  revisionOf(root: ExecRoot): number | undefined {
    return this.#seen.get(root)?.revision
  }

  /** Whether an execution that is not remembered cannot be in the ledger either. */
  wouldKnow(executedAt: UtcNanos): boolean {
    return this.#completeSince === null || executedAt > this.#completeSince
  }

  /** Nothing is taken for new any more without asking the ledger. */
  distrust(): void {
    this.#seen.clear()
    for (const fill of this.fills.values()) this.keepFill(fill)
    this.#completeSince = 9_223_372_036_854_775_807n as UtcNanos
  }

  keepFill(fill: Fill): void {
    const { fillId, revision, execution } = fill
    this.fills.set(fillId, fill)
    if (this.#seen.get(fillId)?.revision !== revision) {
      const { executedAt } = execution
      const { revision: lastRevision, executedAt: lastAt } = this.#lastSeen
      if (lastRevision !== revision || lastAt !== executedAt) {
        this.#lastSeen = { revision, executedAt }
      }
      this.#seen.set(fillId, this.#lastSeen)
    }
  }

  keepOrder(order: Order): void {
    this.orders.delete(order.key)
    this.orders.set(order.key, order)
  }

  /** Lets go of what has grown old; to be called between batches. */
  trim(): void {
    for (const root of this.fills.keys()) {
      if (this.fills.size <= FILLS_KEPT) break
      this.fills.delete(root)
    }
    for (const [root, { executedAt }] of this.#seen) {
      if (this.#seen.size <= SEEN_KEPT) break
      this.#seen.delete(root)
      if (this.#completeSince === null || executedAt > this.#completeSince) {
        this.#completeSince = executedAt
      }
    }
    for (const key of this.orders.keys()) {
      if (this.orders.size <= ORDERS_KEPT) break
      this.orders.delete(key)
    }
  }

  keepOrphan(report: CommissionReport): void {
    const { root } = splitExecId(report.execId)
    const known = this.orphans.get(root) ?? []
    const same = known.find(({ execId }) => execId === report.execId)
    // That a commission is pending says nothing once it has been told.
    if (same && same.commission !== null && report.commission === null) return
    this.orphans.set(root, [...known.filter((one) => one !== same), report])
  }

  get adjustments(): readonly Adjustment[] {
    return this.#adjustments
  }

  addAdjustments(added: readonly Adjustment[]): void {
    this.#adjustments = [...this.#adjustments, ...added]
    this.#openingMoment = openingMomentOf(this.#adjustments)
    this.#stoodFor = ordersStoodFor(this.#adjustments)
    this.#residualsWithin = residualsWithin(this.#adjustments)
  }

  /** Orders some of whose executions an entry stands for: what comes of them takes its place. */
  get stoodFor(): ReadonlySet<PermId> {
    return this.#stoodFor
  }

  /** By instrument, which executions a residual may stand for. */
  get residualsWithin(): ReadonlyMap<ConId, Within> {
    return this.#residualsWithin
  }

  /** Where the book begins: what was executed before is part of the opening position. */
  get openingMoment(): UtcNanos | null {
    return this.#openingMoment
  }
}
