import { ZERO, type Decimal } from '#shared/money.ts'
import { fixed } from '../fixed.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Recorder } from '../record.ts'
import { UNCONDITIONAL } from './conditions.ts'
import type { Ids } from './ids.ts'
import type { Order, OrderStatus, Side, Terms } from './types.ts'

export type NewOrder = {
  readonly account: string
  readonly modelCode: string
  readonly instrument: Instrument
  readonly side: Side
  readonly quantity: Decimal
  readonly clientId: number
  readonly orderRef: string
  readonly isManual: boolean
  /** Part of a flood: its status is not told, only its executions. */
  readonly isQuiet: boolean
  readonly limitPrice: Decimal | null
  /** The id its client chose; without one it gets the client's next. */
  readonly orderId?: number
  readonly terms?: Terms
}

/** The account's orders, working and done. */
export type Orders = {
  readonly orders: () => readonly Order[]
  readonly place: (order: NewOrder) => Order
  /** An order with everything filled in that is not placed: nobody is told. */
  readonly draft: (order: NewOrder) => Order
  readonly setStatus: (order: Order, status: OrderStatus) => void
  /** Ends an order that is working, with the reason completed orders tell. */
  readonly cancel: (order: Order, reason: string) => void
  /** Gives an order entered by hand a negative id, by which client 0 can speak of it. */
  readonly bind: (order: Order) => void
  /** Tells that an order's status or filled quantity changed. */
  readonly changed: (order: Order) => void
  /** The order of that id of this client, the latest if there are several. */
  readonly orderOf: (clientId: number, orderId: number) => Order | null
}

export type OrdersParts = {
  readonly ids: Ids
  readonly record: Recorder
  readonly now: () => number
  readonly ordered: (order: Order) => void
}

const MARKET: Terms = {
  orderType: 'MKT',
  stopPrice: null,
  timeInForce: 'DAY',
  ocaGroup: '',
  goodTillDate: '',
  outsideRth: false,
  parentId: 0,
  isTransmitted: true,
  conditions: UNCONDITIONAL,
  allocation: null,
}
const LIMIT: Terms = { ...MARKET, orderType: 'LMT' }

export function createOrders({ ids, record, now, ordered }: OrdersParts): Orders {
  const orders: Order[] = []
  const byId = new Map<string, Order>()
  let boundIds = 0
  const changed = (order: Order): void => {
    if (order.isQuiet && order.completedAt === null) return
    record.order(order, now())
    ordered(order)
  }
  const setStatus = (order: Order, status: OrderStatus): void => {
    order.status = status
    if (status === 'Filled' || status === 'Cancelled') order.completedAt = now()
    changed(order)
  }
  return {
    orders: () => orders,
    changed,
    setStatus,
    draft: (wanted) => newOrder(wanted, { orderId: wanted.orderId ?? 0, permId: 0, at: now() }),
    place: (wanted) => {
      const order = newOrder(wanted, {
        orderId: orderIdOf(wanted, ids),
        permId: ids.permId(),
        at: now(),
      })
      orders.push(order)
      if (!order.isManual && !order.isQuiet) byId.set(`${order.clientId} ${order.orderId}`, order)
      changed(order)
      return order
    },
    cancel: (order, reason) => {
      order.completedStatus = reason
      setStatus(order, 'Cancelled')
    },
    bind: (order) => {
      order.boundId = boundIds -= 1
      byId.set(`0 ${order.boundId}`, order)
      changed(order)
    },
    orderOf: (clientId, orderId) => byId.get(`${clientId} ${orderId}`) ?? null,
  }
}

function orderIdOf({ isManual, orderId, clientId }: NewOrder, ids: Ids): number {
  if (isManual) return 0
  if (orderId === undefined) return ids.orderId(clientId)
  ids.useOrderId(clientId, orderId)
  return orderId
}

type Identity = { readonly orderId: number; readonly permId: number; readonly at: number }

function newOrder(wanted: NewOrder, { orderId, permId, at }: Identity): Order {
  const usual = wanted.limitPrice === null ? MARKET : LIMIT
  return {
    account: wanted.account,
    modelCode: wanted.modelCode,
    instrument: wanted.instrument,
    side: wanted.side,
    quantity: fixed(wanted.quantity),
    clientId: wanted.clientId,
    orderRef: wanted.orderRef,
    isManual: wanted.isManual,
    isQuiet: wanted.isQuiet,
    isShare: false,
    limitPrice: wanted.limitPrice,
    orderId,
    permId,
    terms: wanted.terms ?? usual,
    placedAt: at,
    status: 'PreSubmitted',
    filled: 0n,
    filledValue: 0n,
    onePrice: null,
    lastPrice: ZERO,
    legTotals: new Map(),
    charged: 0n,
    boundId: null,
    completedAt: null,
    completedStatus: 'Cancelled by Trader',
  }
}
