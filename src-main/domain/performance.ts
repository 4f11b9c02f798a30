import { present } from '#shared/assert.ts'
import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { Timeframe } from '#shared/timeframe.ts'
import type { UtcMillis } from '#shared/time.ts'
import { bucketOf, bucketWidth, timeframeStart, type BucketWidth } from './bucket.ts'
import { indexOf, measure, UNMEASURED } from './drawdown.ts'
import type { DrawdownEvent, DrawdownState } from './drawdown.ts'
import { percentOf } from './gauge.ts'
import type { Calendar, Period } from './period.ts'

/** One bucket in which equity was observed: the last observation in it. */
export type PerformancePoint = {
  /** Where the bucket begins. */
  readonly from: UtcMillis
  /** When the equity was observed. */
  readonly at: UtcMillis
  readonly equity: Decimal
  /** Net flows since the point before. */
  readonly flows: Decimal
  /** Time-weighted return since the timeframe opened, in percent; null without positive equity. */
  readonly returnPercent: Decimal | null
  /** The fall from the highest return of the timeframe, 0 to 100. */
  readonly drawdownPercent: Decimal | null
  /** True when there is no point in the bucket before: a line is not drawn over it. */
  readonly isAfterGap: boolean
}

export type Performance = {
  readonly timeframe: Timeframe
  /** Null for ALL. */
  readonly from: UtcMillis | null
  /** The equity returns are measured from: the last before the start, else the first. */
  readonly opening: Decimal | null
  readonly points: readonly PerformancePoint[]
  /** Of the whole timeframe, in percent; null when nothing was observed. */
  readonly returnPercent: Decimal | null
}

/**
 * Time-weighted performance over one timeframe: money that comes or goes neither gains nor loses.
 * `events` in time order, those before the start included as far back as the last equity; they may
 * be thinned to one equity a bucket, and for a long past should be. Everything lost is −100 %,
 * also after new money.
 */
export function performanceOf(
  events: readonly DrawdownEvent[],
  timeframe: Timeframe,
  { now, calendar }: { readonly now: UtcMillis; readonly calendar: Calendar },
): Performance {
  const from = timeframeStart(timeframe, now, calendar)
  const needed = events.slice(firstNeeded(events, from)).filter(({ at }) => at <= now)
  const found = bucketsOf(needed, from, { width: bucketWidth(timeframe), calendar })
  const opening = needed.find((event) => event.kind === 'equity')?.equity ?? null
  const points = found.map(({ bucket, state, flows }, index): PerformancePoint => {
    const before = found[index - 1]?.bucket.until ?? bucket.from
    return {
      from: bucket.from,
      at: present(state.at, 'the time of an observation'),
      equity: present(state.equity, 'an observed equity'),
      flows,
      returnPercent: returnOf(state),
      drawdownPercent: percentOf(state, 'total'),
      isAfterGap: before !== bucket.from,
    }
  })
  return { timeframe, from, opening, points, returnPercent: points.at(-1)?.returnPercent ?? null }
}

/** The state after the last observation in a bucket, and the flows since the bucket before. */
type Found = { readonly bucket: Period; readonly state: DrawdownState; readonly flows: Decimal }

function bucketsOf(
  events: readonly DrawdownEvent[],
  from: UtcMillis | null,
  { width, calendar }: { readonly width: BucketWidth; readonly calendar: Calendar },
): readonly Found[] {
  const found: Found[] = []
  let state = UNMEASURED
  let flows: Decimal = new D(0)
  for (const event of events) {
    state = measure(state, event, { calendar: null })
    if (event.kind === 'flow') flows = flows.plus(event.amount)
    else if (from === null || event.at >= from) {
      const last = found.at(-1)
      if (last !== undefined && event.at < last.bucket.until) {
        found[found.length - 1] = { bucket: last.bucket, state, flows: last.flows.plus(flows) }
      } else found.push({ bucket: bucketOf(event.at, width, calendar), state, flows })
      flows = new D(0)
    }
  }
  return found
}

/** Where the last equity at or before the start stands. */
function firstNeeded(events: readonly DrawdownEvent[], from: UtcMillis | null): number {
  if (from === null) return 0
  const last = events.findLastIndex(({ kind, at }) => kind === 'equity' && at <= from)
  return Math.max(0, last)
}

function returnOf(state: DrawdownState): Decimal | null {
  const index = state.total.isLost ? new D(0) : indexOf(state)
  return index === null ? null : toLedgerScale(index.minus(1).times(100))
}
