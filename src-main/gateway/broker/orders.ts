import { ZERO, type Decimal } from '#shared/money.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Recorder } from '../record.ts'
import type { Ids } from './ids.ts'
import type { Order, OrderStatus, Side } from './types.ts'

type NewOrder = {
  readonly instrument: Instrument
  readonly side: Side
  readonly quantity: Decimal
  readonly clientId: number
  readonly orderRef: string
  readonly isManual: boolean
  /** Part of a flood: its status is not told, only its executions. */
  readonly isQuiet: boolean
  readonly limitPrice: Decimal | null
}

/** The account's orders, working and done. */
export type Orders = {
  readonly orders: () => readonly Order[]
  readonly place: (order: NewOrder) => Order
  readonly setStatus: (order: Order, status: OrderStatus) => void
  /** Gives an order entered by hand a negative id, by which client 0 can speak of it. */
  readonly bind: (order: Order) => void
  /** Tells that an order's status or filled quantity changed. */
  readonly changed: (order: Order) => void
}

export type OrdersParts = {
  readonly ids: Ids
  readonly record: Recorder
  readonly now: () => number
  readonly ordered: (order: Order) => void
}

export function createOrders({ ids, record, now, ordered }: OrdersParts): Orders {
  const orders: Order[] = []
  let boundIds = 0
  const changed = (order: Order): void => {
    if (order.isQuiet && order.completedAt === null) return
    record.order(order, now())
    ordered(order)
  }
  return {
    orders: () => orders,
    changed,
    place: (wanted) => {
      const order = newOrder(wanted, ids, now())
      orders.push(order)
      changed(order)
      return order
    },
    setStatus: (order, status) => {
      order.status = status
      if (status === 'Filled' || status === 'Cancelled') order.completedAt = now()
      changed(order)
    },
    bind: (order) => {
      order.boundId = boundIds -= 1
      changed(order)
    },
  }
}

function newOrder(wanted: NewOrder, ids: Ids, at: number): Order {
  return {
    ...wanted,
    orderId: wanted.isManual ? 0 : ids.orderId(wanted.clientId),
    permId: ids.permId(),
    orderType: wanted.limitPrice === null ? 'MKT' : 'LMT',
    placedAt: at,
    status: 'PreSubmitted',
    filled: ZERO,
    filledValue: ZERO,
    lastPrice: ZERO,
    legTotals: new Map(),
    charged: ZERO,
    boundId: null,
    completedAt: null,
  }
}
