import type { Capabilities } from '#shared/link.ts'
import { capabilitiesOf, isForeign, noEvidence, type Evidence } from './capabilities.ts'
import type { Context } from './context.ts'
import type { Executions, Sighting } from './executions.ts'

/** Fetches what does not come by itself, and finds out whether it does. */
export type Polling = {
  /** A session opened: nothing is known of it yet. */
  readonly beginSession: () => void
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
/** Every so often a poll asks for everything: what is reported very late is found then. */
const FULL_POLL_MS = 300_000

type Desk = {
  readonly context: Context
  readonly executions: Executions
  readonly changed: () => void
  /** Executions of other clients a poll found first: they may still come by themselves. */
  readonly awaited: Set<string>
  evidence: Evidence
  /** The run of polls under way; null while stopped. A stopped run never polls again. */
  run: { cancelNext: () => void } | null
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
    evidence: noEvidence(settings.clientId),
    run: null,
    fullAt: 0,
    isFilterUnderstood: true,
  }
  executions.observe((sighting) => weigh(desk, sighting))
  return {
    beginSession: () => {
      stop(desk)
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
  if (!isForeign(execution, desk.context.settings.clientId)) return
  const { execId } = execution
  if (isLive) {
    learn(desk, { isMaster: true })
    desk.awaited.delete(execId)
  } else if (isNew && desk.run !== null && desk.evidence.isMaster) {
    // It may be on its way. If it does not come, others will not either.
    desk.awaited.add(execId)
    desk.context.clock.after(GRACE_MS, () => {
      if (desk.awaited.delete(execId) && desk.run !== null) learn(desk, { isMaster: false })
    })
  }
}

function schedule(desk: Desk, run: { cancelNext: () => void }): void {
  const { clock, settings } = desk.context
  const pace = desk.evidence.isMaster ? MASTER_POLL_MS : settings.pollExecutionsMs
  run.cancelNext = clock.after(pace, () => {
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
