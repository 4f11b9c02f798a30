import type { Timeframe } from '#shared/timeframe.ts'
import type { UtcMillis } from '#shared/time.ts'
import { boundariesOf, earlier, periodOf, type Calendar, type Period } from './period.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How wide a bucket is: so many milliseconds of a day of the calendar, or the whole day. */
export type BucketWidth = number | 'day'

const WIDTHS: Readonly<Record<Timeframe, BucketWidth>> = {
  '1D': 5 * MINUTE,
  '1W': 30 * MINUTE,
  '1M': HOUR,
  '3M': 3 * HOUR,
  YTD: 'day',
  ALL: 'day',
}

export const bucketWidth = (timeframe: Timeframe): BucketWidth => WIDTHS[timeframe]

/**
 * Where a timeframe begins: 1D at the same time of the wall clock yesterday, 1W seven days ago,
 * 1M and 3M on the same day so many months ago, YTD where the calendar's year begins. Null for
 * ALL.
 */
export function timeframeStart(
  timeframe: Timeframe,
  now: UtcMillis,
  calendar: Calendar,
): UtcMillis | null {
  switch (timeframe) {
    case '1D':
      return earlier(now, { days: 1 }, calendar.zone)
    case '1W':
      return earlier(now, { days: 7 }, calendar.zone)
    case '1M':
      return earlier(now, { months: 1 }, calendar.zone)
    case '3M':
      return earlier(now, { months: 3 }, calendar.zone)
    case 'YTD':
      return periodOf('yearly', now, calendar).from
    case 'ALL':
      return null
  }
}

/**
 * The bucket an instant lies in. Buckets are counted from where the day begins, so that each lies
 * in one of every wider kind; the last of a day of 23 or 25 hours may be shorter.
 */
export function bucketOf(at: UtcMillis, width: BucketWidth, calendar: Calendar): Period {
  const day = periodOf('daily', at, calendar)
  if (width === 'day') return day
  const from = at - ((at - day.from) % width)
  return { from: from as UtcMillis, until: Math.min(from + width, day.until) as UtcMillis }
}

/** Where every bucket begins from the one of `from` to the one of `to`, for a query to join. */
export function bucketStarts(
  range: { readonly from: UtcMillis; readonly to: UtcMillis },
  width: BucketWidth,
  calendar: Calendar,
): readonly UtcMillis[] {
  const days = boundariesOf('daily', range, calendar)
  const starts = days.flatMap((day, index) => {
    const until = days[index + 1]
    if (until === undefined) return []
    const step = width === 'day' ? until - day : width
    const count = Math.ceil((until - day) / step)
    return Array.from({ length: count }, (_, place) => (day + place * step) as UtcMillis)
  })
  const first = bucketOf(range.from, width, calendar).from
  return starts.filter((start) => start >= first && start <= range.to)
}

type Tier = { readonly fromAge: number; readonly width: BucketWidth }

/** From which age snapshots are kept how close, the oldest first. */
const TIERS: readonly Tier[] = [
  { fromAge: 92 * DAY, width: 'day' },
  { fromAge: 31 * DAY, width: WIDTHS['3M'] },
  { fromAge: 7 * DAY, width: WIDTHS['1M'] },
  { fromAge: DAY, width: WIDTHS['1W'] },
]

/**
 * How close to one another snapshots of an age are kept; null: all of them, for a day. From a day
 * on one in 30 minutes, from a week one an hour, from a month (31 days) one in three hours,
 * from three (92 days) one a day.
 */
export const keptWidth = (ageMs: number): BucketWidth | null =>
  TIERS.find(({ fromAge }) => ageMs >= fromAge)?.width ?? null

export type Thinning = {
  readonly now: UtcMillis
  readonly calendar: Calendar
  /** When money or capital came or went: the last snapshot before each is always kept. */
  readonly flows: readonly UtcMillis[]
}

/**
 * Which snapshots stay: the last of each bucket whose end has the age for its width, and the last
 * before each flow, which returns are measured from. The last of a day is the value the next
 * one opens with. Thinning what was thinned before leaves what thinning everything at once does.
 */
export function survivors(taken: readonly UtcMillis[], thinning: Thinning): readonly UtcMillis[] {
  const sorted = [...taken].sort((a, b) => a - b)
  const untilOf = thinnedUntil(thinning)
  const kept = new Set<UtcMillis>(lastBeforeEach(sorted, thinning.flows))
  return sorted.filter((at, index) => {
    const until = untilOf(at)
    const next = sorted[index + 1]
    return until === null || next === undefined || next >= until || kept.has(at)
  })
}

/**
 * For instants that never go back: where the bucket ends that one is thinned in, null where it is
 * too young. Finding a bucket is slow, so the last one of each width is kept.
 */
function thinnedUntil({ now, calendar }: Thinning): (at: UtcMillis) => UtcMillis | null {
  const current = new Map<Tier, Period>()
  return (at) => {
    for (const tier of TIERS) {
      let bucket = current.get(tier)
      if (bucket === undefined || at >= bucket.until) {
        bucket = bucketOf(at, tier.width, calendar)
        current.set(tier, bucket)
      }
      if (bucket.until <= now - tier.fromAge) return bucket.until
    }
    return null
  }
}

function lastBeforeEach(
  sorted: readonly UtcMillis[],
  flows: readonly UtcMillis[],
): readonly UtcMillis[] {
  const found: UtcMillis[] = []
  let index = 0
  for (const flow of [...flows].sort((a, b) => a - b)) {
    while (index < sorted.length && (sorted[index] ?? flow) <= flow) index += 1
    const before = sorted[index - 1]
    if (before !== undefined) found.push(before)
  }
  return found
}
