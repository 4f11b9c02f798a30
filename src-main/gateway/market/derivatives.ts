import type { Instrument, Schedule } from './instrument.ts'
import { SCHEDULES } from './schedules.ts'
import { STOCKS } from './stocks.ts'

type OptionRow = readonly [
  conId: number,
  underlying: string,
  expiry: string,
  right: 'C' | 'P',
  strike: string,
  openingPrice: string,
]

const OPTIONS: readonly OptionRow[] = [
  [801200101, 'AAPL', '20271217', 'C', '280', '34.15'],
  [801200102, 'AAPL', '20271217', 'P', '250', '17.40'],
  [801200103, 'AAPL', '20271217', 'C', '300', '26.05'],
  [801200201, 'SPY', '20271217', 'P', '600', '24.30'],
  [801200202, 'SPY', '20271217', 'P', '550', '14.85'],
  [801200301, 'NVDA', '20271217', 'C', '200', '31.70'],
]

type FutureRow = readonly [
  conId: number,
  symbol: string,
  localSymbol: string,
  longName: string,
  exchange: string,
  multiplier: string,
  minTick: string,
  openingPrice: string,
  expiry: string,
]

const FUTURES: readonly FutureRow[] = [
  [802100101, 'ES', 'ESZ7', 'E-mini S&P 500', 'CME', '50', '0.25', '6618.75', '20271217'],
  [802100102, 'MES', 'MESZ7', 'Micro E-Mini S&P 500', 'CME', '5', '0.25', '6618.75', '20271217'],
  [802100103, 'NQ', 'NQZ7', 'E-mini NASDAQ 100', 'CME', '20', '0.25', '24312.50', '20271217'],
  [802100104, 'CL', 'CLZ7', 'Light Sweet Crude Oil', 'NYMEX', '1000', '0.01', '57.98', '20271119'],
  [
    802100105,
    'ZN',
    'ZNZ7',
    '10 Year US Treasury Note',
    'CBOT',
    '1000',
    '0.015625',
    '113.171875',
    '20271221',
  ],
  [802100201, 'DAX', 'FDXM 20271217 M', 'Mini DAX Index', 'EUREX', '5', '1', '23145', '20271217'],
]

const CURRENCIES: readonly (readonly [number, string, string, string, string])[] = [
  [12087792, 'EUR', 'USD', '0.00005', '1.15135'],
  [12087797, 'GBP', 'USD', '0.00005', '1.30985'],
  [12087807, 'EUR', 'GBP', '0.00005', '0.87900'],
]

const underlyingOf = (symbol: string): Instrument['underlying'] => ({
  conId: STOCKS.find((stock) => stock.symbol === symbol)?.conId ?? 0,
  symbol,
  type: 'STK',
})

function option([conId, symbol, expiry, right, strike, openingPrice]: OptionRow): Instrument {
  const digits = `${strike}000`.padStart(8, '0')
  return {
    conId,
    symbol,
    localSymbol: `${symbol.padEnd(6)}${expiry.slice(2)}${right}${digits}`,
    secType: 'OPT',
    currency: 'USD',
    venues: ['CBOE', 'PHLX', 'AMEX', 'BOX'],
    primaryExchange: '',
    tradingClass: symbol,
    marketName: symbol,
    longName: symbol,
    multiplier: '100',
    priceMagnifier: 1,
    minTick: '0.01',
    zone: 'US/Eastern',
    expiry,
    strike,
    right,
    underlying: underlyingOf(symbol),
    step: '1',
    usual: '5',
    openingPrice,
    wildness: 5,
    schedule: SCHEDULES.usOption,
    legs: [],
  }
}

function futureSchedule(symbol: string): Schedule {
  if (symbol === 'DAX') return SCHEDULES.euFuture
  return symbol === 'MES' ? SCHEDULES.microFuture : SCHEDULES.future
}

function future(row: FutureRow): Instrument {
  const [conId, symbol, localSymbol, longName, exchange, multiplier, minTick, price, expiry] = row
  return {
    conId,
    symbol,
    localSymbol,
    secType: 'FUT',
    currency: symbol === 'DAX' ? 'EUR' : 'USD',
    venues: [exchange],
    primaryExchange: '',
    tradingClass: symbol === 'DAX' ? 'FDXM' : symbol,
    marketName: symbol,
    longName,
    multiplier,
    priceMagnifier: 1,
    minTick,
    zone: symbol === 'DAX' ? 'MET' : 'US/Central',
    expiry,
    strike: '0',
    right: '',
    underlying: { conId: conId + 9000, symbol, type: 'IND' },
    step: '1',
    usual: '2',
    openingPrice: price,
    wildness: 3,
    schedule: futureSchedule(symbol),
    legs: [],
  }
}

function pair(row: (typeof CURRENCIES)[number]): Instrument {
  const [conId, symbol, currency, minTick, openingPrice] = row
  return {
    conId,
    symbol,
    localSymbol: `${symbol}.${currency}`,
    secType: 'CASH',
    currency,
    venues: ['IDEALPRO'],
    primaryExchange: '',
    tradingClass: `${symbol}.${currency}`,
    marketName: `${symbol}.${currency}`,
    longName: `${symbol} in ${currency}`,
    multiplier: '',
    priceMagnifier: 1,
    minTick,
    zone: 'US/Eastern',
    expiry: '',
    strike: '0',
    right: '',
    underlying: { conId: 0, symbol: '', type: '' },
    step: '1',
    usual: '20000',
    openingPrice,
    wildness: 2,
    schedule: SCHEDULES.conversion,
    legs: [],
  }
}

const COINS: readonly (readonly [number, string, string, string])[] = [
  [479624278, 'BTC', '84648.50', '0.05'],
  [495759171, 'ETH', '2765.25', '1.2'],
]

function coin([conId, symbol, price, usual]: (typeof COINS)[number]): Instrument {
  return {
    ...pair([conId, symbol, 'USD', '0.25', price]),
    secType: 'CRYPTO',
    venues: ['PAXOS'],
    longName: `${symbol === 'BTC' ? 'Bitcoin' : 'Ethereum'} cryptocurrency`,
    step: '0.00000001',
    usual,
    wildness: 40,
    schedule: SCHEDULES.coin,
  }
}

/** Options, futures, currency pairs and coins. */
export const DERIVATIVES: readonly Instrument[] = [
  ...OPTIONS.map(option),
  ...FUTURES.map(future),
  ...CURRENCIES.map(pair),
  ...COINS.map(coin),
]
