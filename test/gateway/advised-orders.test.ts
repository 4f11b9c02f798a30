import {
  ConjunctionConnection,
  EventName,
  MarginCondition,
  OrderAction,
  OrderType,
  type Contract,
  type Execution,
  type Order,
} from '@stoqey/ib'
import { afterEach, describe, expect, it } from 'vitest'
import type { GatewayOptions } from '#gateway/options.ts'
import { AAPL, ACCOUNT, aGateway, endAll, linesOf, realClient, settle } from './support.ts'
import { openRaw, type Json, type RealClient, type TestGateway } from './support.ts'
import { problemOf } from './second-decoder.ts'

/** Orders of an advisor for several accounts at once. */

afterEach(endAll)

const OTHER = 'DEMO2000002'
const THIRD = 'DEMO3000003'
const ADVISOR = 'DEMOF1000001'

const ACCOUNTS = [
  { id: ACCOUNT, modelCode: 'CORE' },
  { id: OTHER, modelCode: '' },
  { id: THIRD, modelCode: '' },
]
const GROUPS = [
  { name: 'ALL3', accounts: [ACCOUNT, OTHER, THIRD] },
  { name: 'SPLIT', accounts: [OTHER, ACCOUNT], percentages: ['70', '30'] },
]

const anOrder = (over: Partial<Order>): Order => ({
  ...{ action: OrderAction.BUY, orderType: OrderType.MKT, transmit: true, totalQuantity: 100 },
  ...{ orderRef: 'ADVICE:1', ...over },
})

type Advised = TestGateway & { readonly client: RealClient; readonly first: number }

async function advised(options: Partial<GatewayOptions> = {}): Promise<Advised> {
  const gateway = await aGateway({ accounts: ACCOUNTS, groups: GROUPS, ...options })
  const client = await realClient(gateway.port, 41)
  return { ...gateway, client, first: client.of(EventName.nextValidId)[0]![0] as number }
}

async function pass(desk: Advised, ms: number): Promise<void> {
  await settle(15)
  desk.time.advance(ms)
  await settle(15)
}

const sharesIn = (lines: readonly Json[], account: string): number =>
  lines
    .filter((line) => line['type'] === 'execution' && line['account'] === account)
    .filter(({ orderRef }) => orderRef === 'ADVICE:1')
    .reduce((sum, line) => sum + Number(line['quantity']), 0)

describe.each(['v100..193', 'v157..178'])('an order for a group, offered %s', (range) => {
  it.each([
    ['in equal parts', { faGroup: 'ALL3', faMethod: 'Equal' }, [34, 33, 33]],
    ['by its percentages', { faGroup: 'SPLIT', faMethod: 'Percent' }, [30, 70, 0]],
    ['by its own method', { faGroup: 'SPLIT' }, [30, 70, 0]],
  ])('is filled %s, to the last share', async (...[, advice, [one, two, three]]) => {
    const desk = await advised()
    const watcher = await openRaw(desk.port, 42, range)
    const { ib } = desk.client
    ib.placeOrder(desk.first, { conId: AAPL }, anOrder(advice))
    await pass(desk, 10_000)
    const lines = linesOf(await desk.record())
    expect(sharesIn(lines, ACCOUNT)).toBe(one)
    expect(sharesIn(lines, OTHER)).toBe(two)
    expect(sharesIn(lines, THIRD)).toBe(three)
    expect(sharesIn(lines, ADVISOR)).toBe(0)

    watcher.send(16, 1)
    watcher.send(7, 3, 5, '', '', '', '', '', '', '')
    watcher.send(99, 0)
    await watcher.message(102)
    const version = Number(range.slice(-3))
    expect(watcher.messages.map((told) => problemOf(told, version)).filter(Boolean)).toEqual([])
  })
})

describe('an advisor’s order on a margin', () => {
  it.each([
    ['at least', true, 100],
    ['at most', false, 0],
  ])('of %s a percent looks at every account', async (...[, isMore, filled]) => {
    const desk = await advised()
    const conditions = [new MarginCondition(1, isMore, ConjunctionConnection.AND)]
    const advice = { faGroup: 'ALL3', conditions, conditionsCancelOrder: false }
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, anOrder(advice))
    await pass(desk, 10_000)
    const lines = linesOf(await desk.record())
    const shares = [ACCOUNT, OTHER, THIRD].map((account) => sharesIn(lines, account))
    expect(shares.reduce((sum, one) => sum + one)).toBe(filled)
  })
})

describe('the owner of an advisor’s order', () => {
  it('hears of the order itself, and of the accounts’ executions when it asks', async () => {
    const desk = await advised()
    const { ib, client } = { ib: desk.client.ib, client: desk.client }
    ib.placeOrder(desk.first, { conId: AAPL }, anOrder({ faGroup: 'ALL3', faMethod: 'Equal' }))
    await pass(desk, 10_000)
    const told = (): readonly (Execution & { requestId: number })[] =>
      client.of(EventName.execDetails).map(([requestId, , execution]) => ({
        ...(execution as Execution),
        requestId: requestId as number,
      }))
    const live = told()
    expect(live.map(({ acctNumber }) => acctNumber)).toEqual(live.map(() => ADVISOR))
    expect(live.reduce((sum, { shares = 0 }) => sum + shares, 0)).toBe(100)
    const orders = client.of(EventName.openOrder).map(([, , order]) => order as Order)
    expect(orders[0]).toMatchObject({ account: ADVISOR, faGroup: 'ALL3', faMethod: 'Equal' })
    const paid = client.of(EventName.commissionReport).length
    expect(paid).toBe(live.length)

    ib.reqExecutions(7, { acctCode: OTHER })
    await client.until(EventName.execDetailsEnd)
    await settle()
    const asked = told().filter(
      ({ requestId, orderRef }) => requestId === 7 && orderRef === 'ADVICE:1',
    )
    expect(asked.reduce((sum, { shares = 0 }) => sum + shares, 0)).toBe(33)
    expect(new Set(asked.map(({ permId }) => permId))).toEqual(
      new Set(live.map(({ permId }) => permId)),
    )
    const charged = client
      .of(EventName.commissionReport)
      .map(([report]) => (report as Json)['execId'])
    expect(charged).toEqual(expect.arrayContaining(asked.map(({ execId }) => execId)))
  })

  it('sees each account hold what it was given, and pay for it', async () => {
    const desk = await advised()
    desk.pause()
    const held = (account: string): number => {
      const rows = desk.client.of(EventName.position)
      const mine = rows.filter(([id, contract]) => {
        return id === account && (contract as Contract).conId === AAPL
      })
      return (mine.at(-1)?.[2] as number | undefined) ?? 0
    }
    desk.client.ib.reqPositions()
    await desk.client.until(EventName.positionEnd)
    const before = [ACCOUNT, OTHER].map(held)
    desk.resume()
    const advice = { faGroup: 'SPLIT', faMethod: 'Percent' }
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, anOrder(advice))
    await pass(desk, 10_000)
    const lines = linesOf(await desk.record())
    const traded = (account: string): number =>
      lines
        .filter((line) => line['type'] === 'execution' && line['account'] === account)
        .filter(({ conId }) => conId === AAPL)
        .reduce((sum, line) => {
          return sum + Number(line['quantity']) * (line['side'] === 'buy' ? 1 : -1)
        }, 0)
    const after = [ACCOUNT, OTHER].map(held)
    expect(after).toEqual(before.map((one, index) => one + traded([ACCOUNT, OTHER][index]!)))
    expect(traded(OTHER)).toBeGreaterThanOrEqual(70)
    const paid = lines.filter((line) => line['type'] === 'cash' && line['account'] === OTHER)
    expect(paid.some(({ why }) => String(why).startsWith('commission'))).toBe(true)
  })
})

describe('an order for a group that cannot be', () => {
  it.each([
    ['for nobody’s group', { faGroup: 'NONE', faMethod: 'Equal' }, 321],
    ['without its group', { faMethod: 'Equal' }, 321],
    ['by no method', { faGroup: 'ALL3', faMethod: 'Astrology' }, 321],
    ['by a change in percent', { faGroup: 'ALL3', faMethod: 'PctChange' }, 201],
    ['by percentages there are not', { faGroup: 'ALL3', faMethod: 'Percent' }, 201],
    ['for one account, too', { faGroup: 'ALL3', faMethod: 'Equal', account: ACCOUNT }, 321],
  ])('%s is refused', async (...[, advice, code]) => {
    const desk = await advised()
    desk.client.ib.placeOrder(desk.first, { conId: AAPL }, anOrder(advice))
    await pass(desk, 3000)
    expect(desk.client.of(EventName.error).map(([, told]) => told)).toEqual([code])
    expect(desk.client.of(EventName.execDetails)).toEqual([])
  })
})
