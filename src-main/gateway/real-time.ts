import type { Clock, Scheduler } from './timeline.ts'

/** A clock that can be moved on by so many simulated milliseconds besides running by itself. */
export type MovableTime = Clock & Scheduler & { readonly skip: (simulatedMs: number) => void }

/**
 * A simulated clock that runs `speed` times as fast as the given one from `start` on, and a
 * scheduler for it; at speed 0 it only moves when it is told to. `now` answers milliseconds since
 * 1970.
 */
export function realTime(now: () => number, speed: number, start: number = now()): MovableTime {
  const begun = now()
  let skipped = 0
  return {
    now: () => start + skipped + (now() - begun) * speed,
    skip: (simulatedMs) => {
      skipped += simulatedMs
    },
    after: (simulatedMs, task) => {
      if (speed === 0) return () => undefined
      const timer = setTimeout(task, Math.ceil(simulatedMs / speed))
      return () => clearTimeout(timer)
    },
  }
}
