import type { TradingHours } from '#shared/settings.ts'
import type { UtcMillis } from '#shared/time.ts'
import { wallClock } from './period.ts'

/** Whether an instant lies within the hours of a weekday; holidays are weekdays like others. */
export function isWithin({ from, to, zone }: TradingHours, at: UtcMillis): boolean {
  const shown = wallClock(at, zone)
  const minute = Math.floor(shown / 60_000) % (24 * 60)
  // 1 January 1970 was a Thursday: day 2 and 3 after it were the weekend.
  const weekday = Math.floor(shown / 86_400_000) % 7
  return weekday !== 2 && weekday !== 3 && minute >= from && minute < to
}
