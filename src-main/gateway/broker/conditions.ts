import type { Decimal } from '#shared/money.ts'
import type { Instrument } from '../market/instrument.ts'

/** How a condition is joined with the next one. */
export type Conjunction = 'a' | 'o'

/** What a condition asks of an instrument's market. */
type OfMarket = {
  readonly instrument: Instrument
  /** As the sender named it, told back. */
  readonly exchange: string
  /** At least the value, else at most. */
  readonly isMore: boolean
}

/** What must be so before an order is worked, or for it to be cancelled. */
export type Condition = { readonly conjunction: Conjunction } & (
  | (OfMarket & {
      readonly what: 'price'
      /** In quoted units. */
      readonly price: Decimal
      /** Which price is looked at, as IB numbers them. */
      readonly triggerMethod: number
    })
  | {
      readonly what: 'time'
      readonly isMore: boolean
      /** Milliseconds since 1970 UTC, simulated. */
      readonly at: number
      /** As the sender wrote it. */
      readonly text: string
    }
  /** Of the account's cushion, in percent of what it is worth. */
  | { readonly what: 'margin'; readonly isMore: boolean; readonly percent: Decimal }
  /** An execution of such an instrument in the order's account, after the order was placed. */
  | {
      readonly what: 'execution'
      readonly secType: string
      readonly exchange: string
      readonly symbol: string
    }
  | (OfMarket & { readonly what: 'volume'; readonly volume: number })
  /** In percent of the last day's close. */
  | (OfMarket & { readonly what: 'percent'; readonly percent: Decimal })
)

/** The conditions of an order; there may be none. */
export type Conditions = {
  readonly all: readonly Condition[]
  readonly ignoreRth: boolean
  /** They cancel the order instead of releasing it. */
  readonly cancelOrder: boolean
}

export const UNCONDITIONAL: Conditions = { all: [], ignoreRth: false, cancelOrder: false }
