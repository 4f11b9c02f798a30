/**
 * Abbreviations TWS may print, as zones of the tz database. They are looked up first, because the
 * runtime knows some of them differently (its BST is in Bangladesh).
 */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  EDT: 'America/New_York',
  CDT: 'America/Chicago',
  MDT: 'America/Denver',
  PDT: 'America/Los_Angeles',
  BST: 'Europe/London',
  CEST: 'Europe/Paris',
  EEST: 'Europe/Helsinki',
  IST: 'Asia/Kolkata',
  JST: 'Asia/Tokyo',
  HKT: 'Asia/Hong_Kong',
  SGT: 'Asia/Singapore',
  AEDT: 'Australia/Sydney',
  AEST: 'Australia/Brisbane',
}

const QUARTER_HOUR_MS = 900_000

/** How many milliseconds a zone is ahead of UTC at a UTC instant. */
export type OffsetAt = (utcMs: number) => number

const offsets = new Map<string, OffsetAt | null>()

/** The offset function of a zone's name as TWS prints it; null for a zone nobody knows. */
export function zoneOffset(name: string): OffsetAt | null {
  const known = offsets.get(name)
  if (known !== undefined) return known
  const made = makeOffset(name)
  offsets.set(name, made)
  return made
}

function makeOffset(name: string): OffsetAt | null {
  const format = formatOf(ABBREVIATIONS[name] ?? name)
  if (format === null) return null
  // No zone changes its offset but on a quarter of an hour.
  const byQuarter = new Map<number, number>()
  return (utcMs) => {
    const quarter = Math.floor(utcMs / QUARTER_HOUR_MS)
    const known = byQuarter.get(quarter)
    if (known !== undefined) return known
    const offset = wallClock(format, quarter * QUARTER_HOUR_MS) - quarter * QUARTER_HOUR_MS
    byQuarter.set(quarter, offset)
    return offset
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return null
  }
}

/** What a clock on the wall shows at an instant, read as if it were UTC. */
function wallClock(format: Intl.DateTimeFormat, utcMs: number): number {
  const parts = new Map(format.formatToParts(utcMs).map((part) => [part.type, Number(part.value)]))
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
}

/** Further from any instant than a zone's offset and half a day: beyond a change of the clock. */
const ASIDE_MS = 93_600_000

/**
 * The UTC instant of a wall-clock time. An hour that happens twice (autumn) is the first of the
 * two, so that every replay of one execution gets the same time; one that never happens (spring)
 * moves on by the gap.
 */
export function utcOfWall(wallMs: number, offsetAt: OffsetAt): number {
  const before = offsetAt(wallMs - ASIDE_MS)
  const after = offsetAt(wallMs + ASIDE_MS)
  const first = wallMs - before
  if (before === after || offsetAt(first) === before) return first
  const second = wallMs - after
  return offsetAt(second) === after ? second : first
}
