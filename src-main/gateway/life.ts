import { tellAccount, tellHolding, tellPeriodically } from './answers/account.ts'
import { tellTicks } from './answers/market-data.ts'
import { DESK_ZONE, type Desk } from './desk.ts'
import type { Instrument } from './market/instrument.ts'
import type { Timeline } from './timeline.ts'
import { wallClock } from './wire/zoned-time.ts'

/** Changes of holdings are told in rounds, so that a burst of fills is one change. */
const HOLDING_ROUND_MS = 50
const RECORD_ROUND_MS = 200
const DAY_CHECK_MS = 60_000

export type Rhythm = { readonly marketStepMs: number; readonly accountUpdateMs: number }

/** The market's steps, the periodic updates, the record's batches and the ends of the days. */
export function startLife(desk: Desk, { marketStepMs, accountUpdateMs }: Rhythm): void {
  const { timeline, broker, quotes } = desk
  const every = (ms: number, happen: () => void): void => {
    timeline.after(ms, () => {
      happen()
      every(ms, happen)
    })
  }
  let day = wallClock(timeline.now(), DESK_ZONE).day
  every(marketStepMs, () => {
    if (desk.isPaused()) return
    quotes.step()
    tellTicks(desk)
  })
  every(accountUpdateMs, () => tellPeriodically(desk))
  every(RECORD_ROUND_MS, () => desk.record.hand())
  every(DAY_CHECK_MS, () => {
    const today = wallClock(timeline.now(), DESK_ZONE).day
    if (today === day) return
    day = today
    broker.book.sweep(quotes.mark)
    broker.book.startDay()
  })
}

/** Collects the instruments whose holding changed and tells the subscribers in rounds. */
export function holdingRounds(
  timeline: Timeline,
  desk: () => Desk,
): (instrument: Instrument) => void {
  const changed = new Set<Instrument>()
  return (instrument) => {
    const isFirst = changed.size === 0
    changed.add(instrument)
    if (!isFirst) return
    timeline.after(HOLDING_ROUND_MS, () => {
      for (const one of changed) tellHolding(desk(), one)
      changed.clear()
      tellAccount(desk())
    })
  }
}
