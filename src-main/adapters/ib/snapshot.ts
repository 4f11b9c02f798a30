import { splitExecId, type Execution } from '#domain/execution.ts'
import type { BrokerSnapshot, SnapshotFailure } from '#ports/broker.ts'
import type { AccountId, ConId } from '#shared/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { Context } from './context.ts'
import type { Executions } from './executions.ts'
import { differing, type PositionBook, type Positions } from './positions.ts'

export type Snapshot = Result<BrokerSnapshot, SnapshotFailure>

/** An account that trades without a pause is not waited for: its busy instruments are marked. */
const ATTEMPTS = 4

/** Takes settled snapshots, one at a time: two would disturb each other's quiet. */
export function createSnapshots(
  context: Context,
  desks: { positions: Positions; executions: Executions },
): (account: AccountId) => Promise<Snapshot> {
  let last: Promise<unknown> = Promise.resolve()
  const underWay = new Map<AccountId, Promise<Snapshot>>()
  return (account) => {
    const known = underWay.get(account)
    if (known !== undefined) return known
    const taken = last
      .then(() => settle(context, desks, account))
      .finally(() => underWay.delete(account))
    underWay.set(account, taken)
    last = taken
    return taken
  }
}

type Desks = { readonly positions: Positions; readonly executions: Executions }

async function settle(context: Context, desks: Desks, account: AccountId): Promise<Snapshot> {
  let latest: Snapshot = err('never-quiet')
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    latest = await once(context, desks, account)
    if (!latest.ok || latest.value.inFlight.size === 0) return latest
  }
  // The quiet instruments are settled all the same; only when none is there is nothing to say.
  return latest.ok && isAllBusy(latest.value) ? err('never-quiet') : latest
}

function isAllBusy(snapshot: BrokerSnapshot): boolean {
  const held = snapshot.positions.filter((position) => !position.quantity.isZero())
  return held.length > 0 && held.every((position) => snapshot.inFlight.has(position.conId))
}

/** Positions, executions, positions again, then a moment of quiet. */
async function once(context: Context, desks: Desks, account: AccountId): Promise<Snapshot> {
  if (context.api() === null) return err('not-connected')
  const busy = new Set<ConId>()
  const stopObserving = desks.executions.observe(({ execution, isNew }) => {
    if (isNew && execution.account === account) busy.add(execution.conId)
  })
  try {
    const before = await desks.positions.fetch()
    const executed = before.ok ? await desks.executions.fetch(null, true) : before
    const after = executed.ok ? await desks.positions.fetch() : executed
    if (!before.ok || !executed.ok || !after.ok) return err(failureOf(context))
    const mid = held(before.value, account)
    const end = held(after.value, account)
    for (const position of differing(mid, end)) busy.add(position.conId)
    await pause(context, context.settings.snapshotQuietMs)
    return ok({
      account,
      positions: [...end.values()],
      executions: latestRevisions(executed.value.executions, account),
      inFlight: busy,
      takenAt: context.clock.now(),
    })
  } finally {
    stopObserving()
  }
}

const failureOf = (context: Context): SnapshotFailure =>
  context.api() === null ? 'not-connected' : 'timeout'

const pause = (context: Context, forMs: number): Promise<void> =>
  new Promise((resolve) => void context.clock.after(forMs, resolve))

const held = (book: PositionBook, account: AccountId): PositionBook =>
  new Map([...book].filter(([, position]) => position.account === account))

/** Of every execution of the account the highest revision. */
function latestRevisions(
  executions: readonly Execution[],
  account: AccountId,
): readonly Execution[] {
  const byRoot = new Map<string, { revision: number; execution: Execution }>()
  for (const execution of executions) {
    if (execution.account !== account) continue
    const { root, revision } = splitExecId(execution.execId)
    const known = byRoot.get(root)
    if (known === undefined || known.revision <= revision) byRoot.set(root, { revision, execution })
  }
  return [...byRoot.values()].map(({ execution }) => execution)
}
