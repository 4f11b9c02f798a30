import type { Order } from '../broker/types.ts'
import type { Answers, Desk } from '../desk.ts'
import type { Session } from '../session/session.ts'
import { error } from '../wire/account-messages.ts'
import {
  completedOrder,
  completedOrdersEnd,
  openOrder,
  openOrderEnd,
  orderBound,
  orderStatus,
} from '../wire/order-messages.ts'
import type { Message } from '../wire/text.ts'
import { replayedSince } from './executions.ts'

const isWorking = (order: Order): boolean =>
  order.status === 'PreSubmitted' || order.status === 'Submitted'

/** An order and its status, the pair TWS always sends together. */
export function sendOrder(desk: Desk, session: Session, order: Order): void {
  session.send(openOrder(order, { version: session.version(), account: desk.account }))
  session.send(orderStatus(order))
}

function sendWorking(desk: Desk, session: Session, isMine: (order: Order) => boolean): void {
  for (const order of desk.broker.orders())
    if (isWorking(order) && isMine(order)) sendOrder(desk, session, order)
  session.send(openOrderEnd())
}

/** Gives a manual order an id client 0 can use. */
export function bindOrder(desk: Desk, session: Session, order: Order): void {
  if (!order.isManual || order.boundId !== null || !isWorking(order)) return
  desk.broker.bind(order)
  session.send(orderBound(order))
}

function* completed(desk: Desk, session: Session, apiOnly: boolean): Generator<Message> {
  const since = replayedSince(desk.timeline.now(), 0)
  const told = { version: session.version(), account: desk.account }
  for (const order of desk.broker.orders()) {
    if (order.completedAt === null || order.completedAt < since) continue
    if (!(apiOnly && order.isManual)) yield completedOrder(order, told)
  }
  yield completedOrdersEnd()
}

const NOT_CLIENT_ZERO =
  "Error validating request.-'bX' : cause - Only the default client (i.e 0) can auto bind orders."

export const ORDER_ANSWERS: Answers = {
  reqOpenOrders: (desk, session) => {
    const clientId = session.clientId()
    if (clientId === 0) for (const order of desk.broker.orders()) bindOrder(desk, session, order)
    sendWorking(desk, session, (order) => (order.isManual ? 0 : order.clientId) === clientId)
  },
  reqAllOpenOrders: (desk, session) => sendWorking(desk, session, () => true),
  reqAutoOpenOrders: (_, session, fields) => {
    if (session.clientId() === 0) session.subscriptions.autoBind = fields.flag('autoBind')
    else session.send(error(-1, 321, NOT_CLIENT_ZERO))
  },
  reqCompletedOrders: (desk, session, fields) =>
    session.stream(completed(desk, session, fields.flag('apiOnly'))),
}
