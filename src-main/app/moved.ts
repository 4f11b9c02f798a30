import { earliestAt } from '#domain/broker-time.ts'
import { splitExecId, type ToldExecution } from '#domain/execution.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { ConId } from '#shared/ids.ts'
import { nanosOf, utcMillis, type UtcMillis } from '#shared/time.ts'
import type { BookMemory } from './memory.ts'
import type { SettledSnapshot } from './settled.ts'

/**
 * IB tells execution times in whole seconds of its own clock: a fill as old as this, which the
 * snapshot does not have, may have come after it. Where the book has not changed since then it has
 * not: the broker tells it no more, as its day is over.
 */
const CLOCKS_DIFFER_MS = 120_000

/**
 * Instruments in which the book is not where the snapshot is: it lacks an execution the broker
 * told, at that revision, or has one the broker had not told when it was looked at.
 */
export async function movedSince(
  snapshot: SettledSnapshot,
  memory: BookMemory,
  ledger: Pick<Ledger, 'findFills'>,
): Promise<ReadonlySet<ConId>> {
  const looks = new Map(
    snapshot.settled.map(({ conId, executions, at }) => [
      conId,
      { at, told: new Set(executions.map(({ execId }) => execId)) },
    ]),
  )
  const moved = new Set<ConId>()
  for (const { execution } of memory.fills.values()) {
    const { conId, executedAt, execId } = execution
    const look = looks.get(conId)
    const at = look?.at ?? snapshot.takenAt
    const since = nanosOf(utcMillis(earliestAt(at, snapshot.clockAheadMs) - CLOCKS_DIFFER_MS))
    if (executedAt < since || look?.told.has(execId) === true) continue
    if (hasChangedSince(memory, conId, at)) moved.add(conId)
  }
  const executions = snapshot.settled.flatMap((holding) => holding.executions)
  for (const { conId } of await notTakenIn(executions, memory, ledger)) moved.add(conId)
  return moved
}

const hasChangedSince = (memory: BookMemory, conId: ConId, at: UtcMillis): boolean =>
  memory.keysOf(conId).some((key) => {
    const holding = memory.holdings.get(key)
    return holding !== undefined && holding.changedAt >= nanosOf(at)
  })

async function notTakenIn(
  executions: readonly ToldExecution[],
  memory: BookMemory,
  ledger: Pick<Ledger, 'findFills'>,
): Promise<readonly ToldExecution[]> {
  const unsure = executions.filter(({ execId }) => {
    const { root, revision } = splitExecId(execId)
    return memory.revisionOf(root) !== revision
  })
  if (unsure.length === 0) return []
  const found = await ledger.findFills(unsure.map(({ execId }) => splitExecId(execId).root))
  const kept = new Set(found.map(({ execution }) => execution.execId))
  return unsure.filter(({ execId }) => !kept.has(execId))
}
