import type { Clock } from '#ports/clock.ts'
import type { Settings } from './settings.ts'

export type Watched = {
  readonly ping: () => void
  /** Monotonic time of the last bytes. */
  readonly heardAt: () => number
  readonly dead: (silentMs: number) => void
}

/**
 * While TWS itself is cut off from IB its answers may stall, which is no reason to leave it; but
 * not for ever, because a half-open socket looks the same.
 */
const BROKER_LOST_SILENCE_MS = 300_000

/**
 * Finds half-open sockets: a sleeping laptop or a frozen TWS closes nothing. Asks for the time and
 * counts any byte as an answer. Returns the function that ends the watch.
 */
export function startWatchdog(
  parts: { settings: Settings; clock: Clock; isBrokerLost: () => boolean },
  watched: Watched,
): () => void {
  const { settings, clock, isBrokerLost } = parts
  let lastRound = clock.monotonic()
  // Silence counts from the first unanswered question, or a quiet TWS would be called dead.
  let askedAt: number | null = null
  return clock.every(settings.heartbeatMs, () => {
    const now = clock.monotonic()
    // A round that comes far too late means that this machine slept: TWS gets a new chance.
    const hasSlept = now - lastRound > 2 * settings.heartbeatMs
    lastRound = now
    if (askedAt === null || hasSlept || watched.heardAt() >= askedAt) {
      askedAt = now
    }
    const silentMs = now - askedAt
    const limit = isBrokerLost() ? BROKER_LOST_SILENCE_MS : settings.staleAfterMs
    if (silentMs >= limit) watched.dead(silentMs)
    else watched.ping()
  })
}
