import type { Clock } from '#ports/clock.ts'
import { utcMillis, utcNanos } from '#shared/time.ts'

/** The machine's own time, for tests over real sockets. */
export function systemClock(): Clock {
  let last = 0n
  return {
    now: () => utcMillis(Date.now()),
    stamp: () => {
      const now = BigInt(Date.now()) * 1_000_000n
      last = now > last ? now : last + 1n
      return utcNanos(last)
    },
    monotonic: () => performance.now(),
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    after: (delayMs, run) => {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
    every: (periodMs, run) => {
      const timer = setInterval(run, periodMs)
      return () => clearInterval(timer)
    },
  }
}
