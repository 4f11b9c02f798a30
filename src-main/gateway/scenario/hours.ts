import { DESK_ZONE } from '../desk.ts'
import { momentOf, wallClock } from '../wire/zoned-time.ts'
import type { Hours } from './scenario.ts'

const HOUR_MS = 3_600_000
const SATURDAY = 6
const SUNDAY = 0

/** The moment New York's clock shows this time on the day of `at`, so many days later. */
export function momentIn(at: number, days: number, time: string): number {
  const { day } = wallClock(at, DESK_ZONE)
  // Noon is safe from the changes of the clocks.
  const noon = momentOf(day, '12:00:00', DESK_ZONE) + days * 24 * HOUR_MS
  return momentOf(wallClock(noon, DESK_ZONE).day, time, DESK_ZONE)
}

/** Whether New York trades on the day of this moment: from Monday to Friday. */
export function isTradingDay(at: number): boolean {
  const { day } = wallClock(at, DESK_ZONE)
  const weekday = new Date(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`).getUTCDay()
  return weekday !== SATURDAY && weekday !== SUNDAY
}

/** Judges whether a market with these hours is open; it is asked at every step, so it remembers. */
export function createHours(): (hours: Hours | null, now: number) => boolean {
  let known: { hours: Hours; from: number; until: number; isOpen: boolean } | null = null
  return (hours, now) => {
    if (hours === null) return true
    if (known?.hours === hours && now >= known.from && now < known.until) return known.isOpen
    const midnight = momentIn(now, 0, '00:00:00')
    const tomorrow = momentIn(now, 1, '00:00:00')
    const open = isTradingDay(now) ? momentIn(now, 0, hours.open) : tomorrow
    const close = isTradingDay(now) ? momentIn(now, 0, hours.close) : tomorrow
    if (now < open) known = { hours, from: midnight, until: open, isOpen: false }
    else if (now < close) known = { hours, from: open, until: close, isOpen: true }
    else known = { hours, from: close, until: tomorrow, isOpen: false }
    return known.isOpen
  }
}
