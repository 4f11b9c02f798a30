import { tellAccount, tellAllProfits, tellHolding, tellPeriodically } from './answers/account.ts'
import { tellBars } from './answers/history.ts'
import { tellTicks } from './answers/market-data.ts'
import { DESK_ZONE, type Desk } from './desk.ts'
import type { Instrument } from './market/instrument.ts'
import type { Timeline } from './timeline.ts'
import { wallClock } from './wire/zoned-time.ts'

/** Changes of holdings are told in rounds, so that a burst of fills is one change. */
const HOLDING_ROUND_MS = 50
const RECORD_ROUND_MS = 200
const SECOND_MS = 1000
const DAY_CHECK_MS = 60_000

export type Rhythm = { readonly marketStepMs: number; readonly accountUpdateMs: number }

/** The market's steps, the periodic updates, the record's batches and the ends of the days. */
export function startLife(desk: Desk, { marketStepMs, accountUpdateMs }: Rhythm): void {
  const { timeline, quotes } = desk
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
    desk.exchange.step()
    tellTicks(desk)
  })
  every(SECOND_MS, () => {
    tellAllProfits(desk)
    if (!desk.isPaused()) tellBars(desk)
  })
  every(accountUpdateMs, () => tellPeriodically(desk))
  every(RECORD_ROUND_MS, () => desk.record.hand())
  every(DAY_CHECK_MS, () => {
    const today = wallClock(timeline.now(), DESK_ZONE).day
    if (today === day) return
    day = today
    endDay(desk)
  })
}

/** What the end of a day does to the books: futures are swept and the day's P&L begins anew. */
export function endDay({ accounts, broker, quotes }: Desk): void {
  for (const { id } of accounts) {
    broker.bookOf(id).sweep(quotes.mark)
    broker.bookOf(id).startDay(quotes.mark)
  }
}

/** Collects the instruments whose holding changed and tells the subscribers in rounds. */
export function holdingRounds(
  timeline: Timeline,
  desk: () => Desk,
): (account: string, instrument: Instrument | null) => void {
  const changed = new Map<string, Set<Instrument>>()
  const tell = (): void => {
    for (const [account, instruments] of changed) {
      for (const instrument of instruments) tellHolding(desk(), account, instrument)
      tellAccount(desk(), account)
    }
    changed.clear()
  }
  return (account, instrument) => {
    if (changed.size === 0) timeline.after(HOLDING_ROUND_MS, tell)
    const instruments = changed.get(account) ?? new Set()
    changed.set(account, instruments)
    if (instrument !== null) instruments.add(instrument)
  }
}
