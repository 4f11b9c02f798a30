/** Where a currency's shares are listed, if their day begins long before New York's. */
const ZONES: Readonly<Record<string, string>> = {
  AUD: 'Australia/Sydney',
  CNH: 'Asia/Shanghai',
  HKD: 'Asia/Hong_Kong',
  INR: 'Asia/Kolkata',
  JPY: 'Asia/Tokyo',
  KRW: 'Asia/Seoul',
  SGD: 'Asia/Singapore',
  TWD: 'Asia/Taipei',
}

/**
 * The zone in which an ex-date of this currency begins before anything trades on it: New York's
 * midnight is before every session of the Americas and of Europe.
 */
export const exDateZone = (currency: string | null): string =>
  ZONES[currency ?? ''] ?? 'America/New_York'

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/

/** The wall clock of a zone at an instant, as if it were UTC, in milliseconds. */
function wallClock(millis: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  })
  const parts = new Map(format.formatToParts(millis).map(({ type, value }) => [type, value]))
  const of = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
  const clock = [of('hour'), of('minute'), of('second')] as const
  return Date.UTC(of('year'), of('month') - 1, of('day'), ...clock)
}

/** When a day such as `2026-11-20` begins in a zone, in UTC milliseconds; null: no such day. */
export function beginningOf(day: string, zone: string): number | null {
  const [, year, month, date] = (DAY.exec(day) ?? []).map(Number)
  if (year === undefined || month === undefined || date === undefined) return null
  const asUtc = Date.UTC(year, month - 1, date)
  if (new Date(asUtc).toISOString().slice(0, 10) !== day) return null
  const guess = asUtc - (wallClock(asUtc, zone) - asUtc)
  // Once more from there: the offset may be another on the other side of a change of the clock.
  return asUtc - (wallClock(guess, zone) - guess)
}

/** The day an instant is of in a zone. */
export const dayIn = (millis: number, zone: string): string =>
  new Date(wallClock(millis, zone)).toISOString().slice(0, 10)
