import { createRandom } from './random.ts'
import type { Instrument } from './instrument.ts'

/** One bar, prices in ticks, beginning at `at`. */
export type TickBar = {
  readonly at: number
  open: number
  high: number
  low: number
  close: number
  volume: number
  count: number
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^secs?$/, SECOND_MS],
  [/^mins?$/, MINUTE_MS],
  [/^hours?$/, HOUR_MS],
  [/^days?$/, DAY_MS],
  [/^(weeks?|W)$/, 7 * DAY_MS],
  [/^(months?|M)$/, 30 * DAY_MS],
]

/** Milliseconds of a bar size such as `5 mins`; null when it is none. */
export function barMsOf(size: string): number | null {
  const match = /^(\d{1,3}) ?(\w+)$/.exec(size.trim())
  const unit = UNITS.find(([name]) => name.test(match?.[2] ?? ''))
  return match === null || unit === undefined ? null : Number(match[1]) * unit[1]
}

const SPANS: Readonly<Record<string, number>> = {
  S: SECOND_MS,
  D: DAY_MS,
  W: 7 * DAY_MS,
  M: 30 * DAY_MS,
  Y: 365 * DAY_MS,
}

/** Milliseconds of a duration such as `2 D`; null when it is none. */
export function durationMsOf(duration: string): number | null {
  const match = /^(\d{1,5}) ([SDWMY])$/.exec(duration.trim())
  return match === null ? null : Number(match[1]) * (SPANS[match[2] ?? ''] ?? 0)
}

export type Past = {
  readonly end: number
  readonly barMs: number
  readonly bars: number
  /** The price the last bar ends at, in ticks. */
  readonly last: number
}

/** A made-up past that ends at today's price: the same for the same end. Oldest first. */
export function pastOf(instrument: Instrument, { end, barMs, bars, last }: Past): TickBar[] {
  const random = createRandom(`${instrument.conId}/${end}/${barMs}`)
  const step = Math.max(1, instrument.wildness * Math.sqrt(barMs / MINUTE_MS))
  const newestFirst: TickBar[] = []
  let close = last
  for (let index = 1; index <= bars; index += 1) {
    const drift = Math.round((random.next() + random.next() + random.next() - 1.5) * step)
    const open = Math.max(2, close - drift)
    newestFirst.push({
      at: end - index * barMs,
      open,
      close,
      high: Math.max(open, close) + random.below(Math.ceil(step)),
      low: Math.max(1, Math.min(open, close) - random.below(Math.ceil(step))),
      volume: 100 + random.below(20_000),
      count: 1 + random.below(300),
    })
    close = open
  }
  return newestFirst.reverse()
}
