import { text, type Decimal } from '#shared/money.ts'
import type { Instrument } from '../market/instrument.ts'
import { contractTokens, listingExchange, strikeToken } from './contract-tokens.ts'
import { ascii, double, message, type Message } from './text.ts'

/** Layouts of session, account and position messages, server versions 178 to 193. */

export const nextValidId = (orderId: number): Message => message(9, 1, orderId)
export const managedAccounts = (accounts: readonly string[]): Message =>
  message(15, 1, accounts.join(','))
export const currentTime = (epochSeconds: number): Message => message(49, 1, epochSeconds)

/** An error, warning or piece of news; id -1 when no request or order is meant. */
export const error = (id: number, code: number, sentence: string): Message =>
  message(4, 2, id, code, ascii(sentence), '')

export type HeldRow = {
  readonly account: string
  readonly instrument: Instrument
  readonly quantity: Decimal
  /** Money for one unit, multiplier and commission included. */
  readonly averageCost: Decimal
}

export const position = ({ account, instrument, quantity, averageCost }: HeldRow): Message =>
  message(
    61,
    3,
    account,
    ...contractTokens(instrument, listingExchange(instrument)),
    text(quantity),
    double(averageCost),
  )
export const positionEnd = (): Message => message(62, 1)

export const positionMulti = (requestId: number, row: HeldRow, modelCode: string): Message =>
  message(
    71,
    1,
    requestId,
    row.account,
    ...contractTokens(row.instrument, listingExchange(row.instrument)),
    text(row.quantity),
    double(row.averageCost),
    modelCode,
  )
export const positionMultiEnd = (requestId: number): Message => message(72, 1, requestId)

export type PortfolioRow = HeldRow & {
  /** Money for one unit without the multiplier, in the currency itself, not in pence. */
  readonly marketPrice: Decimal
  readonly marketValue: Decimal
  readonly unrealized: Decimal
  readonly realized: Decimal
}

export const portfolioValue = (row: PortfolioRow): Message => {
  const { instrument } = row
  return message(
    7,
    8,
    instrument.conId,
    instrument.symbol,
    instrument.secType,
    instrument.expiry,
    strikeToken(instrument),
    instrument.right === '' ? '0' : instrument.right,
    instrument.multiplier,
    listingExchange(instrument),
    instrument.currency,
    instrument.localSymbol,
    instrument.tradingClass,
    text(row.quantity),
    double(row.marketPrice),
    double(row.marketValue),
    double(row.averageCost),
    double(row.unrealized),
    double(row.realized),
    row.account,
  )
}

export type ValueRow = {
  readonly key: string
  readonly value: string
  /** ISO code, `BASE`, or empty for keys that are no money. */
  readonly currency: string
}

export const accountValue = (account: string, { key, value, currency }: ValueRow): Message =>
  message(6, 2, key, value, currency, account)
/** `time` is HH:MM. */
export const accountTime = (time: string): Message => message(8, 1, time)
export const accountDownloadEnd = (account: string): Message => message(54, 1, account)

export const accountSummary = (
  requestId: number,
  account: string,
  { key, value, currency }: ValueRow,
): Message => message(63, 1, requestId, account, key, value, currency)
export const accountSummaryEnd = (requestId: number): Message => message(64, 1, requestId)

/** Whose value it is, for requests that name a model too. */
export type Holder = { readonly account: string; readonly modelCode: string }

export const accountUpdateMulti = (
  requestId: number,
  { account, modelCode }: Holder,
  { key, value, currency }: ValueRow,
): Message => message(73, 1, requestId, account, modelCode, key, value, currency)
export const accountUpdateMultiEnd = (requestId: number): Message => message(74, 1, requestId)

/** Profit and loss since the day began, in the base currency. */
export type Profit = {
  readonly daily: Decimal
  readonly unrealized: Decimal
  readonly realized: Decimal
}

export const pnl = (requestId: number, { daily, unrealized, realized }: Profit): Message =>
  message(94, requestId, money(daily), money(unrealized), money(realized))

export const pnlSingle = (
  requestId: number,
  row: Profit & { readonly quantity: Decimal; readonly value: Decimal },
): Message =>
  message(
    95,
    requestId,
    text(row.quantity),
    money(row.daily),
    money(row.unrealized),
    money(row.realized),
    money(row.value),
  )

const money = (value: Decimal): string => value.toFixed(2)
