import { isoOf, utcMillis, type UtcMillis } from '#shared/time.ts'

/** `total` has no boundaries: it starts with the first observation, or when it is reset. */
export type PeriodKind = 'daily' | 'weekly' | 'monthly' | 'yearly'

/** Where one period ends and the next begins. */
export type Calendar = {
  /** An IANA zone such as `America/New_York`; see `isZone`. */
  readonly zone: string
  /** The hour of the zone's wall clock at which days begin, 0 to 23. */
  readonly resetHour: number
  /** The day on which weeks begin: Monday is 1, Sunday is 7. */
  readonly firstWeekday: number
}

/** Days from midnight in UTC, weeks from Monday. */
export const DEFAULT_CALENDAR: Calendar = { zone: 'UTC', resetHour: 0, firstWeekday: 1 }

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Formats are costly to make, and a zone's never changes: one is kept for each. */
const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone)
  if (known !== undefined) return known
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  clocks.set(zone, clock)
  return clock
}

/** True for a zone the program's time zone database knows. */
export function isZone(zone: string): boolean {
  try {
    clockOf(zone)
    return true
  } catch {
    return false
  }
}

/**
 * What the wall clock of a zone shows, written as if it were UTC.
 * @throws {RangeError} when the zone is unknown.
 */
export function wallClock(at: number, zone: string): number {
  if (zone === 'UTC') return at
  const shown: Record<string, number> = {}
  for (const { type, value } of clockOf(zone).formatToParts(at)) shown[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown
  const milliseconds = ((at % 1000) + 1000) % 1000
  return Date.UTC(year, month - 1, day, hour, minute, second) + milliseconds
}

/** How far the zone's wall clock is ahead of UTC at an instant. */
const offsetAt = (at: number, zone: string): number => wallClock(at, zone) - at

/**
 * The instant at which the zone's wall clock shows `wall`: the first one when it shows it twice;
 * when the clock skips it, as much later as the clock was put forward.
 */
function instantOf(wall: number, zone: string): number {
  if (zone === 'UTC') return wall
  const before = offsetAt(wall - DAY, zone)
  const after = offsetAt(wall + DAY, zone)
  const shown = [wall - before, wall - after].filter((at) => wallClock(at, zone) === wall)
  return shown.length === 0 ? wall - before : Math.min(...shown)
}

/** Day numbers count from 1970-01-01, a Thursday. */
const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

/** The first day of the period that lies so many periods after the one a day lies in. */
function firstDay(kind: PeriodKind, day: number, step: Step): number {
  const { by, firstWeekday } = step
  if (kind === 'daily') return day + by
  if (kind === 'weekly') return day - ((weekdayOf(day) - firstWeekday + 7) % 7) + 7 * by
  const date = new Date(day * DAY)
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  return (kind === 'monthly' ? Date.UTC(year, month + by, 1) : Date.UTC(year + by, 0, 1)) / DAY
}

type Step = { readonly by: number; readonly firstWeekday: number }

const boundaryOf = (day: number, { zone, resetHour }: Calendar): number =>
  instantOf(day * DAY + resetHour * HOUR, zone)

/** A stretch of time: `from` belongs to it, `until` to the next. */
export type Period = { readonly from: UtcMillis; readonly until: UtcMillis }

/**
 * The period an instant lies in. Periods of one kind follow one another without gap or overlap,
 * also where clocks are put forward or back; a day may then have 23 or 25 hours.
 * @throws {RangeError} when the zone is unknown.
 */
export function periodOf(kind: PeriodKind, at: UtcMillis, calendar: Calendar): Period {
  // One day more than the wall clock's, so that the search begins after the instant.
  const day = Math.floor(wallClock(at, calendar.zone) / DAY) + 1
  const boundary = (by: number): number =>
    boundaryOf(firstDay(kind, day, { by, firstWeekday: calendar.firstWeekday }), calendar)
  let by = 1
  let until = boundary(by)
  for (;;) {
    by -= 1
    const from = boundary(by)
    if (from <= at && from < until) return { from: from as UtcMillis, until: until as UtcMillis }
    until = from
  }
}

/** Every boundary of a kind from the one at or before `from` to the one after `to`. */
export function boundariesOf(
  kind: PeriodKind,
  { from, to }: { readonly from: UtcMillis; readonly to: UtcMillis },
  calendar: Calendar,
): readonly UtcMillis[] {
  let period = periodOf(kind, from, calendar)
  const boundaries = [period.from, period.until]
  while (period.until <= to) {
    period = periodOf(kind, period.until, calendar)
    boundaries.push(period.until)
  }
  return boundaries
}

/**
 * The instant whose wall clock shows the same time so many days or months before: 31 March less
 * one month is the last day of February.
 */
export function earlier(
  at: UtcMillis,
  by: { readonly days?: number; readonly months?: number },
  zone: string,
): UtcMillis {
  const wall = new Date(wallClock(at, zone))
  const month = wall.getUTCMonth() - (by.months ?? 0)
  const daysInMonth = new Date(Date.UTC(wall.getUTCFullYear(), month + 1, 0)).getUTCDate()
  const day = Math.min(wall.getUTCDate(), daysInMonth) - (by.days ?? 0)
  const date = Date.UTC(wall.getUTCFullYear(), month, day)
  const timeOfDay = ((wall.getTime() % DAY) + DAY) % DAY
  return instantOf(date + timeOfDay, zone) as UtcMillis
}

/** The date a zone's wall clock shows, as IB writes one: YYYYMMDD. */
export const dateIn = (zone: string, at: UtcMillis): string =>
  isoOf(utcMillis(wallClock(at, zone)))
    .slice(0, 10)
    .replaceAll('-', '')
