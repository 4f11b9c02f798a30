import type { ConId, StrategyId } from './ids.ts'

/** What was not known, so that an amount could not be counted. */
export type ExclusionReason =
  /** No price of the instrument. */
  | 'price'
  /** No rate from the currency to the base currency. */
  | 'rate'
  /** The price magnifier: contract details have not come. */
  | 'magnifier'
  /** What the holding cost. */
  | 'cost'
  /** What the broker charged for a fill. */
  | 'commission'
  /** What it was worth when the day began. */
  | 'opening-value'

/** One amount a sum leaves out, and why: such a sum never shows as if it were complete. */
export type Exclusion = {
  readonly reason: ExclusionReason
  /** Null where no strategy is concerned. */
  readonly strategy: StrategyId | null
  /** Null where no instrument is concerned. */
  readonly conId: ConId | null
  readonly currency: string
}
