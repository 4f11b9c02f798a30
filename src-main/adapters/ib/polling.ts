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
  readonly capabilities: () => Capabilities
}

/** As the Master Client ID everything comes by itself; a slow poll remains as the safety net. */
const MASTER_POLL_MS = 60_000
/** How long an execution found by a poll may still come by itself. */
const GRACE_MS = 3_000
/** Every so often a poll asks for everything: what is reported very late is found then. */
const FULL_POLL_MS = 300_000

/** The desk that polls executions. `changed` is called when the capabilities have changed. */
export function createPolling(
  context: Context,
  executions: Executions,
  changed: () => void,
): Polling {
  const { clock, settings, log } = context
  let evidence: Evidence = noEvidence(settings.clientId)
  let cancelNext: (() => void) | null = null
  let isRunning = false
  let fullAt = 0
  let isFilterUnderstood = true
  const cameLive = new Set<string>()

  const learn = (news: Partial<Evidence>): void => {
    const before = evidence
    evidence = { ...evidence, ...news }
    if (before.isMaster === evidence.isMaster && before.isReadOnly === evidence.isReadOnly) return
    log.info('The capabilities of the session have changed', { ...evidence })
    changed()
  }
  const suspect = (id: string): void => {
    clock.after(GRACE_MS, () => {
      if (isRunning && !cameLive.has(id)) learn({ isMaster: false })
    })
  }
  executions.observe(({ execution, isLive, isNew }: Sighting) => {
    if (!isForeign(execution, settings.clientId)) return
    if (isLive) {
      cameLive.add(execution.execId)
      learn({ isMaster: true })
    } else if (isNew && isRunning && evidence.isMaster) suspect(execution.execId)
  })

  const poll = async (): Promise<void> => {
    const isFull = !isFilterUnderstood || clock.monotonic() >= fullAt
    if (isFull) fullAt = clock.monotonic() + FULL_POLL_MS
    const newest = executions.window.newest()
    const since = isFull ? null : executions.window.since()
    const reply = await executions.fetch(since, false)
    const isSuspicious =
      since !== null && newest !== null && reply.ok && !reply.value.ids.has(newest)
    if (!isSuspicious) return
    const whole = await executions.fetch(null, false)
    if (!whole.ok) return
    // TWS forgets at its midnight; only what it still knows should have been in the window.
    if (whole.value.ids.has(newest)) isFilterUnderstood = false
    else executions.window.forget()
  }
  const schedule = (): void => {
    const pace = evidence.isMaster ? MASTER_POLL_MS : settings.pollExecutionsMs
    cancelNext = clock.after(pace, () => {
      void poll().then(() => {
        if (isRunning) schedule()
      })
    })
  }
  const stop = (): void => {
    isRunning = false
    cancelNext?.()
    cancelNext = null
  }
  return {
    beginSession: () => {
      stop()
      evidence = noEvidence(settings.clientId)
      isFilterUnderstood = true
      cameLive.clear()
    },
    start: () => {
      stop()
      isRunning = true
      fullAt = clock.monotonic() + FULL_POLL_MS
      schedule()
    },
    stop,
    becameReadOnly: () => learn({ isReadOnly: true }),
    capabilities: () => capabilitiesOf(evidence, settings.pollExecutionsMs),
  }
}
