import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '#ports/clock.ts'
import { utcMillis, utcNanos } from '#shared/time.ts'

/** Chance, from 0 to below 1. */
export const systemRandom = (): number => Math.random()

/** The machine's clock. */
export function systemClock(): Clock {
  let last = 0n
  return {
    now: () => utcMillis(Date.now()),
    stamp: () => {
      // The wall clock may stand still or go back; stamps never do.
      const now = BigInt(Date.now()) * 1_000_000n
      last = now > last ? now : last + 1n
      return utcNanos(last)
    },
    monotonic: () => performance.now(),
    turn: () => turn(),
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
