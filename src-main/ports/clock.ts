import type { UtcMillis, UtcNanos } from '#shared/time.ts'

/** The only source of time. Tests pass one that they turn by hand. */
export type Clock = {
  /** Wall-clock time, UTC. May jump when the machine's clock is set. */
  readonly now: () => UtcMillis
  /** Strictly increasing nanoseconds near the wall clock: no two rows get the same. */
  readonly stamp: () => UtcNanos
  /** From now on every stamp is later than this one, however far back the wall clock stands. */
  readonly stampAfter: (earlier: UtcNanos) => void
  /** Monotonic milliseconds for measuring durations; the zero is arbitrary. */
  readonly monotonic: () => number
  /** Gives everything else that is waiting its turn, then goes on. */
  readonly turn: () => Promise<void>
  /** Runs once after a delay; the function returned cancels it. */
  readonly after: (delayMs: number, run: () => void) => () => void
  /** Runs again and again until the function returned is called. */
  readonly every: (periodMs: number, run: () => void) => () => void
}
