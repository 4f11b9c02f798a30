import type { LiveSnapshot } from '#shared/api/live.ts'
import type { FillRow, LinkView, OrderRow, PositionRow } from '#shared/api/views.ts'
import { D, decimal, text } from '#shared/money.ts'

/** Builders of a believable book: every kind of row the screen must cope with. */

export const aLink = (change: Partial<LinkView> = {}): LinkView => ({
  state: 'connected',
  host: '127.0.0.1',
  port: 7497,
  clientId: 17,
  realm: 'PAPER',
  serverVersion: 193,
  since: Date.now() - 3_600_000,
  heardAt: Date.now(),
  retryAt: null,
  problem: null,
  capabilities: {
    executions: 'master',
    orders: true,
    readOnly: true,
    sentence: 'Client 17 is the Master Client: every execution arrives at once.',
  },
  ...change,
})

export const aPosition = (change: Partial<PositionRow> = {}): PositionRow => {
  const row: PositionRow = {
    key: '',
    strategy: 'momentum',
    conId: 265_598,
    symbol: 'AAPL',
    name: 'AAPL',
    secType: 'STK',
    currency: 'USD',
    multiplier: '1',
    priceDecimals: 2,
    quantity: '100',
    averageCost: '210.1234',
    realized: '0',
    commissions: [{ currency: 'USD', amount: '1.05' }],
    commissionsPending: 0,
    last: '214.37',
    lastSource: 'live',
    lastAt: Date.now(),
    lastIsStale: false,
    marketValue: null,
    ...{ unrealized: null, daily: null, dailyBase: null },
    ...{ fxRate: '1', marketValueBase: null, unrealizedBase: null, realizedBase: '0' },
    ...{ navPercent: null, exposurePercent: null },
    changedAt: Date.now() - 600_000,
    ...change,
  }
  return priced({ ...row, key: `${row.strategy}|${row.conId}` }, row.last)
}

/** The position at another price. */
export function priced(row: PositionRow, last: string | null): PositionRow {
  if (last === null) return { ...row, last, lastSource: null, lastAt: null }
  const worth = decimal(row.quantity).times(last).times(row.multiplier)
  const cost = row.averageCost === null ? null : decimal(row.averageCost)
  const unrealized =
    cost === null ? null : decimal(last).minus(cost).times(row.quantity).times(row.multiplier)
  return {
    ...row,
    last,
    lastAt: Date.now(),
    marketValue: text(worth),
    unrealized: unrealized === null ? null : text(unrealized),
  }
}

export const aFill = (change: Partial<FillRow> = {}): FillRow => ({
  fillId: '0000e0d5.6560a1b2.01',
  execId: '0000e0d5.6560a1b2.01.01',
  revision: 1,
  executedAt: Date.now() - 120_000,
  executedAtText: '20261120 10:32:07 US/Eastern',
  conId: 265_598,
  symbol: 'AAPL',
  name: 'AAPL',
  secType: 'STK',
  side: 'buy',
  quantity: '100',
  price: '210.1234',
  priceDecimals: 2,
  amount: '-21012.34',
  currency: 'USD',
  commission: '1.05',
  commissionCurrency: 'USD',
  realized: '0',
  exchange: 'NASDAQ',
  orderRef: 'momentum/entry-7',
  strategy: 'momentum',
  permId: 1_482_003_117,
  clientId: 3,
  isPriceProvisional: false,
  isInformational: false,
  ...change,
})

const anOrder = (change: Partial<OrderRow> = {}): OrderRow => ({
  key: 'p1482003117',
  permId: 1_482_003_117,
  clientId: 3,
  orderId: 41,
  conId: 265_598,
  symbol: 'AAPL',
  name: 'AAPL',
  side: 'buy',
  quantity: '100',
  filled: '0',
  remaining: '100',
  orderType: 'LMT',
  limitPrice: '210.5',
  auxiliaryPrice: null,
  averageFillPrice: null,
  priceDecimals: 2,
  timeInForce: 'DAY',
  status: 'Submitted',
  reason: null,
  orderRef: 'momentum/entry-7',
  strategy: 'momentum',
  firstSeenAt: Date.now() - 120_000,
  updatedAt: Date.now() - 60_000,
  ...change,
})

const STOCKS = [
  ...['AAPL', 'AMD', 'AMZN', 'ASML', 'AVGO', 'BAC', 'BRK B', 'COST', 'CRM', 'CVX', 'DIS', 'GE'],
  ...['GOOGL', 'HD', 'IBM', 'INTC', 'JNJ', 'JPM', 'KO', 'LLY', 'MA', 'META', 'MSFT', 'NFLX'],
  ...['NVDA', 'ORCL', 'PEP', 'PFE', 'QQQ', 'SPY'],
]
const STRATEGIES = ['momentum', 'pairs-eu', 'mean-reversion', 'overnight-carry']

function stocks(): PositionRow[] {
  return STOCKS.flatMap((symbol, i) => {
    const shared = { conId: 1000 + i, symbol, name: symbol, last: `${40 + i * 13}.${10 + i}` }
    const averageCost = `${39 + i * 13 + (i % 5)}.1234`
    const quantity = i % 4 === 1 ? `-${50 + i}` : `${100 + i * 10}`
    const first = { ...shared, strategy: STRATEGIES[i % 4]!, quantity, averageCost }
    if (i % 3 !== 0) return [aPosition(first)]
    const opposite = i % 6 === 0 ? `-${25 + i}` : `${25 + i}`
    const second = { ...shared, strategy: STRATEGIES[(i + 1) % 4]!, averageCost: '41.5' }
    return [
      aPosition({ ...first, realized: i % 2 === 0 ? '1234.5' : '-87.25' }),
      aPosition({ ...second, quantity: opposite, commissionsPending: i % 2 }),
      aPosition({ ...shared, strategy: 'UNATTRIBUTED', quantity: '7', averageCost: null }),
    ]
  })
}

function oddities(): PositionRow[] {
  const option = { symbol: 'SPX', name: 'SPX 20261218 C 6800 (SPXW, weekly, PM-settled)' }
  return [
    aPosition({
      ...{ conId: 2001, ...option, secType: 'OPT', multiplier: '100', quantity: '-12' },
      ...{ averageCost: '84.35', last: '91.2', lastSource: 'broker-mark', priceDecimals: 2 },
      commissions: [],
      commissionsPending: 3,
    }),
    aPosition({
      ...{ conId: 2002, symbol: 'ES', name: 'ESZ6', secType: 'FUT', multiplier: '50' },
      ...{ quantity: '3', averageCost: '6731.25', last: '6728.5', lastSource: 'delayed' },
    }),
    aPosition({
      ...{ conId: 2003, symbol: 'BTC', name: 'BTC', secType: 'CRYPTO', quantity: '0.04518237' },
      ...{ averageCost: '91234.123456789', last: '93012.5', strategy: 'overnight-carry' },
      commissions: [{ currency: 'USD', amount: '0.00012345' }],
    }),
    aPosition({
      ...{ conId: 2004, symbol: '7203', name: '7203', currency: 'JPY', quantity: '-300' },
      ...{ averageCost: '2871.5', last: '2899', priceDecimals: 1, strategy: 'pairs-eu' },
      commissions: [
        { currency: 'JPY', amount: '240' },
        { currency: 'USD', amount: '1.5' },
      ],
    }),
    aPosition({
      ...{ conId: 2005, symbol: 'SAP', name: 'SAP', currency: 'EUR', quantity: '420' },
      ...{ averageCost: '231.44', last: null, strategy: 'pairs-eu' },
    }),
    aPosition({
      ...{ conId: 2006, symbol: 'VOD', name: 'VOD', currency: 'GBP', quantity: '0' },
      ...{ averageCost: null, realized: '-412.07', last: '0.7214', priceDecimals: 4 },
    }),
    aPosition({
      ...{ conId: 2007, symbol: 'EUR', name: 'EURUSD CFD', secType: 'CFD', quantity: '25000' },
      ...{ averageCost: '1.08431', last: '1.08431', priceDecimals: 5, lastSource: 'frozen' },
    }),
  ]
}

/** Forty symbols of four strategies, and whatever else a day brings. */
const aBook = (): PositionRow[] => [...stocks(), ...oddities()]

/** A day's fills: corrected, provisional, without commission, and a combo with its legs. */
function aDayOfFills(): FillRow[] {
  const usual = STOCKS.map((symbol, i) =>
    aFill({
      ...{ fillId: `0000e0d5.6560a1${100 + i}.01`, execId: `0000e0d5.6560a1${100 + i}.01.01` },
      ...{ conId: 1000 + i, symbol, name: symbol, side: i % 2 === 0 ? 'buy' : 'sell' },
      ...{ executedAt: Date.now() - i * 47_000, strategy: STRATEGIES[i % 4]! },
      ...{ realized: i % 2 === 0 ? '0' : i % 4 === 1 ? '142.5' : '-38.11' },
      ...{ amount: i % 2 === 0 ? '-21012.34' : '21012.34' },
      commission: i < 2 ? null : '1.0512',
      orderRef: i % 7 === 3 ? '' : `${STRATEGIES[i % 4] ?? ''}/entry-${i}`,
      ...(i % 7 === 3 ? { strategy: 'UNATTRIBUTED' } : {}),
    }),
  )
  const [first, second, third, fourth, ...rest] = usual
  return [
    { ...first!, revision: 2, execId: '0000e0d5.6560a1100.01.02', price: '210.13' },
    { ...second!, isPriceProvisional: true, realized: null },
    { ...third!, secType: 'BAG', symbol: 'SPX', name: 'SPX vertical', isInformational: true },
    { ...fourth!, name: 'SPX 20261218 C 6800 (SPXW, weekly, PM-settled)', symbol: 'SPX' },
    ...rest,
    aFill({
      ...{ fillId: 'btc.1', execId: '00025b44.67f3.01.01', symbol: 'BTC', name: 'BTC' },
      ...{ secType: 'CRYPTO', quantity: '0.04518237', price: '91234.12', amount: '-4122.1736' },
      executedAt: Date.now() - 90_000_000,
    }),
  ]
}

const STATES = ['Submitted', 'Filled', 'Cancelled', 'PreSubmitted', 'Inactive'] as const

const aDayOfOrders = (): OrderRow[] =>
  STOCKS.slice(0, 24).map((symbol, i) => {
    const status = STATES[i % STATES.length]!
    const filled = status === 'Filled' ? '100' : status === 'Cancelled' ? '30' : '0'
    return anOrder({
      ...{ key: `p${9000 + i}`, permId: 9000 + i, conId: 1000 + i, symbol, name: symbol, status },
      ...{ filled, remaining: text(new D(100).minus(filled)), side: i % 2 === 0 ? 'buy' : 'sell' },
      ...{ strategy: i % 6 === 5 ? 'UNATTRIBUTED' : STRATEGIES[i % 4]! },
      ...(i % 3 === 0 ? { orderType: 'STP LMT', auxiliaryPrice: '209.75' } : {}),
      ...(i % 8 === 7 ? { limitPrice: null, orderType: 'MKT', timeInForce: null } : {}),
      averageFillPrice: filled === '0' ? null : '210.1166667',
      reason: status === 'Inactive' ? 'Order held: not enough margin.' : null,
      firstSeenAt: Date.now() - i * 61_000,
    })
  })

/** Everything of one account, as a core would say it first. */
export const aSnapshot = (change: Partial<LiveSnapshot> = {}): LiveSnapshot => ({
  kind: 'snapshot',
  subscription: 's1',
  revision: 1,
  accounts: ['DU1234567'],
  link: aLink(),
  reconciliation: null,
  jobs: [],
  book: {
    account: 'DU1234567',
    opening: 'proposed',
    openingPositions: 37,
    openingAt: Date.now() - 3_600_000,
    openingUnknownCosts: 2,
    fills: 31,
    orphanCommissions: 0,
  },
  account: {
    baseCurrency: 'USD',
    netLiquidation: '1284310.27',
    unrealized: '-12840.5',
    realized: '1834.11',
    daily: '-512.4',
    at: Date.now(),
    worth: null,
  },
  status: {
    now: Date.now(),
    queueDepth: 0,
    queueLimit: 10_000,
    ledger: {
      path: '/home/trader/.truebook/ledger/DU1234567.duckdb',
      sizeBytes: 12_431_360,
      writeAheadLogBytes: 48_211,
      lastBackupAt: Date.now() - 7_200_000,
      problem: null,
    },
    notices: [
      {
        ...{ id: 1, at: Date.now() - 3_600_000, severity: 'info', remedy: null },
        message: 'Connected to TWS; 31 executions of today were fetched.',
      },
      {
        ...{ id: 2, at: Date.now() - 900_000, severity: 'warning' },
        message: 'The connection between TWS and IB was lost for 42 s; nothing was missed.',
        remedy: 'Nothing to do: executions were asked for again.',
      },
    ],
  },
  positions: aBook(),
  fills: aDayOfFills(),
  orders: aDayOfOrders(),
  ...change,
})
