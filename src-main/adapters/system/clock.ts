import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '#ports/clock.ts'
import { utcMillis, utcNanos } from '#shared/time.ts'

/** Chance, from 0 to below 1. */
export const systemRandom = (): number => Math.random()

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** The machine's clock; `wall` is its wall clock, in milliseconds. */
export function systemClock(wall: () => number = Date.now): Clock {
  let last = 0n
  let lastMillis = 0
  return {
    now: () => utcMillis(wall()),
    stamp: () => {
      // The wall clock may stand still or go back; stamps never do.
      const millis = wall()
      last = millis > lastMillis ? larger(BigInt(millis) * 1_000_000n, last + 1n) : last + 1n
      lastMillis = Math.max(millis, lastMillis)
      return utcNanos(last)
    },
    stampAfter: (earlier) => {
      last = larger(earlier, last)
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
