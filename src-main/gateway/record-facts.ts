import { text, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { Commission, Execution, Order } from './broker/types.ts'
import { fixedText, type Fixed } from './fixed.ts'
import type { Instrument } from './market/instrument.ts'

/** One line of the record. */
export type Fact = Readonly<Record<string, unknown>>

/** An average price as the record keeps it: 18 decimals. */
const average = (value: Decimal): string => text(toLedgerScale(value))

/** A change of a balance, with what it is afterwards. */
export type CashEntry = {
  readonly currency: string
  readonly amount: Fixed
  readonly balance: Fixed
  readonly why: string
}

/** One step of what happened to a holding without an execution; decimals are strings. */
export type ActionFact = {
  readonly action:
    'split' | 'cash in lieu' | 'assignment' | 'exercise' | 'delivery' | 'expiry' | 'dividend'
  readonly conId: number
  /** What every unit becomes; null unless it is a split. */
  readonly ratio: string | null
  /** The signed change of the holding; null when only the ratio or the cash says what changes. */
  readonly quantity: string | null
  /** What a unit changed hands at, as quoted, or what a share paid. */
  readonly price: string | null
  /** What was held when the right to a dividend arose; null for all else. */
  readonly held: string | null
}

/** Money exchanged without an execution; decimals are strings. */
export type ConversionFact = {
  readonly from: string
  readonly to: string
  /** What was given, in `from`. */
  readonly amount: string
  /** What was got for it, in `to`. */
  readonly received: string
  /** Units of `to` for one of `from`. */
  readonly rate: string
}

/**
 * The end of a line about money. Lines every execution brings are put together by hand, which
 * takes a third of the time; only what a person may have typed needs escaping.
 */
export const cashTokens = ({ currency, amount, balance, why }: CashEntry): string =>
  `"currency":"${currency}","amount":"${fixedText(amount)}",` +
  `"balance":"${fixedText(balance)}",` +
  `"why":${JSON.stringify(why)}`

/** The line about what an execution cost. */
export function commissionLine(execId: string, { paid, currency, realized }: Commission): string {
  const gained = realized === null ? 'null' : `"${fixedText(realized)}"`
  return (
    `{"type":"commission","execId":"${execId}","commission":"${fixedText(paid)}",` +
    `"currency":"${currency}","realizedPnl":${gained}}`
  )
}

const UNBOUND_ID = 2_147_483_647

let lastIso = { at: NaN, text: '' }

/** A moment as ISO in UTC; a flood asks for the same one thousands of times. */
export function isoOf(at: number): string {
  if (at !== lastIso.at) lastIso = { at, text: new Date(at).toISOString() }
  return lastIso.text
}

let lastOrder: { readonly of: readonly [Order, Instrument] | null; readonly text: string } = {
  of: null,
  text: '',
}

/** What all fills of an order say of it and of its instrument; most come one after the other. */
function orderPart(order: Order, instrument: Instrument): string {
  if (lastOrder.of?.[0] === order && lastOrder.of[1] === instrument) return lastOrder.text
  const text =
    `"account":${JSON.stringify(order.account)},` +
    `"conId":${instrument.conId},"secType":"${instrument.secType}",` +
    `"symbol":${JSON.stringify(instrument.symbol)},"currency":"${instrument.currency}",` +
    `"orderId":${order.isManual ? UNBOUND_ID : order.orderId},"permId":${order.permId},` +
    `"clientId":${order.clientId},"orderRef":${JSON.stringify(order.orderRef)}`
  lastOrder = { of: [order, instrument], text }
  return text
}

/** The line about an execution: the same facts as `executionFact`, put together by hand. */
export function executionLine(execution: Execution, sentAt: number | null): string {
  const { order, instrument } = execution
  return (
    `{"type":"execution","execId":"${execution.execId}","root":"${execution.root}",` +
    `"revision":${execution.revision},${orderPart(order, instrument)},` +
    `"side":"${execution.side}","quantity":"${text(execution.quantity)}",` +
    `"price":"${text(execution.price)}","cumulative":"${fixedText(execution.cumulative)}",` +
    `"averagePrice":"${average(execution.averagePrice)}",` +
    `"executedAt":"${isoOf(execution.executedAt)}","sentAt":${sentAt}}`
  )
}

/** An execution as the record and the control port tell it. */
export function executionFact(execution: Execution, sentAt: number | null): Fact {
  const { order, instrument } = execution
  return {
    type: 'execution',
    execId: execution.execId,
    root: execution.root,
    revision: execution.revision,
    account: order.account,
    conId: instrument.conId,
    secType: instrument.secType,
    symbol: instrument.symbol,
    currency: instrument.currency,
    orderId: order.isManual ? UNBOUND_ID : order.orderId,
    permId: order.permId,
    clientId: order.clientId,
    orderRef: order.orderRef,
    side: execution.side,
    quantity: text(execution.quantity),
    price: text(execution.price),
    cumulative: fixedText(execution.cumulative),
    averagePrice: average(execution.averagePrice),
    executedAt: isoOf(execution.executedAt),
    sentAt,
  }
}

/**
 * The line about an advisor's order as its owner hears of it: nobody's execution, but the sum of
 * its accounts'.
 */
export const allocationFact = (execution: Execution, sentAt: number | null): Fact => ({
  ...executionFact(execution, sentAt),
  type: 'allocation',
})

export const orderFact = (order: Order, at: number): Fact => ({
  type: 'order',
  account: order.account,
  at: new Date(at).toISOString(),
  orderId: order.boundId ?? order.orderId,
  permId: order.permId,
  clientId: order.clientId,
  conId: order.instrument.conId,
  secType: order.instrument.secType,
  side: order.side,
  quantity: fixedText(order.quantity),
  orderRef: order.orderRef,
  status: order.status,
  filled: fixedText(order.filled),
  remaining: fixedText(order.quantity - order.filled),
})

/** The facts about an instrument the record begins with. */
export const instrumentFact = (instrument: Instrument): Fact => ({
  type: 'instrument',
  conId: instrument.conId,
  symbol: instrument.symbol,
  localSymbol: instrument.localSymbol,
  secType: instrument.secType,
  currency: instrument.currency,
  multiplier: instrument.multiplier === '' ? '1' : instrument.multiplier,
  priceMagnifier: instrument.priceMagnifier,
  minTick: instrument.minTick,
  expiry: instrument.expiry,
  strike: instrument.strike,
  right: instrument.right,
  timeZone: instrument.zone,
  legs: instrument.legs.map((leg) => ({
    conId: leg.instrument.conId,
    ratio: leg.ratio,
    action: leg.action,
  })),
})
