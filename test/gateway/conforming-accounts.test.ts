import { EventName, type Contract } from '@stoqey/ib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AAPL, ACCOUNT, settle, endAll, type Json } from './support.ts'
import {
  aWorld,
  LAYOUTS,
  OTHER,
  VODAFONE,
  numberOf,
  of,
  instrumentLine,
  heldIn,
  rowsOf,
  near,
  type World,
} from './world.ts'
import type { Decimal } from '#shared/money.ts'

/** What accounts hold and are worth, as the real client decodes it, beside the record. */

afterEach(endAll)

/** As IB prints money in the block of a currency: up to four places, and at least two. */
function inFourPlaces(amount: Decimal | undefined): string | undefined {
  const rounded = amount?.toDecimalPlaces(4)
  return rounded?.toFixed(Math.max(2, rounded.decimalPlaces()))
}

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

  it('the session is told its accounts, its next order id and the simulated time', async () => {
    const { ib, client, gateway } = world
    ib.reqCurrentTime()
    ib.reqManagedAccts()
    ib.reqIds()
    await client.until(EventName.currentTime)
    await settle()
    expect(client.of(EventName.managedAccounts)).toEqual([
      [`${ACCOUNT},${OTHER}`],
      [`${ACCOUNT},${OTHER}`],
    ])
    expect(client.of(EventName.currentTime)).toEqual([[Math.floor(gateway.time.now() / 1000)]])
    const [first, second] = client.of(EventName.nextValidId)
    expect(second).toEqual(first)
  })

  it('positions have the quantities and costs the record says', async () => {
    const { ib, client } = world
    ib.reqPositions()
    ib.reqPositionsMulti(71, ACCOUNT, 'CORE')
    await client.until(EventName.positionMultiEnd)
    const told = client.of(EventName.position).map(([account, contract, size, cost]) => {
      return [account, (contract as Contract).conId, size, cost]
    })
    const meant = [ACCOUNT, OTHER].flatMap((account) =>
      heldIn(world, account).map(({ conId, quantity, averageCost }) => {
        return [account, conId, quantity.toNumber(), near(averageCost.toNumber())]
      }),
    )
    expect(rowsOf(told)).toHaveLength(meant.length)
    expect(told).toEqual(expect.arrayContaining(meant))
    const multi = client.of(EventName.positionMulti)
    expect(multi.map((row) => row.slice(0, 3))).toEqual(multi.map(() => [71, ACCOUNT, 'CORE']))
    expect(multi.map((row) => [row[1], (row[3] as Contract).conId, row[4], row[5]])).toEqual(
      told.filter(([account]) => account === ACCOUNT),
    )
  })

  it('a position’s contract is the instrument of the record', async () => {
    const { ib, client } = world
    ib.reqPositions()
    await client.until(EventName.positionEnd)
    for (const [, told] of client.of(EventName.position)) {
      const contract = told as Contract
      const line = instrumentLine(world, contract.conId)
      expect(contract).toMatchObject({
        symbol: line['symbol'],
        secType: line['secType'],
        currency: line['currency'],
        localSymbol: line['localSymbol'],
        lastTradeDateOrContractMonth: line['expiry'],
        strike: numberOf(line, 'strike'),
      })
      expect(contract.multiplier === 0 ? 1 : contract.multiplier).toBe(numberOf(line, 'multiplier'))
    }
  })

  it('account values, summaries and multi updates are what the account is worth', async () => {
    const { ib, client, valuation, book } = world
    ib.reqAccountUpdates(true, ACCOUNT)
    ib.reqAccountSummary(72, 'BOTH', 'NetLiquidation,AccruedDividend,$LEDGER:ALL')
    ib.reqAccountUpdatesMulti(73, ACCOUNT, '', false)
    await client.until(EventName.accountUpdateMultiEnd)
    await client.until(EventName.accountSummaryEnd)
    const values = new Map(
      client
        .of(EventName.updateAccountValue)
        .map(([key, value, currency]) => [`${String(key)} ${String(currency)}`, value]),
    )
    const summary = new Map(
      client.of(EventName.accountSummary).map((row) => [
        row
          .slice(1, 5)
          .filter((_, at) => at !== 2)
          .join(' '),
        row[3],
      ]),
    )
    const multi = new Map(
      client
        .of(EventName.accountUpdateMulti)
        .map((row) => [`${String(row[3])} ${String(row[5])}`, row[4]]),
    )
    for (const account of [ACCOUNT, OTHER]) {
      const worth = book.worth(account, valuation).toFixed(2)
      expect(summary.get(`${account} NetLiquidation USD`)).toBe(worth)
      for (const currency of ['USD', 'EUR', 'GBP']) {
        const cash = inFourPlaces(book.cash.get(`${account} ${currency}`))
        expect(summary.get(`${account} CashBalance ${currency}`)).toBe(cash)
        if (account !== ACCOUNT) continue
        expect(values.get(`CashBalance ${currency}`)).toBe(cash)
        expect(multi.get(`CashBalance ${currency}`)).toBe(cash)
      }
    }
    expect(values.get('NetLiquidation USD')).toBe(book.worth(ACCOUNT, valuation).toFixed(2))
    // Every value of the window is a value of the multi request too.
    expect(multi).toEqual(values)
    const rates = valuation['rates'] as Record<string, string>
    for (const [currency, rate] of Object.entries(rates))
      expect(values.get(`ExchangeRate ${currency}`)).toBe(rate)
  })

  it('the portfolio is marked at the market, in pounds for London', async () => {
    const { ib, client, valuation } = world
    ib.reqAccountUpdates(true, ACCOUNT)
    await client.until(EventName.accountDownloadEnd)
    const marks = valuation['marks'] as Record<string, string>
    const rows = new Map(
      client.of(EventName.updatePortfolio).map((row) => [(row[0] as Contract).conId, row]),
    )
    expect(rows.has(VODAFONE)).toBe(true)
    for (const { conId, quantity, averageCost } of heldIn(world, ACCOUNT)) {
      const line = instrumentLine(world, conId)
      const price = Number(marks[conId]) / numberOf(line, 'priceMagnifier')
      const value = quantity.toNumber() * price * numberOf(line, 'multiplier')
      const cost = quantity.times(averageCost).toNumber()
      expect(rows.get(conId)?.slice(1, 6)).toEqual([
        ...[quantity.toNumber(), near(price), near(value, 4)],
        ...[near(averageCost.toNumber()), near(value - cost, 4)],
      ])
      expect(rows.get(conId)?.[7]).toBe(ACCOUNT)
    }
  })

  it('profits are what the fills realised and the marks leave open', async () => {
    const { ib, client, valuation } = world
    ib.reqPnL(74, ACCOUNT, '')
    ib.reqPnLSingle(75, ACCOUNT, '', AAPL)
    await client.until(EventName.pnlSingle)
    const rates = valuation['rates'] as Record<string, string>
    const rateOf = (conId: unknown): number =>
      Number(rates[String(instrumentLine(world, conId)['currency'])])
    const commissions = new Map(of(world, 'commission').map((line) => [line['execId'], line]))
    const latest = new Map(of(world, 'execution').map((line) => [line['root'], line]))
    const realizedOf = (test: (line: Json) => boolean): number =>
      [...latest.values()]
        .filter((line) => line['account'] === ACCOUNT && test(line))
        .map(
          (line) =>
            numberOf(commissions.get(line['execId']), 'realizedPnl') * rateOf(line['conId']),
        )
        .reduce((sum, one) => sum + (Number.isNaN(one) ? 0 : one), 0)
    const realized = realizedOf(({ secType }) => secType !== 'CASH' && secType !== 'BAG')
    const [, , , told] = client.of(EventName.pnl)[0] as number[]
    expect(told).toBeCloseTo(realized, 1)
    const single = client.of(EventName.pnlSingle)[0] as number[]
    const held = heldIn(world, ACCOUNT).find(({ conId }) => conId === AAPL)!
    const mark = Number((valuation['marks'] as Record<string, string>)[AAPL])
    const unrealized = held.quantity.toNumber() * (mark - held.averageCost.toNumber())
    const opening = of(world, 'opening').find(({ conId }) => conId === AAPL)
    const close = world.gateway.quoteOf(AAPL)!.close / 100
    const before = numberOf(opening, 'quantity') * (close - numberOf(opening, 'averageCost'))
    const own = realizedOf(({ conId, secType }) => conId === AAPL && secType === 'STK')
    expect(single).toEqual([
      ...[75, held.quantity.toNumber(), near(unrealized - before + own, 1)],
      ...[near(unrealized, 1), near(own, 1)],
      near(held.quantity.toNumber() * mark, 1),
    ])
  })
})
