import {
  EventName,
  BarSizeSetting,
  FADataType,
  SecType,
  WhatToShow,
  type Contract,
  type ContractDetails,
} from '@stoqey/ib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AAPL, ACCOUNT, settle, endAll } from './support.ts'
import {
  aWorld,
  LAYOUTS,
  OTHER,
  CALL,
  ES,
  VODAFONE,
  numberOf,
  of,
  instrumentLine,
  type World,
} from './world.ts'

/** The market and its reference data, as the real client decodes them, beside the record. */

afterEach(endAll)

describe.each(LAYOUTS)('in %s, at server version %i', (scenario, version) => {
  let world: World
  beforeEach(async () => {
    world = await aWorld(scenario)
    expect(world.client.of(EventName.server)[0]?.[0]).toBe(version)
  })
  afterEach(() => {
    expect(world.client.undecoded()).toEqual([])
    expect(world.gateway.logged).toEqual([])
  })

  it('contract details say what the record says of the instrument', async () => {
    const { ib, client } = world
    for (const [index, conId] of [AAPL, CALL, ES, VODAFONE].entries())
      ib.reqContractDetails(80 + index, { conId })
    await settle(60)
    const told = client
      .of(EventName.contractDetails)
      .map(([, details]) => details as ContractDetails)
    expect(told.map(({ contract }) => contract.conId)).toEqual([AAPL, CALL, ES, VODAFONE])
    for (const { contract, minTick, priceMagnifier, timeZoneId } of told) {
      const line = instrumentLine(world, contract.conId)
      expect([minTick, priceMagnifier, timeZoneId]).toEqual([
        numberOf(line, 'minTick'),
        line['priceMagnifier'],
        line['timeZone'],
      ])
      expect([contract.symbol, contract.localSymbol, contract.strike]).toEqual([
        ...[line['symbol'], line['localSymbol'], numberOf(line, 'strike')],
      ])
    }
    expect(client.of(EventName.contractDetailsEnd).map(([id]) => id)).toEqual([80, 81, 82, 83])
  })

  it('ticks, Greeks and bars are the market’s', async () => {
    const { ib, client, gateway } = world
    gateway.resume()
    ib.reqMktData(84, { conId: AAPL }, '', false, false)
    ib.reqMktData(85, { conId: CALL }, '', true, false)
    const asked = [86, { conId: AAPL }, '', '1 D', BarSizeSetting.MINUTES_FIVE] as const
    ib.reqHistoricalData(...asked, WhatToShow.TRADES, 0, 1, false)
    await client.until(EventName.tickSnapshotEnd)
    await settle()
    const { bid, ask, last, high, low, close, volume, bidSize } = gateway.quoteOf(AAPL)!
    const ticks = new Map(
      [...client.of(EventName.tickPrice), ...client.of(EventName.tickSize)]
        .filter(([id]) => id === 84)
        .map(([, type, value]) => [type, value]),
    )
    const prices = { 1: bid, 2: ask, 4: last, 6: high, 7: low, 9: close }
    for (const [type, price] of Object.entries(prices))
      expect(ticks.get(Number(type))).toBe(price / 100)
    expect([ticks.get(0), ticks.get(8)]).toEqual([bidSize, volume])
    expect(client.of(EventName.marketDataType)).toEqual(expect.arrayContaining([[84, 1]]))
    const option = gateway.quoteOf(CALL)!
    const [, , , volatility, delta, price, , , , , spot] = client
      .of(EventName.tickOptionComputation)
      .find(([id, type]) => id === 85 && type === 12) as number[]
    expect(price).toBeCloseTo(option.last / 100, 4)
    expect(spot).toBe(last / 100)
    expect(delta).toBeGreaterThan(0.2)
    expect(delta).toBeLessThan(0.8)
    expect(volatility).toBeGreaterThan(0.05)
    const bars = client.of(EventName.historicalData).filter(([id]) => id === 86)
    expect(bars).toHaveLength(289)
    expect(bars.at(-2)?.[5]).toBe(last / 100)
    expect(String(bars.at(-1)?.[1])).toMatch(/^finished/)
  })

  it('reference answers name what there is', async () => {
    const { ib, client } = world
    ib.reqSecDefOptParams(87, 'AAPL', '', SecType.STK, AAPL)
    ib.reqMatchingSymbols(88, 'MSF')
    ib.reqMarketRule(26)
    ib.reqFamilyCodes()
    ib.reqUserInfo(89)
    ib.requestFA(FADataType.GROUPS)
    await client.until(EventName.receiveFA)
    const [chain] = client.of(EventName.securityDefinitionOptionParameter)
    const options = of(world, 'instrument').filter(
      ({ secType, symbol }) => secType === 'OPT' && symbol === 'AAPL',
    )
    expect(chain).toEqual([
      ...[87, 'SMART', AAPL, 'AAPL', 100, ['20271217']],
      [...new Set(options.map((line) => numberOf(line, 'strike')))].sort((a, b) => a - b),
    ])
    const [, samples] = client.of(EventName.symbolSamples)[0] as [number, { contract: Contract }[]]
    expect(samples.map(({ contract }) => contract.conId)).toEqual([272093])
    expect(client.of(EventName.marketRule)).toEqual([[26, [{ lowEdge: 0, increment: 0.01 }]]])
    const [codes] = client.of(EventName.familyCodes)[0] as [{ accountID: string }[]]
    expect(codes.map(({ accountID }) => accountID)).toEqual([ACCOUNT, OTHER])
    expect(client.of(EventName.userInfo)).toEqual([[89, '']])
    expect(String(client.of(EventName.receiveFA)[0]?.[1])).toContain(
      `<String>${ACCOUNT}</String><String>${OTHER}</String>`,
    )
  })
})
