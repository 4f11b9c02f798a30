import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boundariesOf, DEFAULT_CALENDAR, earlier, isZone, periodOf } from '#domain/period.ts'
import type { Calendar, PeriodKind } from '#domain/period.ts'
import { isoOf, utcMillis, type UtcMillis } from '#shared/time.ts'

const at = (iso: string): UtcMillis => utcMillis(Date.parse(iso))
const short = (instant: UtcMillis): string => isoOf(instant).slice(0, 16)
const newYork: Calendar = { zone: 'America/New_York', resetHour: 17, firstWeekday: 1 }

/** `from until` of the period an instant lies in, in UTC. */
function period(kind: PeriodKind, iso: string, calendar: Calendar = DEFAULT_CALENDAR): string {
  const { from, until } = periodOf(kind, at(iso), calendar)
  return `${short(from)} ${short(until)}`
}

describe('a period', () => {
  it('is a day from midnight and a week from Monday in UTC unless said otherwise', () => {
    const wednesday = '2026-03-11T15:00Z'
    expect(period('daily', wednesday)).toBe('2026-03-11T00:00 2026-03-12T00:00')
    expect(period('weekly', wednesday)).toBe('2026-03-09T00:00 2026-03-16T00:00')
    expect(period('monthly', wednesday)).toBe('2026-03-01T00:00 2026-04-01T00:00')
    expect(period('yearly', wednesday)).toBe('2026-01-01T00:00 2027-01-01T00:00')
  })

  it('begins at the configured hour and weekday: the instant itself belongs to it', () => {
    const late: Calendar = { zone: 'UTC', resetHour: 22, firstWeekday: 7 }
    expect(period('daily', '2026-03-04T21:59:59.999Z', late)).toBe(
      '2026-03-03T22:00 2026-03-04T22:00',
    )
    expect(period('daily', '2026-03-04T22:00Z', late)).toBe('2026-03-04T22:00 2026-03-05T22:00')
    expect(period('weekly', '2026-03-08T21:00Z', late)).toBe('2026-03-01T22:00 2026-03-08T22:00')
    expect(period('weekly', '2026-03-08T22:00Z', late)).toBe('2026-03-08T22:00 2026-03-15T22:00')
    expect(period('yearly', '2026-01-01T05:00Z', late)).toBe('2025-01-01T22:00 2026-01-01T22:00')
  })

  it('follows the wall clock of its zone over both changes of the clock', () => {
    expect(period('daily', '2026-03-08T12:00Z', newYork)).toBe('2026-03-07T22:00 2026-03-08T21:00')
    expect(period('daily', '2026-11-01T12:00Z', newYork)).toBe('2026-10-31T21:00 2026-11-01T22:00')
    expect(period('weekly', '2026-03-08T12:00Z', newYork)).toBe('2026-03-02T22:00 2026-03-09T21:00')
  })

  it('begins when the clock jumps over its hour, and the first time when it shows it twice', () => {
    const atTwo: Calendar = { zone: 'Europe/Berlin', resetHour: 2, firstWeekday: 1 }
    expect(period('daily', '2026-03-29T12:00Z', atTwo)).toBe('2026-03-29T01:00 2026-03-30T00:00')
    expect(period('daily', '2026-10-25T00:30Z', atTwo)).toBe('2026-10-25T00:00 2026-10-26T01:00')
    const midnight: Calendar = { zone: 'Africa/Cairo', resetHour: 0, firstWeekday: 6 }
    expect(period('daily', '2026-04-24T12:00Z', midnight)).toBe('2026-04-23T22:00 2026-04-24T21:00')
  })

  it('is one day where the calendar of an island skips one', () => {
    const apia: Calendar = { zone: 'Pacific/Apia', resetHour: 5, firstWeekday: 1 }
    expect(period('daily', '2011-12-30T20:00Z', apia)).toBe('2011-12-30T15:00 2011-12-31T15:00')
    expect(period('daily', '2011-12-30T14:00Z', apia)).toBe('2011-12-29T15:00 2011-12-30T15:00')
  })

  it('knows the zones there are', () => {
    expect(['UTC', 'US/Eastern', 'Asia/Kolkata', 'Mars/Olympus', ''].map(isZone)).toEqual([
      true,
      true,
      true,
      false,
      false,
    ])
  })
})

describe('an earlier instant', () => {
  it('has the same wall clock so many days or months before', () => {
    const zone = 'America/New_York'
    const back = (iso: string, by: Parameters<typeof earlier>[1]) =>
      short(earlier(at(iso), by, zone))
    expect(back('2026-03-09T14:30Z', { days: 1 })).toBe('2026-03-08T14:30')
    expect(back('2026-03-08T14:30Z', { days: 1 })).toBe('2026-03-07T15:30')
    expect(back('2026-03-31T14:30Z', { months: 1 })).toBe('2026-02-28T15:30')
    expect(back('2026-01-15T15:30Z', { months: 3 })).toBe('2025-10-15T14:30')
  })
})

const zones = fc.constantFrom(
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'Pacific/Apia',
  'America/St_Johns',
  'Asia/Kathmandu',
  'Africa/Casablanca',
)
const calendars: fc.Arbitrary<Calendar> = fc.record({
  zone: zones,
  resetHour: fc.integer({ min: 0, max: 23 }),
  firstWeekday: fc.integer({ min: 1, max: 7 }),
})
const kinds = fc.constantFrom<PeriodKind>('daily', 'weekly', 'monthly', 'yearly')
const instants = fc
  .integer({ min: Date.UTC(2005, 0, 1), max: Date.UTC(2035, 0, 1) })
  .map((millis) => utcMillis(millis))

/** How long a period may be: clocks and calendars move by a day at most. */
const LENGTHS = { daily: [1, 2], weekly: [6, 8], monthly: [27, 32], yearly: [364, 367] } as const

describe('the periods of any calendar', () => {
  it('cut time into pieces without gap or overlap', () => {
    fc.assert(
      fc.property(kinds, instants, calendars, (kind, instant, calendar) => {
        const { from, until } = periodOf(kind, instant, calendar)
        expect(from <= instant && instant < until).toBe(true)
        const days = (until - from) / 86_400_000
        const [shortest, longest] = LENGTHS[kind]
        expect(days > shortest - 0.05 && days < longest + 0.05).toBe(true)
        expect(periodOf(kind, from, calendar)).toEqual({ from, until })
        expect(periodOf(kind, utcMillis(until - 1), calendar)).toEqual({ from, until })
        expect(periodOf(kind, until, calendar).from).toBe(until)
      }),
      { numRuns: 1000 },
    )
  })

  it('begin weeks, months and years where a day begins', () => {
    fc.assert(
      fc.property(kinds, instants, calendars, (kind, instant, calendar) => {
        const { from } = periodOf(kind, instant, calendar)
        expect(periodOf('daily', from, calendar).from).toBe(from)
      }),
      { numRuns: 1000 },
    )
  })

  it('can be listed', () => {
    const from = at('2026-03-06T23:00Z')
    const to = at('2026-03-08T21:00Z')
    expect(boundariesOf('daily', { from, to }, newYork).map(short)).toEqual([
      '2026-03-06T22:00',
      '2026-03-07T22:00',
      '2026-03-08T21:00',
      '2026-03-09T21:00',
    ])
  })
})
