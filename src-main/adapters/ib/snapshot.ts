import { judge } from '#domain/quiet.ts'
import type {
  BrokerPosition,
  BrokerSnapshot,
  SnapshotAsking,
  SnapshotFailure,
} from '#ports/broker.ts'
import type { AccountId, ConId } from '#shared/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { Accounts } from './accounts.ts'
import type { BrokerClock } from './broker-clock.ts'
import type { Context } from './context.ts'
import type { Executions } from './executions.ts'
import type { Polling } from './polling.ts'
import type { Positions } from './positions.ts'
import type { RequestFailure } from './requests.ts'

export type Snapshot = Result<BrokerSnapshot, SnapshotFailure>

type Desks = {
  readonly accounts: Accounts
  readonly brokerClock: BrokerClock
  readonly positions: Positions
  readonly executions: Executions
  readonly polling: Polling
}

/** When each instrument of an account was last seen to trade, monotonic. */
type Trades = Map<AccountId, Map<ConId, number>>

/** Takes looks at accounts, one at a time: two would disturb each other's questions. */
export function createSnapshots(
  context: Context,
  desks: Desks,
): (account: AccountId, asking?: SnapshotAsking) => Promise<Snapshot> {
  const trades = noteTrades(context, desks.executions)
  let last: Promise<unknown> = Promise.resolve()
  const underWay = new Map<string, Promise<Snapshot>>()
  return (account, asking = 'what is new') => {
    const key = `${account} ${asking}`
    const known = underWay.get(key)
    if (known !== undefined) return known
    const taken = last
      .then(() => look(context, desks, { account, trades, asking }))
      .finally(() => underWay.delete(key))
    underWay.set(key, taken)
    last = taken
    return taken
  }
}

function noteTrades(context: Context, executions: Executions): Trades {
  const trades: Trades = new Map()
  executions.observe(({ execution, isNew }) => {
    if (!isNew) return
    const { account, conId } = execution
    const ofAccount = trades.get(account) ?? new Map<ConId, number>()
    trades.set(account, ofAccount.set(conId, context.clock.monotonic()))
  })
  return trades
}

/**
 * Positions, executions, the account window, positions again, then a moment of quiet; a moment
 * before counts, too, for a position may follow its execution late. The shorter all this takes, the
 * likelier it is that a busy instrument stands still meanwhile.
 */
async function look(
  context: Context,
  desks: Desks,
  of: { readonly account: AccountId; readonly trades: Trades; readonly asking: SnapshotAsking },
): Promise<Snapshot> {
  if (context.api() === null) return err('not-connected')
  const { clock, settings } = context
  const { account } = of
  const { positions, executions } = desks
  const since = clock.monotonic() - settings.snapshotQuietMs
  const before = await positions.fetch()
  const executed = before.ok ? await hearExecutions(desks, of.asking) : before
  const window = executed.ok ? await desks.accounts.window(account) : null
  const after = executed.ok ? await positions.fetch() : executed
  if (!before.ok || !executed.ok || !after.ok) {
    return err(context.api() === null ? 'not-connected' : 'timeout')
  }
  await pause(context, settings.snapshotQuietMs)
  if (context.api() === null) return err('not-connected')
  const held = rowsOf(after.value.rows, account)
  const judged = judge({
    before: rowsOf(before.value.rows, account),
    after: held,
    traded: tradedSince(of.trades.get(account), since),
  })
  return ok({
    account,
    positions: [...new Map(held.map((row) => [row.conId, row])).values()],
    executions: [...executions.known()].filter((one) => one.account === account),
    ...judged,
    window,
    takenAt: clock.now(),
    clockAheadMs: desks.brokerClock.aheadMs(),
  })
}

const pause = (context: Context, forMs: number): Promise<void> =>
  new Promise((resolve) => void context.clock.after(forMs, resolve))

const rowsOf = (rows: readonly BrokerPosition[], account: AccountId): readonly BrokerPosition[] =>
  rows.filter((row) => row.account === account)

const tradedSince = (trades: ReadonlyMap<ConId, number> | undefined, since: number) =>
  new Set([...(trades ?? [])].filter(([, at]) => at >= since).map(([conId]) => conId))

/**
 * Makes sure that what was executed until now has been told. To the Master Client ID everything
 * comes by itself, ahead of what is asked for after it.
 */
async function hearExecutions(
  { executions, polling }: Desks,
  asking: SnapshotAsking,
): Promise<Result<unknown, RequestFailure>> {
  if (asking === 'whole day' || !executions.hasAll()) return executions.fetch(null)
  if (polling.capabilities().executions === 'master') return ok(null)
  const { window } = executions
  const newest = window.newest()
  const reply = await executions.fetch(window.justNow())
  const isUnderstood = newest === null || !reply.ok || reply.value.roots.has(newest)
  // A filter that hides the newest execution was misread: only the whole day is sure.
  return isUnderstood ? reply : executions.fetch(null)
}
