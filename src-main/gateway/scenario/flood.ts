import type { Desk } from '../desk.ts'
import type { Flood } from './scenario.ts'
import type { Trading } from './traders.ts'

/** Fills of one flood order, told one after the other. */
const FILLS_PER_ORDER = 10
/** Fills between two turns of the event loop. */
const FILLS_PER_TURN = 200
const BEAT_MS = 10
/** Until the next look at whoever is behind: to keep looking takes a core from who reads. */
const BEHIND_MS = 1

/** Whether somebody reads slower than we write. */
const isAnyoneBehind = (desk: Desk): boolean =>
  desk.sessions.open().some((session) => session.isCongested())

/**
 * Fills as many as asked for: at a rate, or as fast as the slowest client reads. Answers how to
 * stop it. Nobody waits for a client that is gone.
 */
export function startFlood(desk: Desk, trading: Trading, flood: Flood): () => void {
  let left = flood.count
  let isStopped = false
  const burst = (most: number): void => {
    const fills = Math.min(left, most)
    left -= fills
    for (let rest = fills; rest > 0; rest -= FILLS_PER_ORDER)
      trading.burst(Math.min(rest, FILLS_PER_ORDER))
  }
  const race = (): void => {
    if (isStopped || left === 0) return
    if (isAnyoneBehind(desk)) return void setTimeout(race, BEHIND_MS)
    desk.timeline.intervene(() => burst(FILLS_PER_TURN))
    setImmediate(race)
  }
  const beat = (owed: number): void => {
    if (isStopped || left === 0) return
    const due = owed + (flood.perSecond * BEAT_MS) / 1000
    burst(Math.floor(due))
    desk.timeline.after(BEAT_MS, () => beat(due - Math.floor(due)))
  }
  if (flood.perSecond > 0) beat(0)
  else race()
  return () => {
    isStopped = true
  }
}
