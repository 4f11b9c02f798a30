import { isWorking, type Order } from '../broker/types.ts'
import type { Answer, Answers, Desk } from '../desk.ts'
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
import { refusedAsReadOnly } from './read-only.ts'

/** An order and its status, the pair TWS always sends together. */
export function sendOrder(session: Session, order: Order): void {
  session.send(openOrder(order, { version: session.version(), preview: null }))
  session.send(orderStatus(order))
}

function sendWorking(desk: Desk, session: Session, isMine: (order: Order) => boolean): void {
  for (const order of desk.broker.orders())
    if (isWorking(order) && isMine(order)) sendOrder(session, order)
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
  for (const order of desk.broker.orders()) {
    if (order.completedAt === null || order.completedAt < since) continue
    if (!(apiOnly && order.isManual)) yield completedOrder(order, session.version())
  }
  yield completedOrdersEnd()
}

const NOT_CLIENT_ZERO =
  "Error validating request.-'bX' : cause - Only the default client (i.e 0) can auto bind orders."

/** Questions about orders are refused with 321 in read-only mode, without an end marker. */
const unlessReadOnly =
  (answer: Answer): Answer =>
  (desk, session, fields) => {
    if (!refusedAsReadOnly(desk, session, -1)) answer(desk, session, fields)
  }

export const ORDER_ANSWERS: Answers = {
  reqOpenOrders: unlessReadOnly((desk, session) => {
    const clientId = session.clientId()
    if (clientId === 0) for (const order of desk.broker.orders()) bindOrder(desk, session, order)
    sendWorking(desk, session, (order) => (order.isManual ? 0 : order.clientId) === clientId)
  }),
  reqAllOpenOrders: unlessReadOnly((desk, session) => sendWorking(desk, session, () => true)),
  reqAutoOpenOrders: unlessReadOnly((_, session, fields) => {
    if (session.clientId() === 0) session.subscriptions.autoBind = fields.flag('autoBind')
    else session.send(error(-1, 321, NOT_CLIENT_ZERO))
  }),
  reqCompletedOrders: unlessReadOnly((desk, session, fields) =>
    session.stream(completed(desk, session, fields.flag('apiOnly'))),
  ),
}
