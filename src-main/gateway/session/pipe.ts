import type { Timeline } from '../timeline.ts'

/** How long one stretch of a slow line keeps its delay, in simulated milliseconds. */
const STRETCH_MS = 700

/**
 * A line that is sometimes slow: what goes through comes out later, never in another order. The
 * delay changes from stretch to stretch between a quarter and all of the latency.
 */
export function createPipe(
  timeline: Timeline,
  latencyMs: () => number,
): (task: () => void) => void {
  let lastDue = -Infinity
  return (task) => {
    const latency = latencyMs()
    const now = timeline.now()
    if (latency === 0 && lastDue <= now) {
      task()
      return
    }
    const stretch = (Math.floor(now / STRETCH_MS) % 4) + 1
    lastDue = Math.max(lastDue, now + (latency * stretch) / 4)
    timeline.at(lastDue, task)
  }
}
