import {
  BarSizeSetting,
  EventName,
  FADataType,
  LogLevel,
  MarketDataType,
  OptionExerciseAction,
  OrderAction,
  OrderType,
  SecType,
  WhatToShow,
  type Contract,
  type IBApi,
  type Order,
} from '@stoqey/ib'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { readRequest } from '#gateway/answers/reception.ts'
import { REQUESTS } from '#gateway/wire/requests.ts'
import { AAPL, aGateway, endAll, openRaw, realClient, settle } from './support.ts'

afterEach(endAll)

const AAPL_STOCK: Contract = {
  symbol: 'AAPL',
  secType: SecType.STK,
  exchange: 'SMART',
  currency: 'USD',
}
const SPREAD: Contract = {
  symbol: 'AAPL',
  secType: SecType.BAG,
  exchange: 'SMART',
  currency: 'USD',
  comboLegs: [
    { conId: 801200101, ratio: 1, action: OrderAction.BUY, exchange: 'SMART' },
    { conId: 801200103, ratio: 1, action: OrderAction.SELL, exchange: 'SMART' },
  ],
}

const ORDER: Order = {
  action: OrderAction.BUY,
  totalQuantity: 10,
  orderType: OrderType.LMT,
  lmtPrice: 1.5,
  transmit: true,
  orderRef: 'CARRY:1',
}

/** Every request the gateway knows, as the client's methods spell it. */
const ASKED: Readonly<Record<string, (ib: IBApi) => unknown>> = {
  reqMktData: (ib) => ib.reqMktData(10_001, { conId: AAPL }, '', false, false),
  'reqMktData of legs': (ib) => ib.reqMktData(10_002, SPREAD, '100,101', true, false),
  cancelMktData: (ib) => ib.cancelMktData(10_001),
  'reqAccountUpdates on': (ib) => ib.reqAccountUpdates(true, 'DEMO1000001'),
  'reqAccountUpdates off': (ib) => ib.reqAccountUpdates(false, ''),
  'reqExecutions unfiltered': (ib) => ib.reqExecutions(10_003, {}),
  'reqExecutions filtered': (ib) =>
    ib.reqExecutions(10_004, {
      clientId: '12',
      acctCode: 'DEMO1000001',
      time: '20261120-00:00:00',
      symbol: 'AAPL',
      secType: SecType.STK,
      exchange: 'ARCA',
      side: 'BUY',
    }),
  reqIds: (ib) => ib.reqIds(),
  reqContractDetails: (ib) => ib.reqContractDetails(10_005, AAPL_STOCK),
  setServerLogLevel: (ib) => ib.setServerLogLevel(LogLevel.DETAIL),
  reqAutoOpenOrders: (ib) => ib.reqAutoOpenOrders(true),
  reqAllOpenOrders: (ib) => ib.reqAllOpenOrders(),
  reqManagedAccts: (ib) => ib.reqManagedAccts(),
  reqCurrentTime: (ib) => ib.reqCurrentTime(),
  reqMarketDataType: (ib) => ib.reqMarketDataType(MarketDataType.DELAYED),
  reqPositions: (ib) => ib.reqPositions(),
  cancelPositions: (ib) => ib.cancelPositions(),
  reqAccountSummary: (ib) => ib.reqAccountSummary(10_006, 'All', '$LEDGER:ALL'),
  cancelAccountSummary: (ib) => ib.cancelAccountSummary(10_006),
  placeOrder: (ib) => ib.placeOrder(990_000_001, { conId: AAPL }, ORDER),
  'placeOrder of legs': (ib) => ib.placeOrder(990_000_002, SPREAD, ORDER),
  reqOpenOrders: (ib) => ib.reqOpenOrders(),
  cancelOrder: (ib) => ib.cancelOrder(990_000_001),
  globalCancel: (ib) => ib.reqGlobalCancel({}),
  reqHistoricalData: (ib) =>
    ib.reqHistoricalData(
      ...([10_009, AAPL_STOCK, '', '1 D', BarSizeSetting.MINUTES_FIVE] as const),
      ...([WhatToShow.TRADES, 0, 1, true] as const),
    ),
  cancelHistoricalData: (ib) => ib.cancelHistoricalData(10_009),
  reqPositionsMulti: (ib) => ib.reqPositionsMulti(10_010, 'DEMO1000001', ''),
  cancelPositionsMulti: (ib) => ib.cancelPositionsMulti(10_010),
  reqAccountUpdatesMulti: (ib) => ib.reqAccountUpdatesMulti(10_011, 'DEMO1000001', '', false),
  cancelAccountUpdatesMulti: (ib) => ib.cancelAccountUpdatesMulti(10_011),
  exerciseOptions: (ib) => {
    const option: Contract = { conId: 801200202, strike: 550, multiplier: 100 }
    ib.exerciseOptions(10_017, option, OptionExerciseAction.EXERCISE, 1, 'DEMO1000001', 0)
  },
  reqPnL: (ib) => ib.reqPnL(10_012, 'DEMO1000001', ''),
  cancelPnL: (ib) => ib.cancelPnL(10_012),
  reqPnLSingle: (ib) => ib.reqPnLSingle(10_013, 'DEMO1000001', '', AAPL),
  cancelPnLSingle: (ib) => ib.cancelPnLSingle(10_013),
  requestFA: (ib) => ib.requestFA(FADataType.GROUPS),
  reqFamilyCodes: (ib) => ib.reqFamilyCodes(),
  reqUserInfo: (ib) => ib.reqUserInfo(10_014),
  reqMatchingSymbols: (ib) => ib.reqMatchingSymbols(10_015, 'AA'),
  reqMarketRule: (ib) => ib.reqMarketRule(26),
  reqSecDefOptParams: (ib) => ib.reqSecDefOptParams(10_016, 'AAPL', '', SecType.STK, AAPL),
  reqCompletedOrders: (ib) => ib.reqCompletedOrders(true),
}

/** What all of them together are answered with. */
const CALLBACKS: readonly EventName[] = [
  ...[EventName.tickPrice, EventName.tickSize, EventName.tickReqParams],
  ...[EventName.marketDataType, EventName.tickSnapshotEnd, EventName.orderStatus],
  ...[EventName.openOrder, EventName.openOrderEnd, EventName.updateAccountValue],
  ...[EventName.updatePortfolio, EventName.updateAccountTime, EventName.accountDownloadEnd],
  ...[EventName.execDetailsEnd, EventName.nextValidId, EventName.contractDetails],
  ...[EventName.contractDetailsEnd, EventName.managedAccounts, EventName.currentTime],
  ...[EventName.position, EventName.positionEnd, EventName.accountSummary],
  ...[EventName.accountSummaryEnd, EventName.completedOrdersEnd, EventName.historicalData],
  ...[EventName.positionMulti, EventName.positionMultiEnd, EventName.accountUpdateMulti],
  ...[EventName.accountUpdateMultiEnd, EventName.pnl, EventName.pnlSingle],
  ...[EventName.familyCodes, EventName.userInfo, EventName.symbolSamples],
  ...[EventName.marketRule, EventName.securityDefinitionOptionParameter],
  EventName.securityDefinitionOptionParameterEnd,
]

describe('every token a client sends is accounted for', () => {
  it.each(['calm', 'version-old'])('in every request of @stoqey/ib, in %s', async (scenario) => {
    const gateway = await aGateway({ scenario })
    const { ib, until, of, undecoded } = await realClient(gateway.port, 0)
    for (const ask of Object.values(ASKED)) ask(ib)
    await until(EventName.completedOrdersEnd)
    for (let round = 0; round < 3; round += 1) {
      gateway.time.advance(2000)
      await settle(10)
    }
    const silent = CALLBACKS.filter((name) => of(name).length === 0)
    expect(silent).toEqual([])
    expect(undecoded()).toEqual([])
    expect(gateway.logged).toEqual([])
    expect(of(EventName.error).filter(([, code]) => code === 320 || code === 505)).toEqual([])
    const asked = Object.keys(ASKED).map((name) => name.split(' ')[0])
    expect(new Set([...asked, 'startApi'])).toEqual(new Set(Object.keys(REQUESTS)))
  })

  it.each([
    ['one too few', [7, 3, 901, '', '', '', '', '', ''], '901'],
    ['one too many', [7, 3, 902, '', '', '', '', '', '', '', 'more'], '902'],
    ['a word for a number', [7, 3, 903, 'eleven', '', '', '', '', '', ''], '903'],
    ['a part of a contract', [9, 8, 904, 0, 'AAPL'], '904'],
    ['nothing at all', [61], '-1'],
  ])('or the request is refused: %s', async (_, tokens, id) => {
    const gateway = await aGateway()
    const client = await openRaw(gateway.port, 1)
    client.send(...tokens)
    const refusal = await client.until((told) => told[3] === '320')
    expect(refusal[2]).toBe(id)
    expect(refusal[4]).toContain('Error reading request')
    expect(gateway.logged).toHaveLength(1)
  })

  it('and an unknown message id is answered with 505', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    client.send(4711, 1, 2, 3)
    expect(await client.until((told) => told[3] === '505')).toEqual([
      '4',
      '2',
      '-1',
      '505',
      'Unknown message id',
      '',
    ])
  })

  it('while a request the simulation lacks is one it does not know', async () => {
    const { port } = await aGateway()
    const { ib, until } = await realClient(port, 1)
    ib.reqScannerParameters()
    ib.reqCurrentTime()
    await until(EventName.currentTime)
  })
})

describe('an unset token', () => {
  const unset = ['', '0', '-1', '2147483647', '1.7976931348623157E308', '1.7976931348623157e+308']

  it.each(unset)('may be spelled "%s" in a contract', async (nothing) => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    const contract = [nothing, 'AAPL', 'OPT', '', nothing, '', '', 'SMART', '', 'USD', '', '']
    client.send(9, 8, 905, ...contract, 0, '', '', '')
    await client.message(52)
    expect(client.of(10)).toHaveLength(3)
  })

  it.each(unset)('may be spelled "%s" in an execution filter', async (nothing) => {
    const gateway = await aGateway({ scenario: 'busy' })
    gateway.time.advance(5000)
    const client = await openRaw(gateway.port, 1)
    client.send(7, 3, 906, nothing, '', '', '', '', '', '')
    await client.message(55)
    expect(client.of(11).length).toBe(gateway.state()['executions'])
  })

  it('never hides a number: exponents are read', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    const contract = [0, 'AAPL', 'OPT', '', '2.8e2', 'C', '1E2', '', '', 'USD', '', '']
    client.send(9, 8, 907, ...contract, 0, '', '', '')
    await client.message(52)
    expect(client.of(10).map((tokens) => tokens[6])).toEqual(['280.0'])
  })
})

it('no tokens whatever make the reader throw anything', () => {
  const ids = [...Object.values(REQUESTS).map(({ id }) => String(id)), '', '0', '-7', '99999', 'x']
  const token = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom('', '0', '1', 'BAG', '2147483647', '1e400', '-5', '1.5'),
    fc.integer().map(String),
  )
  fc.assert(
    fc.property(
      fc.constantFrom(...ids),
      fc.array(token, { maxLength: 140 }),
      fc.constantFrom(178, 193),
      (id, tokens, version) => {
        const reading = readRequest([id, ...tokens], version)
        expect(reading.name === null ? reading.code : 0).toBeOneOf([0, 320, 505])
      },
    ),
    { numRuns: 3000 },
  )
})
