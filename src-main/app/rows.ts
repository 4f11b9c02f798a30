import type { Fill } from '#domain/fill.ts'
import { cashOfFill, isBooked, movesPosition, signedQuantity } from '#domain/fill.ts'
import type { HoldingValue, Weight } from '#domain/holding-value.ts'
import type { Order } from '#domain/order.ts'
import { positionKey } from '#domain/position.ts'
import { inCurrency, pointValue, valuePosition } from '#domain/valuation.ts'
import type { PositionRecord } from '#ports/ledger.ts'
import type { BookMemory } from './memory.ts'
import type { ShownPrice } from './price-cache.ts'
import type { FillRow, OrderRow, PositionRow } from '#shared/api/views.ts'
import type { ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, text, textOrNull, toLedgerScale, type Decimal } from '#shared/money.ts'
import { millisOf } from '#shared/time.ts'

/** What the contract calls a row, from what the book keeps. */

/** Decimals to show prices with where the tick is not known. */
const USUAL_DECIMALS = 2

const decimalsOf = (instrument: Instrument | undefined): number =>
  instrument?.minTick?.decimalPlaces() ?? USUAL_DECIMALS

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `SPY 18 Dec 2026 600 C`, `ESZ6`, `EUR.USD`, else the symbol. */
export function nameOf(instrument: Instrument): string {
  const { symbol, expiry, strike, right, localSymbol, secType } = instrument
  if (right !== null && strike !== null && expiry?.length === 8) {
    const month = MONTHS[Number(expiry.slice(4, 6)) - 1] ?? expiry.slice(4, 6)
    const day = String(Number(expiry.slice(6)))
    const kind = right === 'call' ? 'C' : 'P'
    return `${symbol} ${day} ${month} ${expiry.slice(0, 4)} ${text(strike)} ${kind}`
  }
  const isOwn = secType === 'FUT' || secType === 'CASH' || secType === 'FOP'
  return isOwn && localSymbol !== '' ? localSymbol : symbol
}

export function positionRow(
  record: PositionRecord,
  { priced, local, base, rate, navPercent, exposurePercent }: HoldingValue & Weight,
  shown: ShownPrice | null,
): PositionRow {
  const { position } = record
  const { instrument } = priced
  const quote = shown?.quote ?? null
  const { averageCost } = valuePosition(position, instrument, null)
  const last = quote === null ? null : inCurrency(quote.price, instrument)
  return {
    key: positionKey(position.strategy, position.conId),
    strategy: position.strategy,
    conId: position.conId,
    symbol: instrument.symbol,
    name: nameOf(instrument),
    secType: instrument.secType,
    currency: instrument.currency,
    multiplier: text(instrument.multiplier),
    priceDecimals: shownDecimals(instrument),
    quantity: text(position.quantity),
    averageCost: textOrNull(averageCost),
    realized: textOrNull(local.realized),
    commissions: [...record.commissions]
      .filter(([, amount]) => !amount.isZero())
      .map(([currency, amount]) => ({ currency, amount: text(amount) })),
    commissionsPending: record.commissionsPending,
    last: textOrNull(last && toLedgerScale(last)),
    ...whereFrom(shown),
    marketValue: textOrNull(local.marketValue),
    unrealized: textOrNull(local.unrealized),
    daily: textOrNull(local.dailyPnl),
    fxRate: textOrNull(rate?.rate ?? null),
    marketValueBase: textOrNull(base.marketValue),
    unrealizedBase: textOrNull(base.unrealized),
    realizedBase: textOrNull(base.realized),
    dailyBase: textOrNull(base.dailyPnl),
    navPercent: textOrNull(navPercent),
    exposurePercent: textOrNull(exposurePercent),
    changedAt: millisOf(record.changedAt),
  }
}

const whereFrom = (
  shown: ShownPrice | null,
): Pick<PositionRow, 'lastSource' | 'lastAt' | 'lastIsStale'> => ({
  lastSource: shown?.quote.source ?? null,
  lastAt: shown?.quote.at ?? null,
  lastIsStale: shown?.isStale ?? false,
})

/** A tick of a quoted price, in the currency: a pence tick of 0.5 has three decimals in pounds. */
export function shownDecimals(instrument: Instrument): number {
  const { minTick, priceMagnifier } = instrument
  if (minTick === null || priceMagnifier === null) return USUAL_DECIMALS
  return minTick.dividedBy(priceMagnifier).decimalPlaces()
}

export function fillRow(fill: Fill, memory: BookMemory): FillRow {
  const { execution } = fill
  const instrument = memory.instruments.get(execution.conId)
  return {
    fillId: fill.fillId,
    execId: execution.execId,
    revision: fill.revision,
    executedAt: millisOf(execution.executedAt),
    executedAtText: execution.executedAtText,
    conId: execution.conId,
    ...named(instrument, execution.conId),
    secType: fill.secType,
    side: execution.side,
    quantity: text(execution.shares),
    price: text(execution.price),
    priceDecimals: decimalsOf(instrument),
    amount: textOrNull(amountOf(fill, instrument)),
    commission: textOrNull(fill.charge?.amount ?? null),
    commissionCurrency: fill.charge?.currency ?? null,
    realized: textOrNull(realizedOf(fill, instrument)),
    exchange: execution.exchange,
    orderRef: execution.orderRef,
    strategy: fill.strategy,
    permId: execution.permId,
    clientId: execution.clientId,
    isPriceProvisional: execution.isPriceProvisional,
    isInformational: !movesPosition(fill.secType) || !isBooked(fill, memory.openingMoment),
  }
}

const named = (
  instrument: Instrument | undefined,
  conId: ConId,
): Pick<FillRow, 'symbol' | 'name' | 'currency'> =>
  instrument
    ? { symbol: instrument.symbol, name: nameOf(instrument), currency: instrument.currency }
    : { symbol: `#${conId}`, name: `#${conId}`, currency: '' }

function realizedOf(fill: Fill, instrument: Instrument | undefined): Decimal | null {
  if (!movesPosition(fill.secType)) return null
  const point = instrument ? pointValue(instrument) : null
  return fill.realizedPoints && point && toLedgerScale(fill.realizedPoints.times(point))
}

/** What the fill paid (negative) or brought in, for a conversion its quote leg. */
function amountOf(fill: Fill, instrument: Instrument | undefined): Decimal | null {
  if (!instrument || instrument.priceMagnifier === null || fill.secType === 'BAG') return null
  const point = pointValue(instrument)
  const quantity = signedQuantity(fill.execution)
  const moves = cashOfFill(
    { quantity, price: fill.execution.price },
    {
      secType: fill.secType,
      currency: instrument.currency,
      symbol: instrument.symbol,
      multiplier: fill.multiplier,
      priceMagnifier: new D(instrument.priceMagnifier),
    },
  )
  const own = moves.find(({ currency }) => currency === instrument.currency)
  if (own) return own.amount
  // A future moves no cash: its notional says how large it was.
  return point && toLedgerScale(quantity.times(fill.execution.price).times(point).negated())
}

export function orderRow(order: Order, memory: BookMemory): OrderRow {
  const instrument = order.conId === null ? undefined : memory.instruments.get(order.conId)
  return {
    key: order.key,
    permId: order.permId,
    clientId: order.clientId,
    orderId: order.orderId,
    conId: order.conId,
    symbol: instrument?.symbol ?? '',
    name: instrument ? nameOf(instrument) : '',
    side: order.side,
    quantity: textOrNull(order.totalQuantity),
    filled: textOrNull(order.filled),
    remaining: textOrNull(order.remaining),
    orderType: order.orderType,
    limitPrice: textOrNull(order.limitPrice),
    auxiliaryPrice: textOrNull(order.auxiliaryPrice),
    averageFillPrice: textOrNull(order.averageFillPrice),
    priceDecimals: decimalsOf(instrument),
    timeInForce: order.timeInForce,
    status: order.status,
    reason: order.reason,
    orderRef: order.orderRef,
    strategy: order.strategy,
    firstSeenAt: millisOf(order.firstSeenAt),
    updatedAt: millisOf(order.updatedAt),
  }
}
