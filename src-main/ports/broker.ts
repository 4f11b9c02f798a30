import type { CommissionReport, Execution, ToldExecution } from '#domain/execution.ts'
import type { OrderReport } from '#domain/order.ts'
import type { AccountId, ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { Link, Listening } from '#shared/link.ts'
import type { Money, Price, Quantity } from '#shared/money.ts'
import type { Result } from '#shared/result.ts'
import type { UtcMillis } from '#shared/time.ts'

/** What the broker holds of one instrument, knowing no strategies. */
export type BrokerPosition = {
  readonly account: AccountId
  readonly conId: ConId
  readonly instrument: Instrument
  readonly quantity: Quantity
  /** As IB sends it: per unit, multiplier and commission included; null when unknown. */
  readonly averageCost: Price | null
}

/** Where a price came from, best first. */
export type PriceSource = 'live' | 'frozen' | 'delayed' | 'delayed-frozen' | 'broker-mark'

/** A price as quoted (not divided by the price magnifier). */
export type PriceQuote = {
  readonly conId: ConId
  readonly price: Price
  readonly source: PriceSource
  readonly at: UtcMillis
}

/** The broker's valuation of one holding (updatePortfolio); unknown values are null. */
export type PortfolioMark = {
  readonly account: AccountId
  readonly conId: ConId
  readonly instrument: Instrument
  readonly quantity: Quantity
  readonly marketPrice: Price | null
  readonly marketValue: Money | null
  readonly averageCost: Price | null
  readonly unrealizedPnl: Money | null
  readonly realizedPnl: Money | null
}

/** One key of the account window; `currency` is empty for what is no money, `BASE` for totals. */
export type AccountValue = {
  readonly account: AccountId
  readonly key: string
  readonly currency: string
  readonly value: string
}

/** Everything the broker says, in our words. Executions carry no promise of order or uniqueness. */
export type BrokerEvent =
  | { readonly kind: 'link'; readonly link: Link }
  /** A session is open: these accounts are behind it. Comes before anything else of the session. */
  | { readonly kind: 'session'; readonly accounts: readonly AccountId[] }
  | {
      readonly kind: 'execution'
      readonly execution: Execution
      readonly instrument: Instrument
      /** When the message was read from the socket. */
      readonly receivedAt: UtcMillis
    }
  | { readonly kind: 'commission'; readonly report: CommissionReport }
  | { readonly kind: 'order'; readonly report: OrderReport; readonly instrument: Instrument | null }
  | { readonly kind: 'instrument'; readonly instrument: Instrument }
  | { readonly kind: 'position'; readonly position: BrokerPosition }
  | { readonly kind: 'mark'; readonly mark: PortfolioMark; readonly at: UtcMillis }
  | { readonly kind: 'account-value'; readonly value: AccountValue; readonly at: UtcMillis }
  | { readonly kind: 'price'; readonly quote: PriceQuote }
  /** Whether market data says from now on what an instrument is worth; before the price itself. */
  | { readonly kind: 'price-line'; readonly conId: ConId; readonly isUp: boolean }
  /** What was asked for on connect has been delivered; `missing` names what did not answer. */
  | { readonly kind: 'caught-up'; readonly missing: readonly string[] }
  /** A message of the broker worth showing, such as a lost data farm. */
  | {
      readonly kind: 'notice'
      readonly code: number
      readonly message: string
      /** What the trader can do, where something can be done. */
      readonly remedy?: string
    }

/**
 * The account window as the broker told it whole, in one go: its values and its marks are of one
 * moment, so that cash, futures P&L and net liquidation fit together.
 */
export type AccountWindow = {
  /** By our clock: what the book took in since may not be in it. */
  readonly askedAt: UtcMillis
  readonly values: readonly AccountValue[]
  readonly marks: readonly PortfolioMark[]
}

/** One look at an account: its positions and today's executions, and what of it stood still. */
export type BrokerSnapshot = {
  readonly account: AccountId
  readonly positions: readonly BrokerPosition[]
  /** Every execution the broker replays (since its midnight), highest revision of each root. */
  readonly executions: readonly ToldExecution[]
  /** Instruments that traded while the snapshot was taken: their rows are not settled. */
  readonly inFlight: ReadonlySet<ConId>
  /** Instruments the broker told two different positions of: neither can be relied on. */
  readonly contradicted: ReadonlySet<ConId>
  /** Told between the two looks at the positions; null: the broker did not tell it in time. */
  readonly window: AccountWindow | null
  /** By our clock. */
  readonly takenAt: UtcMillis
  /** How far the broker's clock was ahead of ours, behind below zero; null: it has not told. */
  readonly clockAheadMs: number | null
}

/** `whole day`: all executions of the day are asked for again, whatever has been told of them. */
export type SnapshotAsking = 'what is new' | 'whole day'

/** Why a snapshot could not be had. Unknown is never flat. */
export type SnapshotFailure = 'not-connected' | 'timeout'

/** What of the connection can be changed while it runs. */
export type BrokerChoice = {
  readonly host: string
  /** One port is fixed; several are searched in this order. */
  readonly ports: readonly number[]
  readonly clientId: number
  readonly handshakeTimeoutMs: number
  readonly pollExecutionsMs: number
  readonly marketDataLines: number
  /** What kind of prices to ask for; live ones come wherever they are subscribed to. */
  readonly marketData: 'live' | 'frozen' | 'delayed' | 'delayed-frozen'
}

/**
 * The broker, in a few verbs. It can be asked and listened to; it cannot be told to trade.
 * Listeners must not throw and must not block: they hand the event to a queue.
 */
export type Broker = {
  readonly listen: (listener: (event: BrokerEvent) => void) => () => void
  /**
   * Who reads may say that it is behind: then less is read from the socket, and TCP keeps the rest,
   * for seconds at most. What TWS makes of a reader slower than that is no worse than a lost link.
   */
  readonly pace: (isBehind: () => boolean) => void
  /** Starts connecting, and keeps reconnecting until stopped. */
  readonly start: () => void
  readonly stop: () => Promise<void>
  readonly link: () => Link
  /** Cuts the link and connects anew, which asks for everything again. Loses nothing. */
  readonly reconnect: (reason: string) => void
  /** Takes effect at once; another place or client id to connect with cuts the link first. */
  readonly configure: (choice: BrokerChoice) => void
  /** Looks who listens on the usual ports and on those given, and opens no session. */
  readonly search: (host: string, ports: readonly number[]) => Promise<readonly Listening[]>
  /** Positions, executions, positions again, then a moment of quiet; judged per instrument. */
  readonly snapshot: (
    account: AccountId,
    asking?: SnapshotAsking,
  ) => Promise<Result<BrokerSnapshot, SnapshotFailure>>
  /** Asks once for full details; the answer also arrives as an `instrument` event. */
  readonly describe: (conId: ConId) => Promise<Result<Instrument, 'unknown' | 'timeout'>>
  /**
   * Prices wanted, most important first; the adapter keeps within the market data lines. What is
   * seen takes lines from what is not.
   */
  readonly watch: (instruments: readonly Instrument[], visible?: ReadonlySet<ConId>) => void
}
