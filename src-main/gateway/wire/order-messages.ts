import { ZERO, type Decimal } from '#shared/money.ts'
import type { Order } from '../broker/types.ts'
import { fixedText, ratio } from '../fixed.ts'
import { conditionTokens } from './condition-tokens.ts'
import { contractTokens, usualExchange } from './contract-tokens.ts'
import { UNSET_DOUBLE, UNSET_INTEGER } from './layout.ts'
import { ascii, double, message, type Message } from './text.ts'
import { zonedTime } from './zoned-time.ts'

type Tokens = readonly (string | number)[]

const NO = 0
const MAX = UNSET_DOUBLE
const INT = UNSET_INTEGER
const BLANK = ''

/** The id orderStatus and openOrder carry: the bound one for manual orders, else 0. */
const reportedOrderId = (order: Order): number => order.boundId ?? order.orderId

/** What became of an order; no message version since server version 131. */
export function orderStatus(order: Order): Message {
  const average = order.filled === 0n ? ZERO : ratio(order.filledValue, order.filled)
  return message(
    3,
    reportedOrderId(order),
    order.status,
    fixedText(order.filled),
    fixedText(order.quantity - order.filled),
    double(average),
    order.permId,
    order.terms.parentId,
    double(order.lastPrice),
    order.clientId,
    BLANK,
    0,
  )
}

export const openOrderEnd = (): Message => message(53, 1)
export const completedOrdersEnd = (): Message => message(102)
export const orderBound = (order: Order): Message =>
  message(100, order.permId, order.clientId, reportedOrderId(order))

/** action … account: the same in open and completed orders. */
const headTokens = (order: Order): Tokens => [
  ...contractTokens(order.instrument, usualExchange(order.instrument)),
  order.side === 'buy' ? 'BUY' : 'SELL',
  fixedText(order.quantity),
  order.terms.orderType,
  double(order.limitPrice ?? order.lastPrice.times(0)),
  order.terms.stopPrice === null ? '0.0' : double(order.terms.stopPrice),
  order.terms.timeInForce,
  order.terms.ocaGroup,
  order.account,
  BLANK,
  0,
  ascii(order.orderRef),
]

/**
 * The three of advisors' allocation, modelCode, goodTillDate, rule80A, percentOffset, settlingFirm
 * and the three of short sales.
 */
const handlingTokens = ({ modelCode, terms: { allocation, goodTillDate } }: Order): Tokens => [
  ...[ascii(allocation?.group ?? BLANK), ascii(allocation?.method ?? BLANK)],
  ...[ascii(allocation?.percentage ?? BLANK), modelCode, goodTillDate],
  ...[BLANK, MAX, BLANK, 0, BLANK, -1],
]
/** startingPrice, stockRefPrice, delta, stockRange, displaySize. */
const BOX: Tokens = [MAX, MAX, MAX, MAX, MAX, 0]
const TRAIL: Tokens = [MAX, MAX]

function comboTokens(order: Order): Tokens {
  const { legs } = order.instrument
  const description = legs
    .map((leg) => `${leg.instrument.conId}|${leg.action === 'BUY' ? leg.ratio : -leg.ratio}`)
    .join(',')
  const rows = legs.flatMap((leg): Tokens => [
    leg.instrument.conId,
    leg.ratio,
    leg.action,
    'SMART',
    0,
    0,
    BLANK,
    -1,
  ])
  const noLegPrices = 0
  const noRoutingParameters = 0
  return [description, legs.length, ...rows, noLegPrices, noRoutingParameters]
}

const SCALE: Tokens = [INT, INT, MAX]
const NO_HEDGE: Tokens = [BLANK]
/** clearingAccount, clearingIntent, notHeld, no delta-neutral contract, no algo, solicited. */
const CLEARING: Tokens = [BLANK, 'IB', NO, NO, BLANK, NO]
/** Nine margins, three commissions, their currency and a warning: told only to what-if orders. */
const NO_PREVIEW: Tokens = [...Array.from({ length: 12 }, () => MAX), BLANK, BLANK]

/** What an order would do to the margin, in the base currency. */
export type Preview = {
  readonly marginBefore: Decimal
  readonly marginChange: Decimal
  readonly marginAfter: Decimal
  /** Equity with loan value: an order changes it by nothing but its commission. */
  readonly equity: Decimal
  readonly commission: Decimal
  readonly commissionCurrency: string
}

function previewTokens(preview: Preview): Tokens {
  const { marginBefore, marginChange, marginAfter, equity, commission } = preview
  const paid = double(commission)
  const [before, change, after] = [marginBefore, marginChange, marginAfter].map((margin) =>
    margin.toFixed(2),
  )
  return [
    ...[before ?? MAX, before ?? MAX, equity.toFixed(2)],
    ...[change ?? MAX, change ?? MAX, '0.00'],
    ...[after ?? MAX, after ?? MAX, equity.toFixed(2)],
    ...[paid, MAX, MAX, preview.commissionCurrency, BLANK],
  ]
}
const NO_RANDOMIZING: Tokens = [NO, NO]
/** minTradeQty, minCompeteSize, competeAgainstBestOffset and the two mid offsets. */
const PEGS: Tokens = [BLANK, BLANK, BLANK, BLANK, BLANK]

const volatilityTokens = (deltaNeutral: Tokens): Tokens => [
  MAX,
  0,
  'None',
  MAX,
  ...deltaNeutral,
  0,
  0,
]

/** Tokens later server versions appended, each by the version it came with. */
const since = (version: number, gates: readonly (readonly [number, ...Tokens])[]): Tokens =>
  gates.flatMap(([least, ...tokens]) => (version >= least ? tokens : []))

/** `preview`: what a what-if order would do; null for every other. */
type Told = { readonly version: number; readonly preview: Preview | null }

/** An order that is working, or just was; no message version since server version 145. */
export function openOrder(order: Order, { version, preview }: Told): Message {
  const sharesAllocation = BLANK
  return message(
    5,
    reportedOrderId(order),
    ...headTokens(order),
    order.clientId,
    order.permId,
    ...[order.terms.outsideRth ? 1 : NO, NO, '0.0', BLANK, sharesAllocation],
    ...handlingTokens(order),
    0,
    ...BOX,
    // blockOrder, sweepToFill, allOrNone, minQty, ocaType, eTradeOnly, firmQuoteOnly, nbboPriceCap
    ...[NO, NO, NO, INT, 3, NO, NO, MAX],
    // parentId, triggerMethod
    ...[order.terms.parentId, 0],
    ...volatilityTokens([0, BLANK, BLANK, BLANK, '?', NO, 0, BLANK]),
    ...TRAIL,
    ...[MAX, INT],
    ...comboTokens(order),
    ...SCALE,
    ...NO_HEDGE,
    NO,
    ...CLEARING,
    preview === null ? NO : 1,
    order.status,
    ...(preview === null ? NO_PREVIEW : previewTokens(preview)),
    ...NO_RANDOMIZING,
    ...conditionTokens(order.terms.conditions),
    ...['None', MAX, MAX, MAX, MAX, MAX, MAX, 0],
    ...[BLANK, BLANK, BLANK],
    // cashQty, dontUseAutoPriceForHedge, isOmsContainer, discretionaryUpToLimitPrice,
    // usePriceMgmtAlgo, duration, postToAts, autoCancelParent
    ...[MAX, NO, NO, NO, NO, INT, INT, NO],
    ...PEGS,
    ...since(version, [
      [183, BLANK],
      [184, NO],
      [185, NO],
      [189, NO],
      [193, BLANK, INT],
    ]),
  )
}

/** An order that is done; it has neither an order id nor a client id. */
export function completedOrder(order: Order, version: number): Message {
  const at = zonedTime(order.completedAt ?? order.placedAt, order.instrument.zone)
  const isFilled = order.status === 'Filled'
  return message(
    101,
    ...headTokens(order),
    order.permId,
    ...[NO, NO, '0.0', BLANK],
    ...handlingTokens(order),
    ...BOX,
    // sweepToFill, allOrNone, minQty, ocaType, triggerMethod
    ...[NO, NO, INT, 3, 0],
    ...volatilityTokens([0, NO, 0, BLANK]),
    ...TRAIL,
    ...comboTokens(order),
    ...SCALE,
    ...NO_HEDGE,
    ...CLEARING,
    order.status,
    ...NO_RANDOMIZING,
    ...conditionTokens(order.terms.conditions),
    ...TRAIL,
    ...[MAX, NO, NO],
    // autoCancelDate, filledQuantity, refFuturesConId, autoCancelParent, shareholder,
    // imbalanceOnly, routeMarketableToBbo, parentPermId
    ...[BLANK, fixedText(order.filled), 0, NO, 'Not an insider or substantial shareholder', NO, NO],
    '9223372036854775807',
    at,
    isFilled ? `Filled Size: ${fixedText(order.filled)}` : order.completedStatus,
    ...PEGS,
    ...since(version, [
      [183, BLANK],
      [184, NO],
    ]),
  )
}
