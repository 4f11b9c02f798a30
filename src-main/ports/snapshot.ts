import type { SavedDrawdown } from '#domain/drawdown-series.ts'
import type { LimitState } from '#domain/limit.ts'
import type { ConId, StrategyId } from '#shared/ids.ts'
import type { Decimal, Quantity } from '#shared/money.ts'
import type { UtcMillis, UtcNanos } from '#shared/time.ts'

/** What the account was worth at one moment, in its base currency; null is not known. */
export type PortfolioSnapshot = {
  readonly at: UtcNanos
  readonly baseCurrency: string
  /** The broker's net liquidation value. */
  readonly equity: Decimal
  /** The broker's total cash, the P&L of futures included. */
  readonly cash: Decimal | null
  /** Market value of what is held, futures left out: their P&L is in the cash. */
  readonly investmentValue: Decimal | null
  /** How many holdings the investment value leaves out, for want of a price or a rate. */
  readonly excluded: number
  /** Part of the equity that is due and not paid; null: not told. */
  readonly accrued: Decimal | null
  readonly currencies: readonly CurrencySnapshot[]
  readonly positions: readonly PositionSnapshot[]
  readonly strategies: readonly StrategyEquity[]
}

/** What the ledger had of one currency, and the rate; null is not known. */
export type CurrencySnapshot = {
  readonly currency: string
  readonly cash: Decimal | null
  /** What futures and CFDs made and is not swept into that cash. */
  readonly futuresPnl: Decimal | null
  /** Units of the base currency for one of the currency. */
  readonly fxRate: Decimal | null
}

/** One open position at that moment, in the currency of the instrument. */
export type PositionSnapshot = {
  readonly strategy: StrategyId
  readonly conId: ConId
  readonly quantity: Quantity
  /** As quoted. */
  readonly price: Decimal | null
  readonly currency: string
  /** Units of the base currency for one of the currency. */
  readonly fxRate: Decimal | null
  readonly marketValue: Decimal | null
  /** All it made since it was first held, before commission. */
  readonly gain: Decimal | null
}

/**
 * What a strategy is worth, in the base currency: the capital it was given, its gain less its
 * commission, its income and its flows. Holdings without a price stand at their cost.
 */
export type StrategyEquity = {
  readonly strategy: StrategyId
  readonly equity: Decimal
  readonly gain: Decimal
  /** What it was charged: negative is a cost. */
  readonly commission: Decimal
  /** How many parts it leaves out or takes at cost, for want of a price or a rate. */
  readonly excluded: number
}

/**
 * What a drawdown must remember; `scope` names whose it is: `account`, `strategy:<name>`, and
 * `account@day`, `account@week` for how the account stood when those began.
 */
export type DrawdownRecord = {
  readonly scope: string
  readonly measuredAt: UtcNanos
  readonly state: SavedScope
}

/** The measure, the flows in it, and what was told of limits. Older ledgers have only the first. */
export type SavedScope = SavedDrawdown & {
  /** The stamp until which flows that were written are counted, in nanoseconds. */
  readonly countedUntil?: string
  /** By period and measure. */
  readonly limits?: Readonly<Record<string, LimitState>>
}

/** The equity at one moment. */
export type EquityPoint = { readonly at: UtcMillis; readonly equity: Decimal }

/** A rate to the base currency as a snapshot kept it. */
export type RatePoint = {
  readonly at: UtcMillis
  readonly currency: string
  /** Units of the base currency for one of it. */
  readonly rate: Decimal
}

/** What of the snapshots is wanted for a chart. */
export type CurveQuery = {
  /** Where the chart begins; null: with the first snapshot. */
  readonly from: UtcMillis | null
  /** Where its buckets begin, rising; the last ends with time. */
  readonly starts: readonly UtcMillis[]
}

/** What was held when a snapshot was taken, at its price as quoted; what had none is left out. */
export type PricesThen = {
  readonly at: UtcMillis
  readonly prices: ReadonlyMap<ConId, Decimal>
}

/** The snapshots of one account's ledger, as last committed. */
export type Snapshots = {
  /**
   * The last equity of each bucket that has one, in time order; before them the last one before
   * the beginning or, with none, the first of all.
   */
  readonly curve: (query: CurveQuery) => Promise<readonly EquityPoint[]>
  /** The last taken at or before an instant, its strategies left out; null when there is none. */
  readonly at: (instant: UtcNanos) => Promise<Omit<PortfolioSnapshot, 'strategies'> | null>
  /** When the first was taken at or after an instant; null when there is none. */
  readonly next: (instant: UtcNanos) => Promise<UtcNanos | null>
  /** When the first was taken; null when there is none. */
  readonly first: () => Promise<UtcMillis | null>
  /** The rates of all currencies something was held in, in time order, one a day. */
  readonly rates: () => Promise<readonly RatePoint[]>
  /** When snapshots were taken, in time order. */
  readonly times: () => Promise<readonly UtcNanos[]>
  /** The prices of the last snapshot up to an instant; null when there is none. */
  readonly pricesAt: (at: UtcNanos) => Promise<PricesThen | null>
}
