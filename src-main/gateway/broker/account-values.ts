import { D, ZERO, type Decimal } from '#shared/money.ts'
import { BASE_CURRENCY, type Desk } from '../desk.ts'
import { decimalOf } from '../fixed.ts'
import { pointValue, type Instrument } from '../market/instrument.ts'
import type { PortfolioRow, ValueRow } from '../wire/account-messages.ts'
import { double } from '../wire/text.ts'
import { averageCost } from './holding.ts'

/** What the account is worth in one currency; all amounts in that currency. */
export type Ledger = {
  cash: Decimal
  stock: Decimal
  option: Decimal
  crypto: Decimal
  futuresPnl: Decimal
  /** Dividends due and not yet paid. */
  accrued: Decimal
  unrealized: Decimal
  realized: Decimal
}

const emptyLedger = (): Ledger => ({
  cash: ZERO,
  stock: ZERO,
  option: ZERO,
  crypto: ZERO,
  futuresPnl: ZERO,
  accrued: ZERO,
  unrealized: ZERO,
  realized: ZERO,
})

/**
 * Base units for one unit of the currency: the market's own rate.
 * @throws {RangeError} when there is none: unknown is never 1.
 */
export function exchangeRate(desk: Desk, currency: string): Decimal {
  if (currency === BASE_CURRENCY) return new D(1)
  const pair = pairOf(desk, currency)
  if (pair === null) throw new RangeError(`There is no rate for ${currency}`)
  return desk.quotes.mark(pair)
}

const pairOf = ({ catalogue }: Pick<Desk, 'catalogue'>, currency: string): Instrument | null =>
  catalogue.ofSymbol(`${currency}.${BASE_CURRENCY}`)

/** Whether an account here can hold this currency: only what has a rate. */
export const isCurrency = (desk: Pick<Desk, 'catalogue'>, currency: string): boolean =>
  currency === BASE_CURRENCY || pairOf(desk, currency) !== null

/** What the portfolio window shows of an instrument. Prices are in the currency, never in pence. */
export function portfolioRow(desk: Desk, account: string, instrument: Instrument): PortfolioRow {
  const book = desk.broker.bookOf(account)
  const holding = book.holding(instrument)
  const mark = desk.quotes.mark(instrument)
  const quantity = book.quantity(instrument)
  const value = quantity.times(mark).times(pointValue(instrument))
  return {
    account,
    instrument,
    quantity,
    averageCost: averageCost(holding),
    marketPrice: mark.dividedBy(instrument.priceMagnifier),
    marketValue: value,
    unrealized: value.minus(decimalOf(holding.cost)),
    realized: book.realizedToday(instrument),
  }
}

const nameOf: Partial<Record<Instrument['secType'], 'stock' | 'option' | 'crypto'>> = {
  STK: 'stock',
  OPT: 'option',
  CRYPTO: 'crypto',
}

/** What an account has of each currency. */
export function ledgersOf(desk: Desk, account: string): ReadonlyMap<string, Ledger> {
  const all = new Map<string, Ledger>()
  const book = desk.broker.bookOf(account)
  const of = (currency: string): Ledger => {
    const ledger = all.get(currency) ?? emptyLedger()
    all.set(currency, ledger)
    return ledger
  }
  for (const [currency, amount] of book.cash()) of(currency).cash = amount
  for (const [currency, amount] of book.accrued()) of(currency).accrued = amount
  for (const instrument of book.instruments()) {
    const row = portfolioRow(desk, account, instrument)
    const ledger = of(instrument.currency)
    ledger.realized = ledger.realized.plus(row.realized)
    // Virtual currency positions are worth what the two balances already count.
    if (instrument.secType === 'CASH') continue
    ledger.unrealized = ledger.unrealized.plus(row.unrealized)
    const name = nameOf[instrument.secType]
    if (name !== undefined) ledger[name] = ledger[name].plus(row.marketValue)
    if (instrument.secType === 'FUT') {
      const pnl = book.futuresPnl(instrument, desk.quotes.mark(instrument))
      ledger.futuresPnl = ledger.futuresPnl.plus(pnl)
    }
  }
  return all
}

const netOf = ({ cash, stock, option, crypto, futuresPnl, accrued }: Ledger): Decimal =>
  [stock, option, crypto, futuresPnl, accrued].reduce((sum, value) => sum.plus(value), cash)

function inBase(desk: Desk, all: ReadonlyMap<string, Ledger>): Ledger {
  const total = emptyLedger()
  for (const [currency, ledger] of all) {
    const rate = exchangeRate(desk, currency)
    for (const key of Object.keys(total) as (keyof Ledger)[])
      total[key] = total[key].plus(ledger[key].times(rate))
  }
  return total
}

/** IB prints the totals of an account with two places, rates with more. */
const money = (value: Decimal): string => value.toFixed(2)

/** In the block of a currency IB prints money with up to four places, as `1883388.8137`. */
const finely = (value: Decimal): string => {
  const rounded = value.toDecimalPlaces(4)
  return rounded.toFixed(Math.max(2, rounded.decimalPlaces()))
}

/** The rows `$LEDGER` stands for, in the order TWS tells them. */
function ledgerRows(ledger: Ledger, currency: string, rate: Decimal): readonly ValueRow[] {
  const rows: readonly (readonly [string, string])[] = [
    ['CashBalance', finely(ledger.cash)],
    ['TotalCashBalance', finely(ledger.cash.plus(ledger.futuresPnl))],
    ['AccruedCash', '0.00'],
    ['StockMarketValue', finely(ledger.stock)],
    ['OptionMarketValue', finely(ledger.option)],
    ['FutureOptionValue', '0.00'],
    ['FuturesPNL', finely(ledger.futuresPnl)],
    ['NetLiquidationByCurrency', finely(netOf(ledger))],
    ['UnrealizedPnL', finely(ledger.unrealized)],
    ['RealizedPnL', finely(ledger.realized)],
    ['ExchangeRate', double(rate)],
    ['FundValue', '0.00'],
    ['NetDividend', finely(ledger.accrued)],
    ['Cryptocurrency', finely(ledger.crypto)],
    ['RealCurrency', currency],
    ['Currency', currency],
  ]
  return rows.map(([key, value]) => ({ key, value, currency }))
}

export type AccountValues = {
  /** What the whole account is worth, in the base currency, and words about it. */
  readonly totals: readonly ValueRow[]
  /** A block for each currency, then the block BASE. */
  readonly ledger: readonly ValueRow[]
}

export function accountValues(desk: Desk, account: string): AccountValues {
  const all = ledgersOf(desk, account)
  const base = inBase(desk, all)
  const blocks = [...all].flatMap(([currency, ledger]) =>
    ledgerRows(ledger, currency, exchangeRate(desk, currency)),
  )
  return {
    totals: totals(desk, account, base),
    ledger: [...blocks, ...ledgerRows(base, 'BASE', new D(1))],
  }
}

/** What an account is worth and how much of it is bound as margin, in the base currency. */
export type AccountTotals = {
  readonly net: Decimal
  readonly cash: Decimal
  readonly settled: Decimal
  readonly accrued: Decimal
  readonly gross: Decimal
  readonly margin: Decimal
}

export const accountTotals = (desk: Desk, account: string): AccountTotals =>
  totalsOf(desk, account, inBase(desk, ledgersOf(desk, account)))

/**
 * How far an account is from having to sell: what is not bound as margin, as a part of what it is
 * worth; null when it is worth nothing.
 */
export const cushionOf = (desk: Desk, account: string): Decimal | null =>
  cushionIn(accountTotals(desk, account))

const cushionIn = ({ net, margin }: AccountTotals): Decimal | null =>
  net.isZero() ? null : net.minus(margin).dividedBy(net)

function totalsOf(desk: Desk, account: string, base: Ledger): AccountTotals {
  const gross = grossPositionValue(desk, account)
  return {
    net: netOf(base),
    cash: base.cash.plus(base.futuresPnl),
    settled: base.cash,
    accrued: base.accrued,
    gross,
    margin: gross.times('0.25'),
  }
}

function totals(desk: Desk, account: string, base: Ledger): readonly ValueRow[] {
  const all = totalsOf(desk, account, base)
  const { net, cash, settled, accrued, gross, margin } = all
  const cushion = cushionIn(all)
  const words: readonly (readonly [string, string])[] = [
    ['AccountCode', account],
    ['AccountReady', 'true'],
    ['AccountType', 'INDIVIDUAL'],
    ['Cushion', cushion === null ? '0' : double(cushion)],
  ]
  const amounts: readonly (readonly [string, Decimal])[] = [
    ['NetLiquidation', net],
    ['TotalCashValue', cash],
    ['SettledCash', settled],
    ['AccruedCash', ZERO],
    ['AccruedDividend', accrued],
    ['EquityWithLoanValue', net],
    ['PreviousDayEquityWithLoanValue', net],
    ['GrossPositionValue', gross],
    ['InitMarginReq', margin],
    ['MaintMarginReq', margin],
    ['FullInitMarginReq', margin],
    ['AvailableFunds', net.minus(margin)],
    ['ExcessLiquidity', net.minus(margin)],
    ['BuyingPower', net.minus(margin).times(4)],
  ]
  return [
    ...words.map(([key, value]) => ({ key, value, currency: '' })),
    ...amounts.map(([key, value]) => ({ key, value: money(value), currency: BASE_CURRENCY })),
  ]
}

function grossPositionValue(desk: Desk, account: string): Decimal {
  let gross: Decimal = ZERO
  for (const instrument of desk.broker.bookOf(account).instruments()) {
    if (instrument.secType === 'FUT' || instrument.secType === 'CASH') continue
    const { marketValue } = portfolioRow(desk, account, instrument)
    gross = gross.plus(marketValue.abs().times(exchangeRate(desk, instrument.currency)))
  }
  return gross
}
