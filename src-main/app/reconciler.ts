import type { AccountCost } from '#domain/account-cost.ts'
import { followUp } from '#domain/break-life.ts'
import { reconcileInSteps, type Reconciled } from '#domain/reconcile.ts'
import type { Thresholds } from '#domain/thresholds.ts'
import type { Broker, SnapshotFailure } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { ReconciliationRun } from '#ports/reconciliation.ts'
import { present } from '#shared/assert.ts'
import type { ConId } from '#shared/ids.ts'
import { D, toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import type { RunReason } from '#shared/run.ts'
import type { UtcNanos } from '#shared/time.ts'
import { accountCostOf } from './account-costs.ts'
import type { AccountValues } from './account-values.ts'
import type { Batch } from './batch.ts'
import type { Book } from './book.ts'
import type { BookMemory } from './memory.ts'
import { movedSince } from './moved.ts'
import { portfolioRecord } from './reconciled-portfolio.ts'
import type { PriceCache } from './price-cache.ts'
import { takeSettled, type SettledSnapshot } from './settled.ts'
import { awaited } from './take-for-opening.ts'
import { runInTurns } from './turns.ts'

/** So long a busy instrument is waited for; then it is in flight and the rest is judged. */
const SETTLES_WITHIN_MS = 10_000
/** So long a commission the broker's cost has in it already is waited for. */
const COMMISSIONS_WITHIN_MS = 5_000
/** Positions compared before others get their turn. */
const STEP = 500

/** What a reconciliation needs of the account and the desk. */
export type Reconciling = {
  readonly broker: Broker
  readonly clock: Clock
  readonly prices: PriceCache
  readonly values: AccountValues
  readonly thresholds: Thresholds
}

/** What of a run is kept until the next one: what the broker said a holding cost. */
export type Ran = {
  readonly run: ReconciliationRun
  /** As IB sends it; null when unknown. */
  readonly brokerAverages: ReadonlyMap<ConId, Decimal | null>
}

/**
 * Compares the book with the broker once, and writes what came of it in one transaction: the run,
 * the breaks it left other than they were, and the priced book it saw. A broker that did not
 * answer leaves everything as it was: unknown is not flat.
 */
export async function reconcileBook(book: Book, reason: RunReason, to: Reconciling): Promise<Ran> {
  const { broker, clock } = to
  const startedAt = clock.stamp()
  const begun = { id: `run-${startedAt}`, startedAt, reason }
  const taken = await takeSettled(book.account, {
    broker,
    clock,
    withinMs: SETTLES_WITHIN_MS,
    unready: async ({ executions }, takenMs) => {
      // What was told before the snapshot has been taken in once a command had its turn.
      await book.command(() => Promise.resolve())
      return takenMs < COMMISSIONS_WITHIN_MS ? awaited(executions, book.memory) : []
    },
  })
  if (!taken.ok)
    return { run: await recordFailure(book, failed(begun, taken.error, clock)), ...UNTOLD }
  const snapshot = taken.value
  const costs = await costsOf(book, snapshot, clock)
  // A batch that is decided again judges again: the last run is the one that was written.
  const runs: ReconciliationRun[] = []
  await book.command(async (memory, batch) => {
    runs.push(await judge({ book, begun, snapshot, costs, to }, memory, batch))
  })
  const brokerAverages = new Map(
    snapshot.settled.map(({ conId, position }) => [conId, position?.averageCost ?? null]),
  )
  return { run: present(runs.at(-1), 'the run that was written'), brokerAverages }
}

const UNTOLD = { brokerAverages: new Map<ConId, Decimal | null>() }

type Begun = Pick<ReconciliationRun, 'id' | 'startedAt' | 'reason'>

const WHY: Readonly<Record<SnapshotFailure, string>> = {
  'not-connected': 'The broker is not connected: nothing was compared.',
  timeout: 'The broker did not answer in time: nothing was compared. Try again.',
}

const failed = (begun: Begun, failure: SnapshotFailure, clock: Clock): ReconciliationRun => ({
  ...begun,
  endedAt: clock.stamp(),
  ...{ outcome: 'failed', why: WHY[failure], found: 0, notJudged: 0 },
})

async function recordFailure(book: Book, run: ReconciliationRun): Promise<ReconciliationRun> {
  await book.command((memory, batch) => {
    memory.lastRun = run
    batch.runs.push(run)
    return Promise.resolve()
  })
  return run
}

/** What every instrument that both sides hold cost the account. */
async function costsOf(
  book: Book,
  { settled }: SettledSnapshot,
  clock: Clock,
): Promise<ReadonlyMap<ConId, AccountCost>> {
  const costs = new Map<ConId, AccountCost>()
  for (const { conId, position } of settled) {
    if (position === null || position.quantity.isZero()) continue
    if (book.memory.keysOf(conId).length === 0) continue
    const place = { ledger: book.ledger, clock, memory: book.memory }
    const cost = await accountCostOf(place, conId)
    if (cost !== null) costs.set(conId, cost)
  }
  return costs
}

type Judging = {
  readonly book: Book
  readonly begun: Begun
  readonly snapshot: SettledSnapshot
  readonly costs: ReadonlyMap<ConId, AccountCost>
  readonly to: Reconciling
}

async function judge(
  { book, begun, snapshot, costs, to }: Judging,
  memory: BookMemory,
  batch: Batch,
): Promise<ReconciliationRun> {
  const { clock } = to
  const inFlight = new Set([
    ...snapshot.inFlight,
    ...snapshot.contradicted,
    ...(await movedSince(snapshot, memory, book.ledger)),
    ...foldedBefore(costs, memory),
  ])
  const held = snapshot.settled.flatMap(({ position }) => position ?? [])
  const instruments = new Map(held.map(({ conId, instrument }) => [conId, instrument]))
  for (const [conId, instrument] of memory.instruments) instruments.set(conId, instrument)
  const steps = reconcileInSteps(
    {
      account: book.account,
      positions: [...memory.holdings.values()].map(({ position }) => position),
      costs,
      instruments,
      broker: held,
      // The ledger keeps no opening cash yet, so there is none to compare.
      cash: [],
      inFlight,
      thresholds: to.thresholds,
    },
    STEP,
  )
  const found = atLedgerScale(await runInTurns(steps, clock))
  for (const { after } of followUp([...memory.breaks.values()], found, clock.now())) {
    memory.breaks.set(after.id, after)
    batch.breaks.push({ recordedAt: clock.stamp(), run: begun.id, command: null, break: after })
  }
  writePortfolio(found, { run: begun.id, memory, batch, to })
  const run: ReconciliationRun = {
    ...begun,
    // Last: whoever opens the book again stamps after it.
    endedAt: clock.stamp(),
    outcome: found.disagreements.length === 0 ? 'agrees' : 'differs',
    why: null,
    found: found.disagreements.length,
    notJudged: found.unjudged.length,
  }
  memory.lastRun = run
  batch.runs.push(run)
  return run
}

/** Instruments of which the book has taken in more since their cost was folded. */
function foldedBefore(
  costs: ReadonlyMap<ConId, AccountCost>,
  memory: BookMemory,
): readonly ConId[] {
  return [...costs].flatMap(([conId, { position }]) => {
    const held = memory
      .keysOf(conId)
      .reduce<Decimal>((sum, key) => sum.plus(quantityIn(memory, key)), ZERO)
    return held.equals(position.quantity) ? [] : [conId]
  })
}

const quantityIn = (memory: BookMemory, key: string): Decimal =>
  memory.holdings.get(key)?.position.quantity ?? new D(0)

/** The broker's averages are doubles: a difference is kept as the ledger keeps it. */
function atLedgerScale(found: Reconciled): Reconciled {
  const rounded = (value: Decimal | null): Decimal | null => value && toLedgerScale(value)
  const disagreements = found.disagreements.map((one) => ({
    ...one,
    ledger: rounded(one.ledger),
    broker: rounded(one.broker),
    difference: rounded(one.difference),
  }))
  return { ...found, disagreements }
}

type Writing = {
  readonly run: string
  readonly memory: BookMemory
  readonly batch: Batch
  readonly to: Reconciling
}

function writePortfolio({ rows }: Reconciled, { run, memory, batch, to }: Writing): void {
  const { values, prices, clock } = to
  const stamp = (): UtcNanos => clock.stamp()
  const summary = values.summary(stamp())
  if (summary !== null) batch.accountSummaries.push(summary)
  for (const row of rows) {
    const pricing = {
      instrument: memory.instruments.get(row.conId) ?? null,
      quoted: prices.of(row.conId)?.price ?? null,
      baseCurrency: summary?.baseCurrency ?? null,
      rateOf: (currency: string) => values.rateOf(currency),
      netLiquidation: summary?.netLiquidation ?? null,
    }
    batch.portfolio.push(portfolioRecord(row, pricing, { at: stamp(), run }))
  }
}
