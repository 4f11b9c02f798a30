import type { Contract, Order, OrderState } from '@stoqey/ib'
import { ORDER_STATUSES, type OrderReport, type OrderStatus } from '#domain/order.ts'
import { accountId, clientId, conId, orderId, permId } from '#shared/ids.ts'
import type { Price } from '#shared/money.ts'
import { priceOf, priceUnlessZero, quantityOf } from './numbers.ts'

const STATUS_SET: ReadonlySet<string> = new Set(ORDER_STATUSES)

/** A report that says nothing yet of the order with this permanent id. */
export const silentReport = (permanentId: number): OrderReport => ({
  permId: permId(permanentId),
  clientId: null,
  orderId: null,
  account: null,
  conId: null,
  orderRef: null,
  side: null,
  totalQuantity: null,
  orderType: null,
  limitPrice: null,
  auxiliaryPrice: null,
  timeInForce: null,
  status: null,
  filled: null,
  remaining: null,
  averageFillPrice: null,
  reason: null,
})

const statusOf = (ib: string | undefined): OrderStatus | null =>
  ib !== undefined && STATUS_SET.has(ib) ? (ib as OrderStatus) : null

const textOrNull = (text: string | undefined): string | null =>
  text === undefined || text === '' ? null : text

/**
 * The limit of a limit order may be 0 (combinations); for other types 0 means that there is none.
 */
const limitOf = (order: Order): Price | null =>
  order.orderType.includes('LMT') ? priceOf(order.lmtPrice) : priceUnlessZero(order.lmtPrice)

const termsOf = (contract: Contract, order: Order): OrderReport => ({
  ...silentReport(order.permId ?? 0),
  account: order.account ? accountId(order.account) : null,
  conId: contract.conId ? conId(contract.conId) : null,
  orderRef: order.orderRef ?? '',
  side: order.action === undefined ? null : order.action.startsWith('B') ? 'buy' : 'sell',
  totalQuantity: quantityOf(order.totalQuantity),
  orderType: textOrNull(order.orderType),
  limitPrice: limitOf(order),
  auxiliaryPrice: priceUnlessZero(order.auxPrice),
  timeInForce: textOrNull(order.tif),
})

/** What openOrder, completedOrder carry of an order. */
export type IbOrder = {
  readonly contract: Contract
  readonly order: Order
  readonly state: OrderState
}

/** An openOrder message. */
export const openOrderOf = ({ contract, order, state }: IbOrder): OrderReport => ({
  ...termsOf(contract, order),
  clientId: clientId(order.clientId ?? 0),
  orderId: orderId(order.orderId ?? 0),
  status: statusOf(state.status),
  reason: textOrNull(state.warningText),
})

/** A completedOrder message: it has neither order id nor client id, the permanent id joins it. */
export function completedOrderOf({ contract, order, state }: IbOrder): OrderReport {
  const status = statusOf(state.status)
  return {
    ...termsOf(contract, order),
    status,
    // IB sends 0 as the total of a completed order in some builds: what was filled says more.
    totalQuantity: order.totalQuantity ? quantityOf(order.totalQuantity) : null,
    filled: quantityOf(order.filledQuantity),
    reason: status === 'Filled' ? null : textOrNull(state.completedStatus),
  }
}

/** The arguments of an orderStatus message, in its order. */
export type IbOrderStatus = readonly [
  orderId: number,
  status: string,
  filled: number | undefined,
  remaining: number | undefined,
  averageFillPrice: number | undefined,
  permId?: number,
  parentId?: number,
  lastFillPrice?: number,
  clientId?: number,
  whyHeld?: string,
]

/** An orderStatus message. Its quantities inform; executions alone decide what is booked. */
export function orderStatusOf(message: IbOrderStatus): OrderReport {
  const [id, status, filled, remaining, average, permanentId, , , client, whyHeld] = message
  return {
    ...silentReport(permanentId ?? 0),
    orderId: orderId(id),
    clientId: client === undefined ? null : clientId(client),
    status: statusOf(status) ?? 'Unknown',
    filled: quantityOf(filled),
    remaining: quantityOf(remaining),
    averageFillPrice: priceUnlessZero(average),
    reason: textOrNull(whyHeld),
  }
}
