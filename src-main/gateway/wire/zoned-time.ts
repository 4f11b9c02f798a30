const formats = new Map<string, Intl.DateTimeFormat>()
/** The texts of the second told last, by zone: floods tell the same second thousands of times. */
const lastTold = new Map<string, { readonly second: number; readonly text: string }>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formats.set(zone, format)
  return format
}

type Wall = { readonly day: string; readonly time: string }

/** What a wall clock in the zone shows: day YYYYMMDD and time HH:MM:SS. */
export function wallClock(millis: number, zone: string): Wall {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(millis)
      .map(({ type, value }) => [type, value]),
  )
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? ''
  return {
    day: `${of('year')}${of('month')}${of('day')}`,
    time: `${of('hour')}:${of('minute')}:${of('second')}`,
  }
}

/** `20261121 14:30:00 US/Eastern`, as server versions from 174 on tell times. */
export function zonedTime(millis: number, zone: string): string {
  const second = Math.floor(millis / 1000)
  const last = lastTold.get(zone)
  if (last?.second === second) return last.text
  const { day, time } = wallClock(millis, zone)
  const text = `${day} ${time} ${zone}`
  lastTold.set(zone, { second, text })
  return text
}

/** Whether the name is a zone this runtime knows. */
export function isZone(zone: string): boolean {
  try {
    return formatOf(zone).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** The moment a wall clock in the zone shows this day and time; NaN when it never does. */
export function momentOf(day: string, time: string, zone: string): number {
  const iso = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T${time}Z`
  const asUtc = Date.parse(iso)
  if (Number.isNaN(asUtc)) return asUtc
  // Two steps settle the offset also beside a change of the clocks.
  const first = asUtc - offsetAt(asUtc, zone)
  return asUtc - offsetAt(first, zone)
}

function offsetAt(millis: number, zone: string): number {
  const { day, time } = wallClock(millis, zone)
  const iso = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}T${time}Z`
  return Date.parse(iso) - Math.floor(millis / 1000) * 1000
}
