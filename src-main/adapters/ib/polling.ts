import type { AccountId, PermId } from '#shared/ids.ts'
import type { Capabilities } from '#shared/link.ts'
import { capabilitiesOf, isForeign, noEvidence, type Evidence } from './capabilities.ts'
import type { Context } from './context.ts'
import type { Executions, Sighting } from './executions.ts'

/** Fetches what does not come by itself, and finds out whether it does. */
export type Polling = {
  /** A session opened, for these accounts: nothing else is known of it yet. */
  readonly beginSession: (accounts: readonly AccountId[]) => void
  /** The session has caught up: what a poll finds from now on did not come by itself. */
  readonly start: () => void
  readonly stop: () => void
  readonly becameReadOnly: () => void
  /** The pace has changed: the next poll keeps to it. */
  readonly reconfigured: () => void
  readonly capabilities: () => Capabilities
}

/** As the Master Client ID everything comes by itself; a slow poll remains as the safety net. */
const MASTER_POLL_MS = 60_000
/** How long an execution found by a poll may still come by itself. */
const GRACE_MS = 3_000
/** After an advisor's order has executed: what its accounts got comes only when asked for. */
const SHARES_POLL_MS = 1_000
/** Every so often a poll asks for everything: what is reported very late is found then. */
const FULL_POLL_MS = 300_000

type Desk = {
  readonly context: Context
  readonly executions: Executions
  readonly changed: () => void
  /** Executions of other clients a poll found first: they may still come by themselves. */
  readonly awaited: Set<string>
  /** Orders for several accounts, told live as the advisor's: their shares never come live. */
  readonly shared: Set<PermId>
  accounts: readonly AccountId[]
  evidence: Evidence
  /** The run of polls under way; null while stopped. A stopped run never polls again. */
  run: { cancelNext: () => void } | null
  /** The next poll is to come soon. */
  isSoon: boolean
  /** Monotonic time of the next poll for everything. */
  fullAt: number
  isFilterUnderstood: boolean
}

/** The desk that polls executions. `changed` is called when the capabilities have changed. */
export function createPolling(
  context: Context,
  executions: Executions,
  changed: () => void,
): Polling {
  const { clock, settings } = context
  const desk: Desk = {
    context,
    executions,
    changed,
    awaited: new Set(),
    shared: new Set(),
    accounts: [],
    evidence: noEvidence(settings.clientId),
    run: null,
    isSoon: false,
    fullAt: 0,
    isFilterUnderstood: true,
  }
  executions.observe((sighting) => weigh(desk, sighting))
  return {
    beginSession: (accounts) => {
      stop(desk)
      desk.accounts = accounts
      desk.shared.clear()
      desk.evidence = noEvidence(settings.clientId)
      desk.isFilterUnderstood = true
      desk.awaited.clear()
    },
    start: () => {
      stop(desk)
      desk.fullAt = clock.monotonic() + FULL_POLL_MS
      schedule(desk, (desk.run = { cancelNext: () => undefined }))
    },
    stop: () => stop(desk),
    reconfigured: () => {
      if (desk.run === null) return
      stop(desk)
      schedule(desk, (desk.run = { cancelNext: () => undefined }))
    },
    becameReadOnly: () => learn(desk, { isReadOnly: true }),
    capabilities: () => capabilitiesOf(desk.evidence, settings.pollExecutionsMs),
  }
}

function stop(desk: Desk): void {
  desk.run?.cancelNext()
  desk.run = null
  desk.isSoon = false
}

function learn(desk: Desk, news: Partial<Evidence>): void {
  const before = desk.evidence
  const after = { ...before, ...news }
  if (before.isMaster === after.isMaster && before.isReadOnly === after.isReadOnly) return
  desk.evidence = after
  desk.context.log.info('The capabilities of the session have changed', { ...after })
  desk.changed()
}

/** Executions of other clients come by themselves only to the Master Client ID. */
function weigh(desk: Desk, { execution, isLive, isNew }: Sighting): void {
  const { execId, permId } = execution
  if (isLive && isAdvisors(desk, execution.account)) {
    desk.shared.add(permId)
    if (isNew) pollSoon(desk)
  }
  if (!isForeign(execution, desk.context.settings.clientId)) return
  if (isLive) {
    learn(desk, { isMaster: true })
    desk.awaited.delete(execId)
  } else if (isNew && desk.run !== null && desk.evidence.isMaster && !desk.shared.has(permId)) {
    // It may be on its way. If it does not come, others will not either.
    desk.awaited.add(execId)
    desk.context.clock.after(GRACE_MS, () => {
      if (desk.awaited.delete(execId) && desk.run !== null) learn(desk, { isMaster: false })
    })
  }
}

/**
 * Whether it is an advisor's own account, whose executions stand for those of several others: IB
 * names them with an F, paper ones with DF; or it is none of those the session speaks of.
 */
const isAdvisors = ({ accounts }: Desk, account: AccountId): boolean =>
  /^D?F\d/.test(account) || !accounts.includes(account)

function pollSoon(desk: Desk): void {
  if (desk.run === null || desk.isSoon) return
  desk.isSoon = true
  desk.run.cancelNext()
  schedule(desk, (desk.run = { cancelNext: () => undefined }))
}

function schedule(desk: Desk, run: { cancelNext: () => void }): void {
  const { clock, settings } = desk.context
  const usual = desk.evidence.isMaster ? MASTER_POLL_MS : settings.pollExecutionsMs
  const pace = desk.isSoon ? Math.min(SHARES_POLL_MS, usual) : usual
  run.cancelNext = clock.after(pace, () => {
    desk.isSoon = false
    void poll(desk).then(() => {
      if (desk.run === run) schedule(desk, run)
    })
  })
}

async function poll(desk: Desk): Promise<void> {
  const { clock } = desk.context
  const { window, fetch } = desk.executions
  const isFull = !desk.isFilterUnderstood || clock.monotonic() >= desk.fullAt
  if (isFull) desk.fullAt = clock.monotonic() + FULL_POLL_MS
  const newest = window.newest()
  const since = isFull ? null : window.since()
  const reply = await fetch(since)
  if (since === null || newest === null) return
  if (reply.ok && reply.value.roots.has(newest)) return
  // A filter that hides the newest execution was misread; unless TWS's midnight has passed.
  const whole = await fetch(null)
  if (!whole.ok) return
  if (whole.value.roots.has(newest)) desk.isFilterUnderstood = false
  else window.forget()
}
