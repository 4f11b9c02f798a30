import { listingExchange, strikeToken } from './contract-tokens.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Greeks } from '../market/greeks.ts'
import { ascii, message, type Message } from './text.ts'

/** The bits of tickPrice's mask: only "can auto-execute" is ever set here. */
const CAN_AUTO_EXECUTE = 1

export const tickPrice = (
  requestId: number,
  tickType: number,
  quoted: { readonly price: string; readonly size: number },
): Message =>
  `1\x006\0${requestId}\0${tickType}\0${quoted.price}\0${quoted.size}\0${CAN_AUTO_EXECUTE}\0`

export const tickSize = (requestId: number, tickType: number, size: number): Message =>
  `2\x006\0${requestId}\0${tickType}\0${size}\0`
export const marketDataType = (requestId: number, type: number): Message =>
  message(58, 1, requestId, type)
export const tickSnapshotEnd = (requestId: number): Message => message(57, 1, requestId)

/** Which line and price a model's answer is for. */
type Computed = {
  readonly requestId: number
  readonly type: number
  readonly underlyingPrice: number
}

/** -1 and -2 are how IB says that a number of the model is not known. */
const UNKNOWN_PRICE = '-1'
const UNKNOWN_GREEK = '-2'
const PRICE_BASED = 1

/** What the option model says; no message version since server version 156. Null: nothing. */
export function optionComputation(computed: Computed, greeks: Greeks | null): Message {
  const { requestId, type, underlyingPrice } = computed
  const known = (value: number | undefined, otherwise: string): string =>
    value === undefined ? otherwise : value.toFixed(8)
  return message(
    21,
    requestId,
    type,
    PRICE_BASED,
    known(greeks?.impliedVolatility, UNKNOWN_PRICE),
    known(greeks?.delta, UNKNOWN_GREEK),
    known(greeks?.optionPrice, UNKNOWN_PRICE),
    '0.0',
    known(greeks?.gamma, UNKNOWN_GREEK),
    known(greeks?.vega, UNKNOWN_GREEK),
    known(greeks?.theta, UNKNOWN_GREEK),
    String(underlyingPrice),
  )
}

/** 3: snapshots are allowed from every exchange. */
const SNAPSHOT_PERMISSIONS = 3
export const tickRequestParameters = (requestId: number, instrument: Instrument): Message =>
  message(81, requestId, instrument.minTick, '9c0001', SNAPSHOT_PERMISSIONS)

const ORDER_TYPES = 'ACTIVETIM,AD,ADJUST,ALERT,ALLOC,AVGCOST,BASKET,DAY,GTC,LMT,MKT,STP,TRAIL'
/** From this version on the last trade date is told twice. */
const LAST_TRADE_DATE_VERSION = 182
const INELIGIBILITY_VERSION = 186

/** `days` are the trading days to tell the hours of, YYYYMMDD. */
export type DetailsOf = {
  readonly requestId: number
  readonly version: number
  readonly days: readonly string[]
}

/** Contract details; no message version since server version 164. */
export function contractData(instrument: Instrument, about: DetailsOf): Message {
  const { expiry, underlying } = instrument
  const hours = about.days.map((day) => `${day}:0000-${day}:2359`).join(';')
  const exchanges = [...new Set(['SMART', ...instrument.venues])]
  return message(
    10,
    about.requestId,
    instrument.symbol,
    instrument.secType,
    expiry === '' ? '' : `${expiry} 16:00 ${instrument.zone}`,
    ...(about.version >= LAST_TRADE_DATE_VERSION ? [expiry] : []),
    strikeToken(instrument),
    instrument.right === '' ? '0' : instrument.right,
    instrument.secType === 'STK' || instrument.secType === 'OPT'
      ? 'SMART'
      : (instrument.venues[0] ?? ''),
    instrument.currency,
    instrument.localSymbol,
    instrument.marketName,
    instrument.tradingClass,
    instrument.conId,
    instrument.minTick,
    instrument.multiplier,
    ORDER_TYPES,
    exchanges.join(','),
    instrument.priceMagnifier,
    underlying.conId,
    ascii(instrument.longName),
    listingExchange(instrument),
    expiry.slice(0, 6),
    ...['', '', ''],
    instrument.zone,
    hours,
    hours,
    '',
    '',
    0,
    instrument.secType === 'STK' ? 1 : 2_147_483_647,
    underlying.symbol,
    underlying.type,
    exchanges.map(() => '26').join(','),
    expiry,
    instrument.secType === 'STK' ? stockType(instrument) : '',
    instrument.step,
    instrument.step,
    instrument.step === '1' ? '100' : instrument.step,
    ...(about.version >= INELIGIBILITY_VERSION ? [0] : []),
  )
}

const FUNDS = new Set(['SPY', 'QQQ', 'IWM', 'GLD', 'TLT'])
const stockType = ({ symbol }: Instrument): string => (FUNDS.has(symbol) ? 'ETF' : 'COMMON')

export const contractDataEnd = (requestId: number): Message => message(52, 1, requestId)

/** One bar of history; prices are printed as the instrument's ticks are. */
export type Bar = {
  readonly date: string
  readonly open: string
  readonly high: string
  readonly low: string
  readonly close: string
  readonly volume: number
  readonly average: string
  readonly count: number
}

type Span = { readonly start: string; readonly end: string }

/** All bars of a request; no message version since server version 124. */
export const historicalData = (
  requestId: number,
  { start, end }: Span,
  bars: readonly Bar[],
): Message =>
  message(
    17,
    requestId,
    start,
    end,
    bars.length,
    ...bars.flatMap(({ date, open, high, low, close, volume, average, count }) => [
      ...[date, open, high, low, close],
      ...[volume, average, count],
    ]),
  )

/** The bar that is going on: other tokens first than in `historicalData`. */
export const historicalDataUpdate = (requestId: number, bar: Bar): Message =>
  message(
    90,
    requestId,
    bar.count,
    bar.date,
    bar.open,
    bar.close,
    bar.high,
    bar.low,
    bar.average,
    bar.volume,
  )
