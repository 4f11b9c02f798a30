import { text } from '#shared/money.ts'
import type { Execution } from '../broker/types.ts'
import { fixedText } from '../fixed.ts'
import { zonedTime } from './zoned-time.ts'
import { contractText } from './contract-tokens.ts'
import { ascii, double, fixedDouble, message, type Message } from './text.ts'
import { UNSET_DOUBLE, UNSET_INTEGER } from './layout.ts'

/** The request id of an execution that is told as it happens. */
export const LIVE = -1

/** What the parts of one order that filled alike say in the same words, as pieces of a message. */
type Alike = {
  readonly of: Execution
  readonly orderId: number
  /** From the side to the number nobody uses after the client id. */
  readonly terms: Message
  /** From the order reference to the model. */
  readonly whose: Message
  readonly price: string
}

let last: Alike | null = null

const isAlike = (one: Execution, other: Execution): boolean =>
  one.order === other.order &&
  one.instrument === other.instrument &&
  one.price === other.price &&
  one.quantity === other.quantity

/** Alike executions come one after the other: what they share is put together once. */
function alikeOf(execution: Execution): Alike {
  if (last !== null && isAlike(last.of, execution)) return last
  const { order, side, quantity } = execution
  const price = double(execution.price)
  const sold = side === 'buy' ? 'BOT' : 'SLD'
  last = {
    of: execution,
    orderId: order.isManual ? UNSET_INTEGER : order.orderId,
    terms: message(sold, text(quantity), price, order.permId, order.clientId, 0),
    whose: message(ascii(order.orderRef), '', '', order.modelCode),
    price,
  }
  return last
}

/**
 * One execution; no message version since server version 136. `isProvisional` announces that its
 * price will be corrected.
 */
export function executionDetails(
  requestId: number,
  execution: Execution,
  isProvisional: boolean,
): Message {
  const { instrument, venue, averagePrice } = execution
  const { orderId, terms, whose, price } = alikeOf(execution)
  const time = zonedTime(execution.executedAt, instrument.zone)
  const average = averagePrice === execution.price ? price : double(averagePrice)
  return (
    `11\0${requestId}\0${orderId}\0${contractText(instrument, venue)}\0${execution.execId}\0` +
    `${time}\0${execution.order.account}\0${venue}\0${terms}` +
    `${fixedText(execution.cumulative)}\0${average}\0${whose}` +
    `${execution.liquidity}\0${isProvisional ? 1 : 0}\0`
  )
}

export const executionDetailsEnd = (requestId: number): Message => message(55, 1, requestId)

/** How a commission report begins: its message id and version. */
const COMMISSION = message(59, 1)
/** How it ends: no yield, and no date it would be redeemed at. */
const NO_YIELD = message(UNSET_DOUBLE, 0)

/** What an execution cost; `isPending` says -1, as IB does until it knows. */
export function commissionReport(execution: Execution, isPending: boolean): Message | null {
  const { commission, execId } = execution
  if (commission === null) return null
  const paid = isPending ? '-1.0' : fixedDouble(commission.paid)
  const realized = isPending ? UNSET_DOUBLE : fixedDouble(commission.realized)
  return `${COMMISSION}${execId}\0${paid}\0${commission.currency}\0${realized}\0${NO_YIELD}`
}
