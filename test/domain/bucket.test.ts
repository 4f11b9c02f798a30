import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketOf, bucketStarts, bucketWidth, keptWidth, survivors } from '#domain/bucket.ts'
import { timeframeStart, type BucketWidth } from '#domain/bucket.ts'
import { DEFAULT_CALENDAR, type Calendar } from '#domain/period.ts'
import { TIMEFRAMES } from '#shared/timeframe.ts'
import { isoOf, utcMillis, type UtcMillis } from '#shared/time.ts'
import { RUNS } from './arbitraries.ts'

const at = (iso: string): UtcMillis => utcMillis(Date.parse(iso))
const short = (instant: UtcMillis | null): string | null =>
  instant === null ? null : isoOf(instant).slice(0, 16)
const MINUTE = 60_000
const DAY = 86_400_000
const newYork: Calendar = { zone: 'America/New_York', resetHour: 17, firstWeekday: 1 }

describe('a timeframe', () => {
  it('has buckets of 5 and 30 minutes, one and three hours, and days', () => {
    const minutes = TIMEFRAMES.map(bucketWidth).map((width) =>
      width === 'day' ? width : width / MINUTE,
    )
    expect(minutes).toEqual([5, 30, 60, 180, 'day', 'day'])
  })

  it('begins at the same wall clock so long ago, or where the year does', () => {
    const now = at('2026-03-09T14:30Z')
    const starts = (calendar: Calendar) =>
      TIMEFRAMES.map((timeframe) => short(timeframeStart(timeframe, now, calendar)))
    expect(starts(DEFAULT_CALENDAR)).toEqual([
      '2026-03-08T14:30',
      '2026-03-02T14:30',
      '2026-02-09T14:30',
      '2025-12-09T14:30',
      '2026-01-01T00:00',
      null,
    ])
    expect(starts(newYork)).toEqual([
      '2026-03-08T14:30',
      '2026-03-02T15:30',
      '2026-02-09T15:30',
      '2025-12-09T15:30',
      '2026-01-01T22:00',
      null,
    ])
  })
})

describe('a bucket', () => {
  it('is counted from where the day begins', () => {
    const read = (iso: string, width: BucketWidth) => {
      const { from, until } = bucketOf(at(iso), width, newYork)
      return `${short(from)} ${short(until)}`
    }
    expect(read('2026-03-04T15:17Z', 5 * MINUTE)).toBe('2026-03-04T15:15 2026-03-04T15:20')
    expect(read('2026-03-04T15:17Z', 180 * MINUTE)).toBe('2026-03-04T13:00 2026-03-04T16:00')
    expect(read('2026-03-04T15:17Z', 'day')).toBe('2026-03-03T22:00 2026-03-04T22:00')
    // The day on which the clock is put forward has 23 hours.
    expect(read('2026-03-08T20:30Z', 180 * MINUTE)).toBe('2026-03-08T19:00 2026-03-08T21:00')
  })

  it('can be listed with all others of a range', () => {
    const range = { from: at('2026-03-08T14:00Z'), to: at('2026-03-08T22:30Z') }
    expect(bucketStarts(range, 180 * MINUTE, newYork).map(short)).toEqual([
      '2026-03-08T13:00',
      '2026-03-08T16:00',
      '2026-03-08T19:00',
      '2026-03-08T21:00',
    ])
    expect(bucketStarts(range, 'day', newYork).map(short)).toEqual([
      '2026-03-07T22:00',
      '2026-03-08T21:00',
    ])
  })
})

describe('the thinning of old snapshots', () => {
  const now = at('2026-06-15T12:00Z')
  const thinned = (taken: readonly UtcMillis[], then = now, flows: readonly UtcMillis[] = []) =>
    survivors(taken, { now: then, calendar: DEFAULT_CALENDAR, flows })

  it('keeps them closer the younger they are', () => {
    const days = [0.9, 1, 6.9, 7, 30.9, 31, 91.9, 92, 4000]
    const minutes = days.map((day) => {
      const width = keptWidth(day * DAY)
      return typeof width === 'number' ? width / MINUTE : width
    })
    expect(minutes).toEqual([null, 30, 30, 60, 60, 180, 180, 'day', 'day'])
  })

  it('keeps the last of each bucket, which is what the next day opens with', () => {
    const taken = ['08:00', '20:55', '23:55'].map((time) => at(`2026-01-05T${time}Z`))
    expect(thinned(taken).map(short)).toEqual(['2026-01-05T23:55'])
  })

  it('keeps the last before each flow, also one of the same instant', () => {
    const taken = ['08:00', '09:00', '20:55'].map((time) => at(`2026-01-05T${time}Z`))
    const flow = at('2026-01-05T09:00Z')
    expect(thinned(taken, now, [flow]).map(short)).toEqual(['2026-01-05T09:00', '2026-01-05T20:55'])
    expect(thinned(taken, now, [utcMillis(flow - 1)]).map(short)).toEqual([
      '2026-01-05T08:00',
      '2026-01-05T20:55',
    ])
  })

  it('keeps every snapshot of the last day, and of a bucket that ends in it', () => {
    const later = utcMillis(now + 10 * MINUTE)
    const taken = Array.from({ length: 289 }, (_, n) => utcMillis(later - n * 5 * MINUTE)).reverse()
    expect(thinned(taken, later)).toEqual(taken)
  })

  it('comes to the same in one go as again and again', () => {
    const ages = fc.array(fc.integer({ min: 0, max: 130 * 24 * 12 }), { maxLength: 60 })
    const later = fc.integer({ min: 0, max: 120 * DAY })
    fc.assert(
      fc.property(ages, later, fc.integer({ min: 0, max: 130 * DAY }), (fives, wait, ago) => {
        const taken = [...new Set(fives)].map((five) => utcMillis(now - five * 5 * MINUTE))
        const flows = [utcMillis(now - ago)]
        const then = utcMillis(now + wait)
        const once = thinned(taken, then, flows)
        expect(thinned(thinned(taken, now, flows), then, flows)).toEqual(once)
        expect(once.at(-1)).toBe([...taken].sort((a, b) => a - b).at(-1))
      }),
      RUNS,
    )
  })
})
