import type { Decimal } from '#shared/money.ts'
import type { Fixed } from '../fixed.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Conditions } from './conditions.ts'

/** An account's part of an allocation: its weight of the sum of all weights. */
export type Share = {
  readonly account: string
  readonly modelCode: string
  readonly weight: Decimal
}

/** How an advisor's order is shared out, as its sender said it and as it was worked out. */
export type Allocation = {
  readonly group: string
  readonly method: string
  readonly percentage: string
  readonly shares: readonly Share[]
}

export type Side = 'buy' | 'sell'
export type OrderStatus =
  'PendingSubmit' | 'PreSubmitted' | 'Submitted' | 'Filled' | 'Cancelled' | 'Inactive'
export type OrderType = 'LMT' | 'MKT' | 'STP' | 'STP LMT'

/** What an order's sender may say of how it is to be worked, and hears again with the order. */
export type Terms = {
  readonly orderType: OrderType
  /** The stop price in quoted units; null without one. */
  readonly stopPrice: Decimal | null
  readonly timeInForce: string
  readonly ocaGroup: string
  readonly goodTillDate: string
  readonly outsideRth: boolean
  /** The order id of the order this one waits for; 0 when it waits for none. */
  readonly parentId: number
  /** False: kept until it is sent again. */
  readonly isTransmitted: boolean
  readonly conditions: Conditions
  /** How an advisor's order is shared out; null for an order of one account. */
  readonly allocation: Allocation | null
}

/** One order of an account, with how far it got. Quantities are positive; the side is the sign. */
export type Order = {
  readonly account: string
  /** The model portfolio of the account, or empty. */
  readonly modelCode: string
  /** The number its client gave it; 0 for orders entered in TWS itself. */
  readonly orderId: number
  readonly clientId: number
  readonly permId: number
  readonly instrument: Instrument
  readonly side: Side
  terms: Terms
  /** In quoted units; null for market orders. */
  limitPrice: Decimal | null
  readonly orderRef: string
  /** Entered by hand in TWS. */
  readonly isManual: boolean
  /** Part of a flood: its status is not told, only its executions. */
  readonly isQuiet: boolean
  /** An account's part of an advisor's order: told only to who asks for executions. */
  readonly isShare: boolean
  quantity: Fixed
  readonly placedAt: number
  status: OrderStatus
  filled: Fixed
  /** Σ quantity × price of the fills, in quoted units. */
  filledValue: Fixed
  /** The price all its fills had; null when they differ, or one was corrected. */
  onePrice: Decimal | null
  /** The same three of a combination's legs, by conId. */
  readonly legTotals: Map<number, Totals>
  lastPrice: Decimal
  /** What the order has paid so far, in the commission's currency. */
  charged: Fixed
  /** The negative id client 0 bound a manual order to; null while unbound. */
  boundId: number | null
  completedAt: number | null
  /** What became of it, as completed orders tell. */
  completedStatus: string
}

/**
 * How far an order got in one instrument: Σ quantity and Σ quantity × price, in quoted units, and
 * the price when it was the same for all.
 */
export type Totals = Readonly<Pick<Order, 'filled' | 'filledValue' | 'onePrice'>>

/** One execution at one revision, as it is reported. */
export type Execution = {
  readonly execId: string
  /** The exec id without its last segment: what all revisions share. */
  readonly root: string
  readonly revision: number
  readonly order: Order
  /** What was traded: for a combination's leg not the order's instrument. */
  readonly instrument: Instrument
  readonly side: Side
  readonly quantity: Decimal
  /** In quoted units. */
  readonly price: Decimal
  /** The quantity with the side as its sign: a purchase is positive. */
  readonly signedQuantity: Fixed
  /** Signed quantity × price × point value: money the trade moves to its seller. */
  readonly worth: Fixed
  /** The order's running total, this execution included. */
  readonly cumulative: Fixed
  readonly averagePrice: Decimal
  readonly venue: string
  /** Milliseconds since 1970 UTC, simulated. */
  readonly executedAt: number
  /** 0 none, 1 added, 2 removed liquidity. */
  readonly liquidity: number
  /** Null for the row of a combination, which is charged by its legs. */
  readonly commission: Commission | null
}

/** What an execution cost; positive is a cost. */
export type Commission = {
  readonly paid: Fixed
  readonly currency: string
  /** In the instrument's currency, after commissions; null on executions that close nothing. */
  readonly realized: Fixed | null
}

/** What the account holds of one instrument. */
export type Holding = {
  /** Long is positive. */
  readonly quantity: Fixed
  /** Money paid for what is open, multiplier and opening commission included; short is negative. */
  readonly cost: Fixed
  readonly realized: Fixed
}

export const isWorking = ({ status }: Order): boolean =>
  status === 'PendingSubmit' || status === 'PreSubmitted' || status === 'Submitted'
