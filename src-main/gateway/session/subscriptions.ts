import type { Account } from '../broker/accounts.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Quote } from '../market/quotes.ts'

/** A market data line of a client. */
export type TickLine = {
  readonly requestId: number
  readonly instrument: Instrument
  /** Whether the line carries delayed tick ids. */
  readonly isDelayed: boolean
  /** Keeps the last prices while the market is closed, instead of having none. */
  readonly isFreezing: boolean
  /** What was sent last; null before the first ticks. */
  sent: Partial<Quote> | null
  /** The last price of an option's underlying its Greeks were told for; null before. */
  underlyingTicks: number | null
}

/** An account summary subscription of a client. */
export type SummaryLine = {
  readonly requestId: number
  readonly accounts: readonly Account[]
  readonly tags: readonly string[]
  /** The value sent last, by account, tag and currency. */
  readonly sent: Map<string, string>
}

/** A subscription to positions or values of accounts, by account and model. */
export type MultiLine = {
  readonly requestId: number
  readonly accounts: readonly Account[]
  /** Only the balances and the net liquidation. */
  readonly isLedgerOnly: boolean
  readonly sent: Map<string, string>
}

/** A subscription to the profit of an account, or of one position of it. */
export type ProfitLine = {
  readonly requestId: number
  readonly account: string
  /** Null: of the whole account. */
  readonly instrument: Instrument | null
  sent: string
}

/** Bars that are kept up to date. */
export type BarLine = {
  readonly requestId: number
  readonly instrument: Instrument
  readonly barMs: number
  readonly tell: (tick: number, at: number) => void
}

/** What a client asked to be told. */
export type Subscriptions = {
  positions: boolean
  /** The account whose updates are told; null for none. One at a time. */
  account: string | null
  /** The account values sent last, by key and currency. */
  accountSent: Map<string, string>
  autoBind: boolean
  marketDataType: number
  readonly positionsMulti: Map<number, MultiLine>
  readonly updatesMulti: Map<number, MultiLine>
  readonly summaries: Map<number, SummaryLine>
  readonly profits: Map<number, ProfitLine>
  readonly ticks: Map<number, TickLine>
  readonly bars: Map<number, BarLine>
}

export const noSubscriptions = (): Subscriptions => ({
  positions: false,
  account: null,
  accountSent: new Map(),
  autoBind: false,
  marketDataType: 1,
  positionsMulti: new Map(),
  updatesMulti: new Map(),
  summaries: new Map(),
  profits: new Map(),
  ticks: new Map(),
  bars: new Map(),
})

/** What 1101 means: every subscription is gone and must be asked for again. */
export function unsubscribe(subscriptions: Subscriptions): void {
  subscriptions.positions = false
  subscriptions.account = null
  const { positionsMulti, updatesMulti, summaries, profits, ticks, bars } = subscriptions
  for (const lines of [positionsMulti, updatesMulti, summaries, profits, ticks, bars]) lines.clear()
}
