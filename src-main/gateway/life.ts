import { tellAccount, tellAllProfits, tellHolding, tellPeriodically } from './answers/account.ts'
import { tellBars } from './answers/history.ts'
import { tellMarketState, tellTicks } from './answers/market-data.ts'
import { valuationFact } from './broker/valuation.ts'
import type { Desk } from './desk.ts'
import type { Instrument } from './market/instrument.ts'
import { momentIn } from './scenario/hours.ts'
import type { Rhythm } from './scenario/scenario.ts'
import type { Timeline } from './timeline.ts'

/** Changes of holdings are told in rounds, so that a burst of fills is one change. */
const HOLDING_ROUND_MS = 50
const RECORD_ROUND_MS = 200
const HOUR_MS = 3_600_000

/** What the market's life goes by. */
export type Life = {
  readonly rhythm: () => Rhythm
  readonly endToday: () => void
  /** Tells the clients when the market opened or closed. */
  readonly watch: () => void
}

/** Tells every market data line once the market opened or closed. */
export function createMarketWatch(desk: Desk): () => void {
  let wasPaused = desk.isPaused()
  return () => {
    if (desk.isPaused() === wasPaused) return
    wasPaused = desk.isPaused()
    tellMarketState(desk)
  }
}

/** The market's steps, the periodic updates, the record's batches and the ends of the days. */
export function startLife(desk: Desk, { rhythm, endToday, watch }: Life): void {
  const { timeline, quotes, record } = desk
  const every = (ms: () => number, happen: () => void): void => {
    timeline.after(ms(), () => {
      happen()
      every(ms, happen)
    })
  }
  const steps = (): number => rhythm().marketStepMs
  every(steps, () => {
    watch()
    if (desk.isPaused()) return
    quotes.step()
    desk.exchange.step()
    tellTicks(desk)
  })
  every(
    () => rhythm().profitMs,
    () => {
      tellAllProfits(desk)
      if (!desk.isPaused()) tellBars(desk)
    },
  )
  every(
    () => rhythm().accountUpdateMs,
    () => tellPeriodically(desk),
  )
  every(
    () => Math.max(RECORD_ROUND_MS, steps()),
    () => record.hand(),
  )
  every(
    () => HOUR_MS,
    () => record.line(valuationFact(desk, 'hour')),
  )
  const midnight = (): void => {
    timeline.at(momentIn(timeline.now(), 1, '00:00:00'), () => {
      endToday()
      midnight()
    })
  }
  midnight()
}

/** What the end of a day does to the books: futures are swept and the day's P&L begins anew. */
export function endDay(desk: Desk): void {
  const { accounts, broker, quotes, record } = desk
  for (const { id } of accounts) {
    broker.bookOf(id).sweep(quotes.mark)
    broker.bookOf(id).startDay(quotes.mark)
    desk.heldChanged(id, null)
  }
  record.line(valuationFact(desk, 'day end'))
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
