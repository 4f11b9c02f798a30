import { nanosOf, utcMillis, type UtcNanos } from '#shared/time.ts'
import { utcOfWall, zoneOffset } from './zone.ts'

/**
 * `20261121 10:00:05 US/Eastern` (server version 174 and later), `20261121  10:00:05` (before, in
 * the zone TWS was logged in with), `20261121-15:00:05` (UTC). Source: the TWS API's date formats.
 */
const FORM = /^(\d{4})(\d{2})(\d{2})([ -]+)(\d{2}):(\d{2}):(\d{2})(?:\s+(\S+))?$/

const KEPT = 4096

/**
 * Reads execution times. IB's times have whole seconds, so a burst of executions carries few texts:
 * the last few thousand are remembered.
 */
export function executionTimes(defaultZone: string): (text: string) => UtcNanos | null {
  const known = new Map<string, UtcNanos | null>()
  return (text) => {
    const seen = known.get(text)
    if (seen !== undefined) return seen
    if (known.size >= KEPT) known.clear()
    const read = readTime(text, defaultZone)
    known.set(text, read)
    return read
  }
}

function readTime(text: string, defaultZone: string): UtcNanos | null {
  const parts = FORM.exec(text.trim())
  if (parts === null) return null
  const [, year, month, day, separator, hour, minute, second, zone] = parts
  const wall = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  )
  const isUtc = separator === '-' && zone === undefined
  const offsetAt = zoneOffset(isUtc ? 'UTC' : (zone ?? defaultZone))
  return offsetAt === null ? null : nanosOf(utcMillis(utcOfWall(wall, offsetAt)))
}

const two = (value: number): string => String(value).padStart(2, '0')

/** An instant as filters of executions take it: `20261121-15:00:05`, in UTC. */
export function filterTime(utcMs: number): string {
  const at = new Date(utcMs)
  const day = `${at.getUTCFullYear()}${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}`
  return `${day}-${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
}
