import type { Clock, Scheduler } from './timeline.ts'

/**
 * A simulated clock that runs `speed` times as fast as the given one, from its present moment on,
 * and a scheduler for it. `now` answers milliseconds since 1970.
 */
export function realTime(now: () => number, speed: number): Clock & Scheduler {
  const start = now()
  return {
    now: () => start + (now() - start) * speed,
    after: (simulatedMs, task) => {
      const timer = setTimeout(task, Math.ceil(simulatedMs / speed))
      return () => clearTimeout(timer)
    },
  }
}
