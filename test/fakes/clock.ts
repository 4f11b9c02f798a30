import type { Clock } from '#ports/clock.ts'
import { nanosOf, utcMillis, utcNanos, type UtcMillis } from '#shared/time.ts'

/** A clock that stands still until a test turns it. */
export type HandClock = Clock & {
  /** Lets time pass, running every timer that falls due, each at its own instant. */
  readonly advance: (ms: number) => void
  /** Sets the wall clock as the machine's owner might: no timer runs, durations do not change. */
  readonly setWallClock: (now: UtcMillis) => void
  /** Timers that are waiting. */
  readonly pending: () => number
}

type Timer = { readonly dueAt: number; readonly seq: number; readonly run: () => void }

/** 2026-03-02T14:30:00Z: a Monday, as New York opens. */
export const MARKET_OPEN = utcMillis(Date.UTC(2026, 2, 2, 14, 30))

export function handClock(startsAt: UtcMillis = MARKET_OPEN): HandClock {
  const timers = new Set<Timer>()
  let elapsed = 0
  let wallAtZero: number = startsAt
  let lastStamp = 0n
  let seq = 0

  const now = (): UtcMillis => utcMillis(wallAtZero + elapsed)
  const schedule = (dueAt: number, run: () => void): Timer => {
    const timer = { dueAt, seq: (seq += 1), run }
    timers.add(timer)
    return timer
  }
  const nextDueBy = (end: number): Timer | undefined =>
    [...timers]
      .filter(({ dueAt }) => dueAt <= end)
      .sort((a, b) => a.dueAt - b.dueAt || a.seq - b.seq)[0]

  return {
    now,
    stamp: () => {
      const wall: bigint = nanosOf(now())
      lastStamp = wall > lastStamp ? wall : lastStamp + 1n
      return utcNanos(lastStamp)
    },
    stampAfter: (earlier) => {
      if (earlier > lastStamp) lastStamp = earlier
    },
    monotonic: () => elapsed,
    turn: () => new Promise((resolve) => void setImmediate(resolve)),
    after: (delayMs, run) => {
      const timer = schedule(elapsed + delayMs, run)
      return () => void timers.delete(timer)
    },
    every: (periodMs, run) => {
      const again = (): void => {
        timer = schedule(elapsed + periodMs, again)
        run()
      }
      let timer = schedule(elapsed + periodMs, again)
      return () => void timers.delete(timer)
    },
    advance: (ms) => {
      const end = elapsed + ms
      for (let timer = nextDueBy(end); timer !== undefined; timer = nextDueBy(end)) {
        elapsed = Math.max(elapsed, timer.dueAt)
        timers.delete(timer)
        timer.run()
      }
      elapsed = end
    },
    setWallClock: (to) => {
      wallAtZero = to - elapsed
    },
    pending: () => timers.size,
  }
}

/** Lets time pass in steps until the promise is settled. */
export async function passing<Value>(
  clock: HandClock,
  promise: Promise<Value>,
  stepMs = 50,
): Promise<Value> {
  const state = { isOver: false }
  const end = (): void => void (state.isOver = true)
  promise.then(end, end)
  while (!state.isOver) {
    clock.advance(stepMs)
    await clock.turn()
  }
  return promise
}
