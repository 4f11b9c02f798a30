import type { AccountId, ClientId, ConId, OrderId, PermId, StrategyId } from '#shared/ids.ts'
import type { Price, Quantity } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Side } from './execution.ts'

/** IB's order states. Source: orderStatus of the TWS API; `Unknown` before any status came. */
export const ORDER_STATUSES = [
  'ApiPending',
  'PendingSubmit',
  'PendingCancel',
  'PreSubmitted',
  'Submitted',
  'ApiCancelled',
  'Cancelled',
  'Filled',
  'Inactive',
  'Unknown',
] as const
export type OrderStatus = (typeof ORDER_STATUSES)[number]

/**
 * What an openOrder, completedOrder or orderStatus message says of one order. Fields the message does
 * not carry are null: the tracker keeps what it knew.
 */
export type OrderReport = {
  readonly permId: PermId
  readonly clientId: ClientId | null
  readonly orderId: OrderId | null
  readonly account: AccountId | null
  readonly conId: ConId | null
  readonly orderRef: string | null
  readonly side: Side | null
  readonly totalQuantity: Quantity | null
  /** MKT, LMT, STP … as IB spells it. */
  readonly orderType: string | null
  readonly limitPrice: Price | null
  readonly auxiliaryPrice: Price | null
  readonly timeInForce: string | null
  readonly status: OrderStatus | null
  readonly filled: Quantity | null
  readonly remaining: Quantity | null
  readonly averageFillPrice: Price | null
  /** Why the order is held, was rejected or cancelled; null when nothing was said. */
  readonly reason: string | null
}

/** An order as the book knows it: the merge of every report about it. */
export type Order = {
  /** `p<permId>` once known, else `c<clientId>o<orderId>`. */
  readonly key: string
  readonly permId: PermId
  readonly clientId: ClientId | null
  readonly orderId: OrderId | null
  readonly account: AccountId
  readonly conId: ConId | null
  readonly orderRef: string
  readonly strategy: StrategyId
  readonly side: Side | null
  readonly totalQuantity: Quantity | null
  readonly orderType: string | null
  readonly limitPrice: Price | null
  readonly auxiliaryPrice: Price | null
  readonly timeInForce: string | null
  readonly status: OrderStatus
  readonly filled: Quantity | null
  readonly remaining: Quantity | null
  readonly averageFillPrice: Price | null
  readonly reason: string | null
  readonly firstSeenAt: UtcNanos
  readonly updatedAt: UtcNanos
}
