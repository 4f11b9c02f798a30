import { splitExecId, type Execution } from '#domain/execution.ts'
import type { ExecRoot } from '#shared/ids.ts'
import { millisOf } from '#shared/time.ts'
import { filterTime } from './execution-time.ts'

/** Executions reported late carry an older time: a poll looks back this far behind the newest. */
const OVERLAP_MS = 60_000
/** A look at an account needs only what has happened just now; polls find the rest. */
const RECENT_MS = 5_000
/** How long a poll keeps reaching back for a commission that has not come. */
const COMMISSION_PATIENCE_MS = 900_000

/**
 * How far back a poll of executions must reach. TWS replays the whole day when asked for
 * everything, every few seconds too much for a busy day.
 */
export type PollWindow = {
  readonly saw: (execution: Execution, needsCommission: boolean) => void
  readonly sawCommission: (execId: string) => void
  /** The filter's time; null to ask for everything. */
  readonly since: () => string | null
  /** The same for a glance: a few seconds behind the newest. */
  readonly justNow: () => string | null
  /**
   * The newest execution's id without revision: it is inside every window, so its absence from an
   * answer shows a filter that was not understood.
   */
  readonly newest: () => ExecRoot | null
  readonly forget: () => void
}

export function createPollWindow(): PollWindow {
  let newestMs = 0
  let newestRoot: ExecRoot | null = null
  const withoutCommission = new Map<string, number>()

  const oldestWaiting = (): number => {
    let oldest = newestMs
    for (const [id, atMs] of withoutCommission) {
      if (atMs < newestMs - COMMISSION_PATIENCE_MS) withoutCommission.delete(id)
      else oldest = Math.min(oldest, atMs)
    }
    return oldest
  }
  const forget = (): void => {
    newestMs = 0
    newestRoot = null
    withoutCommission.clear()
  }
  return {
    saw: (execution, needsCommission) => {
      const atMs = millisOf(execution.executedAt)
      if (needsCommission) withoutCommission.set(execution.execId, atMs)
      if (atMs < newestMs) return
      newestMs = atMs
      newestRoot = splitExecId(execution.execId).root
    },
    sawCommission: (execId) => void withoutCommission.delete(execId),
    since: () => (newestRoot === null ? null : filterTime(oldestWaiting() - OVERLAP_MS)),
    justNow: () => (newestRoot === null ? null : filterTime(newestMs - RECENT_MS)),
    newest: () => newestRoot,
    forget,
  }
}
