import type { Break } from '#shared/break.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { Decimal, Price } from '#shared/money.ts'
import type { UtcMillis } from '#shared/time.ts'
import type { AccountCost } from './account-cost.ts'
import type { Adjustment } from './adjustment.ts'
import type { Execution } from './execution.ts'
import type { Fill } from './fill.ts'
import type { Order } from './order.ts'

/** An open break of quantity and what it is about. */
export type BrokenInstrument = { readonly break: Break; readonly instrument: Instrument }

/** The last part of an instrument's history, since before both sides last agreed. */
export type TradedLately = {
  /** What it had cost the account until then. */
  readonly before: AccountCost
  /** What counted since, in slot order. */
  readonly fills: readonly Fill[]
  readonly adjustments: readonly Adjustment[]
  /** The last price as quoted that was known before the first of the fills; null: none was. */
  readonly priceBefore: Decimal | null
}

/** What is known around a break of quantity. */
export type QuantityEvidence = {
  readonly break: Break
  readonly instrument: Instrument
  /** Null where the ledger holds none. */
  readonly cost: AccountCost | null
  /** As IB sends it; null when unknown. */
  readonly brokerAverage: Decimal | null
  /** Executions of the instrument that the settled snapshot lists. */
  readonly brokerExecutions: readonly Execution[]
  /** Every fill of the instrument that the snapshot or one of the orders is about. */
  readonly fills: readonly Fill[]
  /** Orders in the instrument whose status is known. */
  readonly orders: readonly Order[]
  /** All open breaks of quantity of the account, this one may be among them. */
  readonly quantityBreaks: readonly BrokenInstrument[]
  /** The open break of the instrument's currency; null for none. */
  readonly cashBreak: Break | null
  /** Whether that currency's cash was compared at the same moment, and found to agree. */
  readonly doesCashAgree: boolean
  /** The date at the exchange, YYYYMMDD. */
  readonly today: string
  /** The last price as quoted; null when unknown. */
  readonly mark: Price | null
  /** When nobody listened, since the sides last agreed; null: somebody always did. */
  readonly away: { readonly from: UtcMillis; readonly to: UtcMillis } | null
  /** Every entry of the instrument, those taken back and their reversals too. */
  readonly adjustments: readonly Adjustment[]
  /** What was traded of it lately; null when that is not known, or too much. */
  readonly lately: TradedLately | null
  /** Executions from before this moment are not replayed any more; null when unknown. */
  readonly replayedFrom: UtcMillis | null
}
