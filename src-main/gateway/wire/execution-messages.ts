import { text } from '#shared/money.ts'
import type { Execution } from '../broker/types.ts'
import { fixedText } from '../fixed.ts'
import { zonedTime } from './zoned-time.ts'
import { contractText } from './contract-tokens.ts'
import { ascii, double, fixedDouble, message, type Message } from './text.ts'
import { UNSET_DOUBLE, UNSET_INTEGER } from './layout.ts'

/** The request id of an execution that is told as it happens. */
export const LIVE = -1

/**
 * One execution; no message version since server version 136. `isProvisional` announces that its
 * price will be corrected.
 */
export function executionDetails(
  requestId: number,
  execution: Execution,
  isProvisional: boolean,
): Message {
  const { order, instrument } = execution
  return message(
    11,
    requestId,
    order.isManual ? UNSET_INTEGER : order.orderId,
    contractText(instrument, execution.venue),
    execution.execId,
    zonedTime(execution.executedAt, instrument.zone),
    order.account,
    execution.venue,
    execution.side === 'buy' ? 'BOT' : 'SLD',
    text(execution.quantity),
    double(execution.price),
    order.permId,
    order.clientId,
    0,
    fixedText(execution.cumulative),
    double(execution.averagePrice),
    ascii(order.orderRef),
    '',
    '',
    order.modelCode,
    execution.liquidity,
    isProvisional ? 1 : 0,
  )
}

export const executionDetailsEnd = (requestId: number): Message => message(55, 1, requestId)

/** What an execution cost; `isPending` says -1, as IB does until it knows. */
export function commissionReport(execution: Execution, isPending: boolean): Message | null {
  const { commission } = execution
  if (commission === null) return null
  const paid = isPending ? '-1.0' : fixedDouble(commission.paid)
  const realized = isPending ? UNSET_DOUBLE : fixedDouble(commission.realized)
  return message(59, 1, execution.execId, paid, commission.currency, realized, UNSET_DOUBLE, 0)
}
