import { splitExecId, type CommissionReport } from '#domain/execution.ts'
import { isFolded, type Fill } from '#domain/fill.ts'
import type { Order } from '#domain/order.ts'
import { inSlotOrder } from '#domain/fold.ts'
import { positionKey } from '#domain/position.ts'
import { compareSlots, slotOf } from '#domain/slot.ts'
import type { Adjustment } from '#domain/adjustment.ts'
import type { Allocation } from '#domain/allocation.ts'
import type { CashEntry } from '#domain/cash.ts'
import type { PriceQuote } from '#ports/broker.ts'
import type {
  AttributionRecord,
  BookState,
  Changes,
  CommissionRecord,
  ExecutionRecord,
  Ledger,
  LedgerError,
  LedgerFailure,
  PositionChange,
  PositionRecord,
} from '#ports/ledger.ts'
import type { Reattributed, JournalEntry } from '#ports/history.ts'
import type { DrawdownRecord, PortfolioSnapshot } from '#ports/snapshot.ts'
import type {
  BreakCauses,
  BreakRecord,
  PortfolioRecord,
  ReconciliationRun,
} from '#ports/reconciliation.ts'
import type { ConId, ExecId, ExecRoot } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { factsIn } from './facts.ts'
import { foldsIn } from './folds.ts'
import { historyIn } from './history.ts'
import { latestOrders } from './latest-orders.ts'
import { isPast, newestFirst } from './paging.ts'
import { snapshotsIn, writeSnapshots } from './snapshots.ts'

/** What a ledger in memory holds: it outlives the ledger, as a file outlives the program. */
export type Store = {
  readonly executions: Map<ExecId, ExecutionRecord>
  readonly fills: Map<ExecRoot, Fill>
  readonly attributions: AttributionRecord[]
  readonly reattributed: Reattributed[]
  readonly commissions: CommissionRecord[]
  readonly orders: Order[]
  readonly instruments: Map<ConId, Instrument>
  readonly positions: Map<string, PositionRecord>
  readonly positionChanges: PositionChange[]
  readonly adjustments: Map<string, Adjustment>
  readonly prices: Map<ConId, PriceQuote>
  readonly journal: JournalEntry[]
  readonly snapshots: PortfolioSnapshot[]
  readonly drawdowns: Map<string, DrawdownRecord>
  readonly runs: ReconciliationRun[]
  readonly breaks: BreakRecord[]
  readonly portfolio: PortfolioRecord[]
  readonly cashEntries: CashEntry[]
  readonly allocations: Allocation[]
  readonly breakCauses: BreakCauses[]
  /** Commits that were made durable. */
  commits: number
}

export const emptyStore = (): Store => ({
  executions: new Map(),
  fills: new Map(),
  attributions: [],
  reattributed: [],
  commissions: [],
  orders: [],
  instruments: new Map(),
  positions: new Map(),
  positionChanges: [],
  adjustments: new Map(),
  prices: new Map(),
  journal: [],
  snapshots: [],
  drawdowns: new Map(),
  runs: [],
  breaks: [],
  portfolio: [],
  cashEntries: [],
  allocations: [],
  breakCauses: [],
  commits: 0,
})

export type FakeLedger = Ledger & {
  readonly store: Store
  /** The next commits fail with these, one each. */
  readonly failures: LedgerFailure[]
  readonly isClosed: () => boolean
}

export const DISK_FULL: LedgerFailure = {
  kind: 'disk-full',
  sentence: 'The disk is full: free some space.',
}

const failing = (failure: LedgerFailure): LedgerError =>
  Object.assign(new Error(failure.sentence), { failure })

type Limits = {
  /** How many of the latest fills are loaded when a book is opened. */
  readonly recentFills: number
}

/** A ledger in memory with the semantics of the real one: all of a commit or nothing. */
export function fakeLedger(
  store: Store = emptyStore(),
  { recentFills }: Limits = { recentFills: 20_000 },
): FakeLedger {
  const failures: LedgerFailure[] = []
  let isClosed = false
  return {
    store,
    failures,
    isClosed: () => isClosed,
    commit: async (changes) => {
      await Promise.resolve()
      const failure = failures.shift() ?? duplicateIn(store, changes)
      if (failure) throw failing(failure)
      write(store, changes)
    },
    load: async () => Promise.resolve(stateOf(store, recentFills)),
    fillsOf: async (strategy, conId) =>
      Promise.resolve(
        [...store.fills.values()].filter(
          (fill) => fill.strategy === strategy && fill.execution.conId === conId,
        ),
      ),
    fillsAfter: async (conId, after, limit) =>
      Promise.resolve(
        inSlotOrder([...store.fills.values()].filter(({ execution }) => execution.conId === conId))
          .filter((fill) => after === null || compareSlots(slotOf(fill), after) > 0)
          .slice(0, limit),
      ),
    findFills: async (roots) =>
      Promise.resolve(roots.flatMap((root) => store.fills.get(root) ?? [])),
    fillsExecuted: async (after, limit) =>
      Promise.resolve(
        inSlotOrder([...store.fills.values()])
          .filter((fill) => compareSlots(slotOf(fill), after) > 0)
          .slice(0, limit),
      ),
    fillsOfOrders: async (orders) =>
      Promise.resolve(
        [...store.fills.values()].filter(({ execution }) => orders.includes(execution.permId)),
      ),
    pageOfFills: async ({ limit, before }) =>
      Promise.resolve(
        newestFills(store)
          .filter(({ execution, fillId }) => isPast(execution.executedAt, fillId, before))
          .slice(0, limit),
      ),
    pageOfOrders: async ({ limit, before }) =>
      Promise.resolve(
        latestOrders(store)
          .toSorted((a, b) => newestFirst([a.updatedAt, a.key], [b.updatedAt, b.key]))
          .filter(({ updatedAt, key }) => isPast(updatedAt, key, before))
          .slice(0, limit),
      ),
    positionKeys: async () => Promise.resolve(keysOf(store)),
    snapshots: snapshotsIn(store.snapshots),
    facts: factsIn(store),
    folds: foldsIn(store),
    history: historyIn(store),
    drawdowns: () => Promise.resolve([...store.drawdowns.values()]),
    status: () => ({ path: 'memory', sizeBytes: 0, writeAheadLogBytes: 0, lastBackupAt: null }),
    close: async () => {
      isClosed = true
      await Promise.resolve()
    },
  }
}

/** A key twice in a table that has a primary key. */
function duplicateIn(store: Store, changes: Changes): LedgerFailure | null {
  const has = (known: { has: (key: never) => boolean }, keys: readonly string[]): boolean =>
    keys.some((key) => known.has(key as never)) || new Set(keys).size < keys.length
  const seqs = new Map(store.journal.map(({ seq }) => [String(seq), seq]))
  const isDuplicate =
    has(
      store.executions,
      changes.executions.map(({ execution }) => execution.execId),
    ) ||
    has(
      store.fills,
      changes.newFills.map(({ fillId }) => fillId),
    ) ||
    has(
      store.adjustments,
      changes.adjustments.map(({ id }) => id),
    ) ||
    has(
      seqs,
      changes.journal.map(({ seq }) => String(seq)),
    )
  return isDuplicate ? { kind: 'duplicate', sentence: 'A row is there already.' } : null
}

function write(store: Store, changes: Changes): void {
  for (const one of changes.executions) store.executions.set(one.execution.execId, one)
  for (const one of changes.lateExecutions) {
    const { execId } = one.execution
    if (!store.executions.has(execId)) store.executions.set(execId, one)
  }
  for (const fill of [...changes.newFills, ...changes.changedFills]) {
    store.fills.set(fill.fillId, fill)
  }
  store.attributions.push(...changes.attributions)
  store.reattributed.push(...changes.reattributed)
  store.commissions.push(...changes.commissions)
  store.orders.push(...changes.orders)
  for (const one of changes.instruments) store.instruments.set(one.conId, one)
  for (const one of changes.positions) {
    store.positions.set(positionKey(one.position.strategy, one.position.conId), one)
  }
  store.positionChanges.push(...changes.positionChanges)
  for (const one of changes.adjustments) store.adjustments.set(one.id, one)
  for (const one of changes.prices) store.prices.set(one.conId, one)
  store.journal.push(...changes.journal)
  writeSnapshots(store.snapshots, changes)
  for (const one of changes.drawdowns) store.drawdowns.set(one.scope, one)
  store.runs.push(...changes.runs)
  store.breaks.push(...changes.breaks)
  store.portfolio.push(...changes.portfolio)
  store.cashEntries.push(...changes.cashEntries)
  store.allocations.push(...changes.allocations)
  store.breakCauses.push(...changes.breakCauses)
  store.commits += 1
}

function stateOf(store: Store, limit: number): BookState {
  const newest = newestFills(store)
  const recent = newest.slice(0, limit)
  return {
    positions: [...store.positions.values()],
    instruments: [...store.instruments.values()],
    recentFills: recent,
    recentFillsSince:
      recent.length < newest.length ? (recent.at(-1)?.execution.executedAt ?? null) : null,
    recentOrders: latestOrders(store),
    prices: [...store.prices.values()],
    orphanCommissions: orphansOf(store),
    adjustments: [...store.adjustments.values()],
    openingEntries: store.journal.filter(({ command }) => command.startsWith('opening.')),
    journalLength: store.journal.length,
    fillCount: newest.length,
    breaks: [...new Map(store.breaks.map((one) => [one.break.id, one.break])).values()],
    lastRun: store.runs.at(-1) ?? null,
    accruals: store.runs.findLast((run) => run.accruals !== null)?.accruals ?? new Map(),
    cashEntries: [...store.cashEntries],
    allocations: [...store.allocations],
    breakCauses: [...new Map(store.breakCauses.map((one) => [one.breakId, one])).values()],
  }
}

const newestFills = (store: Store): readonly Fill[] =>
  [...store.fills.values()].sort((a, b) =>
    newestFirst([a.execution.executedAt, a.fillId], [b.execution.executedAt, b.fillId]),
  )

const orphansOf = (store: Store): readonly CommissionReport[] =>
  store.commissions
    .filter(({ isOrphan, report }) => {
      const { root, revision } = splitExecId(report.execId)
      const fill = store.fills.get(root)
      return isOrphan && (fill === undefined || fill.revision < revision)
    })
    .map(({ report }) => report)

function keysOf(store: Store) {
  const keys = new Map(
    [...store.fills.values()]
      .filter(({ secType }) => isFolded(secType))
      .map(({ strategy, execution: { conId } }) => [
        positionKey(strategy, conId),
        { strategy, conId },
      ]),
  )
  return [...keys.values()]
}
