import type { AccountCost } from '#domain/account-cost.ts'
import type { SnapshotAsking, SnapshotFailure } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { ReconciliationRun } from '#ports/reconciliation.ts'
import { present } from '#shared/assert.ts'
import type { ConId } from '#shared/ids.ts'
import { ZERO, type Decimal } from '#shared/money.ts'
import type { RunReason } from '#shared/run.ts'
import { accountCostOf } from './account-costs.ts'
import type { Book } from './book.ts'
import type { BookMemory } from './memory.ts'
import { judge, type Judged } from './judging.ts'
import type { Reconciling } from './reconciling.ts'
import { takeSettled, type SettledSnapshot } from './settled.ts'
import { awaited } from './take-for-opening.ts'

/** So long a busy instrument is waited for; then it is in flight and the rest is judged. */
const SETTLES_WITHIN_MS = 10_000
/** So long a commission the broker's cost has in it already is waited for. */
const COMMISSIONS_WITHIN_MS = 5_000

/** What of a run is kept until the next one: what the broker said a holding cost. */
export type Ran = Judged & {
  /** What the broker held, as far as it stood still; null: it did not answer. */
  readonly snapshot: SettledSnapshot | null
}

/** Events that wait to be written beyond which a book is behind its broker. */
const MUCH = 200

/**
 * Compares the book with the broker once, and writes what came of it in one transaction: the run,
 * the breaks it left other than they were, and the priced book it saw. A broker that did not
 * answer leaves everything as it was: unknown is not flat.
 */
export async function reconcileBook(book: Book, reason: RunReason, to: Reconciling): Promise<Ran> {
  const { broker, clock } = to
  const startedAt = clock.stamp()
  const begun = { id: `run-${startedAt}`, startedAt, reason }
  const take = (asking: SnapshotAsking): ReturnType<typeof takeSettled> =>
    takeSettled(book.account, {
      broker,
      clock,
      withinMs: SETTLES_WITHIN_MS,
      asking,
      isCashWanted: true,
      unready: async ({ executions }, takenMs) => {
        // What was told before the snapshot has been taken in once a command had its turn.
        await book.command(() => Promise.resolve())
        return takenMs < COMMISSIONS_WITHIN_MS ? awaited(executions, book.memory) : []
      },
    })
  let taken = await take('what is new')
  // Before anything is called a break, what may have been lost on the way is asked for again.
  // A book with much yet to write is apart for that alone.
  const isBehind = book.depth > MUCH
  if (taken.ok && !isBehind && isApart(taken.value, book.memory)) taken = await take('whole day')
  if (!taken.ok)
    return {
      run: await recordFailure(book, failed(begun, taken.error, clock)),
      ...{ snapshot: null, cashApart: new Set() },
    }
  const snapshot = taken.value
  const costs = await costsOf(book, snapshot, clock)
  // A batch that is decided again judges again: the last run is the one that was written.
  const runs: Judged[] = []
  await book.command(async (memory, batch) => {
    runs.push(await judge({ book, begun, snapshot, costs, to }, memory, batch))
  })
  return { ...present(runs.at(-1), 'the run that was written'), snapshot }
}

/** Whether an instrument that stood still is held in another quantity than the book has. */
function isApart({ settled }: SettledSnapshot, memory: BookMemory): boolean {
  const told = new Map(settled.map(({ conId, position }) => [conId, position?.quantity ?? ZERO]))
  const held = new Map<ConId, Decimal>()
  for (const { position } of memory.holdings.values()) {
    if (position.quantity.isZero()) continue
    held.set(position.conId, (held.get(position.conId) ?? ZERO).plus(position.quantity))
  }
  return [...new Set([...told.keys(), ...held.keys()])].some((conId) => {
    const isPair = memory.instruments.get(conId)?.secType === 'CASH'
    return !isPair && !(told.get(conId) ?? ZERO).equals(held.get(conId) ?? ZERO)
  })
}

type Begun = Pick<ReconciliationRun, 'id' | 'startedAt' | 'reason'>

const WHY: Readonly<Record<SnapshotFailure, string>> = {
  'not-connected': 'The broker is not connected: nothing was compared.',
  timeout: 'The broker did not answer in time: nothing was compared. Try again.',
}

const failed = (begun: Begun, failure: SnapshotFailure, clock: Clock): ReconciliationRun => ({
  ...begun,
  endedAt: clock.stamp(),
  ...{ outcome: 'failed', why: WHY[failure], found: 0, notJudged: 0, worth: null, accruals: null },
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
