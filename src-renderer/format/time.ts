import { UNKNOWN } from './number.ts'

const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
const localTime = new Intl.DateTimeFormat('en-GB', clock)
const newYorkTime = new Intl.DateTimeFormat('en-GB', { ...clock, timeZone: 'America/New_York' })
const day = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' })
const shortDay = new Intl.DateTimeFormat('en-US', { month: 'short', day: '2-digit' })
const zone = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })

/** `14:32:07` in the zone of this computer. */
export const timeOf = (millis: number): string => localTime.format(millis)

/** `09:32:07` in New York. */
export const newYorkTimeOf = (millis: number): string => newYorkTime.format(millis)

/** `2026-11-20 14:32:07 CET`: nothing left to guess. */
export function momentOf(millis: number | null): string {
  if (millis === null) return UNKNOWN
  return `${day.format(millis)} ${timeOf(millis)} ${zoneAt(millis)}`.trimEnd()
}

/** The time today, else the day before it: `14:32:07`, `Nov 20 14:32:07`. */
export function timeOrDay(millis: number | null, now: number): string {
  if (millis === null) return UNKNOWN
  const isToday = day.format(millis) === day.format(now)
  return isToday ? timeOf(millis) : `${shortDay.format(millis)} ${timeOf(millis)}`
}

/** The time today, else the day alone: for columns too narrow for both. */
export function timeElseDay(millis: number | null, now: number): string {
  if (millis === null) return UNKNOWN
  return day.format(millis) === day.format(now) ? timeOf(millis) : shortDay.format(millis)
}

/** How long ago, in the largest unit that fits: `2 s`, `5 min`, `3 h`, `2 d`. */
export function ageOf(millis: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - millis) / 1000))
  if (seconds < 100) return `${seconds} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

const MINUTE_MS = 60_000

/** The age by a clock that moves once a minute: it has no seconds to tell. */
export function ageInMinutes(millis: number, now: number): string {
  const age = now - millis
  if (age < MINUTE_MS) return '< 1 min'
  return age < 2 * MINUTE_MS ? '1 min' : ageOf(millis, now)
}

/** Whole seconds until then, never below zero. */
export const secondsUntil = (millis: number, now: number): number =>
  Math.max(0, Math.ceil((millis - now) / 1000))

/** The zone of this computer at that moment, such as `CET`. */
export const zoneAt = (millis: number): string =>
  zone.formatToParts(millis).find((part) => part.type === 'timeZoneName')?.value ?? ''

/** `2026-11-20T14:32:07` in the zone of this computer, as a field for date and time has it. */
export const localSeconds = (millis: number): string => `${day.format(millis)}T${timeOf(millis)}`
