import type { Instrument } from './instrument.ts'
import { SCHEDULES } from './schedules.ts'

type StockRow = readonly [
  conId: number,
  symbol: string,
  longName: string,
  primaryExchange: string,
  openingPrice: string,
  wildness: number,
  usual: string,
]

const US: readonly StockRow[] = [
  [265598, 'AAPL', 'APPLE INC', 'NASDAQ', '271.49', 6, '100'],
  [272093, 'MSFT', 'MICROSOFT CORP', 'NASDAQ', '472.12', 9, '50'],
  [3691937, 'AMZN', 'AMAZON.COM INC', 'NASDAQ', '220.69', 6, '100'],
  [4815747, 'NVDA', 'NVIDIA CORP', 'NASDAQ', '178.88', 7, '200'],
  [208813720, 'GOOG', 'ALPHABET INC-CL C', 'NASDAQ', '299.65', 6, '80'],
  [107113386, 'META', 'META PLATFORMS INC-CLASS A', 'NASDAQ', '594.25', 11, '40'],
  [76792991, 'TSLA', 'TESLA INC', 'NASDAQ', '391.09', 14, '60'],
  [4391, 'AMD', 'ADVANCED MICRO DEVICES', 'NASDAQ', '203.78', 8, '100'],
  [15124833, 'NFLX', 'NETFLIX INC', 'NASDAQ', '104.31', 5, '120'],
  [270639, 'INTC', 'INTEL CORP', 'NASDAQ', '34.50', 2, '400'],
  [1520593, 'JPM', 'JPMORGAN CHASE & CO', 'NYSE', '298.02', 4, '80'],
  [13977, 'XOM', 'EXXON MOBIL CORP', 'NYSE', '117.08', 2, '150'],
  [8894, 'KO', 'COCA-COLA CO/THE', 'NYSE', '73.12', 1, '300'],
  [8314, 'IBM', 'INTL BUSINESS MACHINES CORP', 'NYSE', '297.44', 5, '60'],
  [8719, 'JNJ', 'JOHNSON & JOHNSON', 'NYSE', '203.90', 2, '100'],
  [10291, 'PG', 'PROCTER & GAMBLE CO/THE', 'NYSE', '150.44', 2, '100'],
  [2841574, 'BRK B', 'BERKSHIRE HATHAWAY INC-CL B', 'NYSE', '504.04', 5, '30'],
  [756733, 'SPY', 'SS SPDR S&P 500 ETF TRUST-US', 'ARCA', '659.03', 5, '100'],
  [320227571, 'QQQ', 'INVESCO QQQ TRUST SERIES 1', 'NASDAQ', '590.07', 7, '80'],
  [9579970, 'IWM', 'ISHARES RUSSELL 2000 ETF', 'ARCA', '235.60', 4, '150'],
  [51529211, 'GLD', 'SPDR GOLD SHARES', 'ARCA', '374.27', 5, '60'],
  [15547841, 'TLT', 'ISHARES 20+ YEAR TREASURY BD', 'NASDAQ', '89.73', 1, '300'],
]

const EU: readonly StockRow[] = [
  [14204, 'SAP', 'SAP SE', 'IBIS', '205.35', 5, '60'],
  [14121, 'SIE', 'SIEMENS AG-REG', 'IBIS', '222.80', 5, '60'],
  [14094, 'BMW', 'BAYERISCHE MOTOREN WERKE AG', 'IBIS', '86.40', 3, '120'],
  [44652017, 'ALV', 'ALLIANZ SE-REG', 'IBIS', '364.20', 6, '30'],
  [117589399, 'ASML', 'ASML HOLDING NV', 'AEB', '860.30', 11, '15'],
  [12178234, 'AIR', 'AIRBUS SE', 'SBF', '202.75', 5, '60'],
  [29612193, 'MC', 'LVMH MOET HENNESSY LOUIS VUI', 'SBF', '619.10', 10, '20'],
]

const UK: readonly StockRow[] = [
  [135542747, 'VOD', 'VODAFONE GROUP PLC', 'LSE', '92.62', 2, '4000'],
  [1918992, 'AZN', 'ASTRAZENECA PLC', 'LSE', '13522', 6, '40'],
  [29646174, 'HSBA', 'HSBC HOLDINGS PLC', 'LSE', '1062.6', 4, '400'],
  [37977290, 'SHEL', 'SHELL PLC-NEW', 'LSE', '2790.5', 4, '150'],
]
const UK_TICKS: Readonly<Record<string, string>> = {
  VOD: '0.02',
  AZN: '2',
  HSBA: '0.2',
  SHEL: '0.5',
}

type Market = Pick<Instrument, 'currency' | 'zone' | 'schedule' | 'priceMagnifier' | 'venues'>

const usMarket: Market = {
  currency: 'USD',
  zone: 'US/Eastern',
  schedule: SCHEDULES.usStock,
  priceMagnifier: 1,
  venues: ['ISLAND', 'ARCA', 'NYSE', 'BATS', 'IEX'],
}
const euMarket: Market = {
  currency: 'EUR',
  zone: 'MET',
  schedule: SCHEDULES.euStock,
  priceMagnifier: 1,
  venues: ['IBIS', 'IBIS2', 'BATEEN'],
}
const ukMarket: Market = {
  currency: 'GBP',
  zone: 'GB-Eire',
  schedule: SCHEDULES.ukStock,
  priceMagnifier: 100,
  venues: ['LSE', 'BATEUK', 'CHIXUK'],
}

function stock(row: StockRow, market: Market, minTick: string): Instrument {
  const [conId, symbol, longName, primaryExchange, openingPrice, wildness, usual] = row
  return {
    ...market,
    conId,
    symbol,
    localSymbol: symbol,
    secType: 'STK',
    primaryExchange,
    tradingClass: primaryExchange === 'NASDAQ' ? 'NMS' : symbol,
    marketName: primaryExchange === 'NASDAQ' ? 'NMS' : symbol,
    longName,
    multiplier: '',
    minTick,
    expiry: '',
    strike: '0',
    right: '',
    underlying: { conId: 0, symbol: '', type: '' },
    step: '1',
    usual,
    openingPrice,
    wildness,
    legs: [],
  }
}

/** Shares and funds of three markets; London is quoted in pence. */
export const STOCKS: readonly Instrument[] = [
  ...US.map((row) => stock(row, usMarket, '0.01')),
  ...EU.map((row) => stock(row, euMarket, '0.05')),
  ...UK.map((row) => stock(row, ukMarket, UK_TICKS[row[1]] ?? '0.1')),
]

const FIRST_SYNTHETIC = 900_000_001

/** One of any number of made-up shares, each at a price of its own. */
export function syntheticStock(index: number): Instrument {
  const number = String(index + 1).padStart(5, '0')
  const cents = String((index * 37) % 100).padStart(2, '0')
  const price = `${10 + ((index * 7919) % 490)}.${cents}`
  const row: StockRow = [
    FIRST_SYNTHETIC + index,
    `X${number}`,
    `SYNTHETIC ${number}`,
    'NASDAQ',
    price,
    3,
    '100',
  ]
  return stock(row, usMarket, '0.01')
}
