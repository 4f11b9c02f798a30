import { afterEach, describe, expect, it } from 'vitest'
import { D } from '#shared/money.ts'
import { SCENARIOS } from '#gateway/scenario/scenarios.ts'
import { bookOfRecord } from './record-book.ts'
import { aGateway, endAll, linesOf, openRaw, type Json, type RawClient } from './support.ts'

/** What `--list` says of each scenario, looked up in the record and in what its clients heard. */

afterEach(endAll)

const MASTER = 77

type Played = {
  readonly lines: readonly Json[]
  readonly client: RawClient
  readonly of: (type: string) => readonly Json[]
  /** Executions that are booked, at their first revision. */
  readonly fills: readonly Json[]
}

/** Plays so many seconds of a scenario before the Master Client. */
async function play(scenario: string, seconds = 60): Promise<Played> {
  const gateway = await aGateway({ scenario, seed: 'list', masterClientId: MASTER })
  const client = await openRaw(gateway.port, MASTER)
  for (let second = 0; second < seconds; second += 5) gateway.time.advance(5000)
  const lines = linesOf(await gateway.record())
  const from = client.messages.length
  client.send(7, 3, 901, '', '', '', '', '', '', '')
  await client.message(55, from)
  const of = (type: string): readonly Json[] => lines.filter((line) => line['type'] === type)
  const fills = of('execution').filter((one) => one['revision'] === 1 && one['secType'] !== 'BAG')
  return { lines, client, of, fills }
}

/** The executions a client heard of as they happened. */
const live = ({ client }: Played): readonly (readonly string[])[] =>
  client.of(11).filter((message) => message[1] === '-1')
const idsOf = (messages: readonly (readonly string[])[]): readonly string[] =>
  messages.map((message) => message[14]!)
const actions = ({ of }: Played, action: string): readonly Json[] =>
  of('corporateAction').filter((one) => one['action'] === action)
const cashOf = ({ of }: Played, why: RegExp): readonly Json[] =>
  of('cash').filter((one) => why.test(String(one['why'])))

describe('what the list says is so', () => {
  it('of calm and busy: about one fill in one or two seconds, about twenty a second', async () => {
    expect((await play('calm', 600)).fills.length / 600).toBeGreaterThan(0.5)
    expect((await play('calm', 600)).fills.length / 600).toBeLessThan(1.2)
    const rate = (await play('busy')).fills.length / 60
    expect(rate).toBeGreaterThan(15)
    expect(rate).toBeLessThan(30)
  })

  it('of combo: rows without a commission, and legs that alone are booked', async () => {
    const played = await play('combo')
    const rows = played.of('execution').filter(({ secType }) => secType === 'BAG')
    expect(rows.length).toBeGreaterThan(20)
    const charged = new Set(played.of('commission').map(({ execId }) => execId))
    expect(rows.filter(({ execId }) => charged.has(execId))).toEqual([])
    expect(played.fills.filter(({ execId }) => !charged.has(execId))).toEqual([])
    const combinations = new Set(rows.map(({ conId }) => conId))
    expect(played.of('position').filter(({ conId }) => combinations.has(conId))).toEqual([])
  })

  it('of corrections: a higher revision seconds later, another price or quantity', async () => {
    const played = await play('corrections')
    const later = played.of('execution').filter(({ revision }) => Number(revision) > 1)
    expect(later.length).toBeGreaterThan(10)
    for (const one of later) {
      const first = played.fills.find(({ root }) => root === one['root'])!
      expect([one['price'], one['quantity']]).not.toEqual([first['price'], first['quantity']])
      expect(one['executedAt']).toBe(first['executedAt'])
    }
    expect(idsOf(live(played))).toEqual(expect.arrayContaining(later.map(({ execId }) => execId)))
  })

  it('of duplicates: told twice or three times, recorded once', async () => {
    const played = await play('duplicates')
    const told = idsOf(live(played))
    expect(told.length).toBeGreaterThan(new Set(told).size * 1.3)
    expect(new Set(played.fills.map(({ execId }) => execId)).size).toBe(played.fills.length)
  })

  it('of late-commissions: some before, some after, some as -1 and final afterwards', async () => {
    const played = await play('late-commissions', 120)
    const pending = played.client.of(59).filter((message) => message[3] === '-1.0')
    expect(pending.length).toBeGreaterThan(5)
    for (const [, , execId] of pending) {
      const last = played.client.of(59).findLast((message) => message[2] === execId)
      expect(last?.[3]).not.toBe('-1.0')
    }
    const order = played.client.messages.filter(([id]) => id === '11' || id === '59')
    const isOrphan = (message: readonly string[], at: number): boolean =>
      message[0] === '59' && !order.slice(0, at).some((one) => one[14] === message[2])
    expect(order.filter(isOrphan).length).toBeGreaterThan(5)
  })

  it('of missed-fills: a quarter is never told live, and all come when asked for', async () => {
    const played = await play('missed-fills')
    const heard = new Set(idsOf(live(played)))
    const missed = played.fills.filter(({ execId }) => !heard.has(String(execId)))
    expect(missed.length / played.fills.length).toBeGreaterThan(0.15)
    expect(missed.length / played.fills.length).toBeLessThan(0.35)
    const answered = new Set(idsOf(played.client.of(11).filter((one) => one[1] === '901')))
    expect(played.fills.filter(({ execId }) => !answered.has(String(execId)))).toEqual([])
  })

  it('of out-of-order: told in another order than they happened', async () => {
    const played = await play('out-of-order')
    const told = idsOf(live(played))
    const happened = played.fills.map(({ execId }) => String(execId))
    expect(told).not.toEqual([...told].sort((a, b) => happened.indexOf(a) - happened.indexOf(b)))
  })

  it('of manual-trades: half by hand, without a reference, and client 0 sees those', async () => {
    const { fills } = await play('manual-trades', 120)
    const manual = fills.filter(({ clientId }) => clientId === 0)
    expect(manual.length / fills.length).toBeGreaterThan(0.35)
    expect(manual.length / fills.length).toBeLessThan(0.65)
    expect(
      new Set(manual.map(({ orderRef, orderId }) => `${String(orderRef)}${String(orderId)}`)),
    ).toEqual(new Set(['2147483647']))
  })

  it('of two-clients: the same order ids of two clients, in three shares', async () => {
    const { of, fills } = await play('two-clients', 120)
    expect(new Set(fills.map(({ symbol }) => symbol))).toEqual(new Set(['AAPL', 'MSFT', 'KO']))
    const ids = (client: number): Set<unknown> =>
      new Set(
        of('order')
          .filter((one) => one['clientId'] === client)
          .map((one) => one['orderId']),
      )
    expect([...ids(11)].filter((id) => ids(12).has(id)).length).toBeGreaterThan(5)
  })

  it('of split and reverse-split: the ratio at the same cost, fractions for cash', async () => {
    for (const name of ['split', 'reverse-split']) {
      const played = await play(name)
      const splits = actions(played, 'split')
      expect(splits.length).toBeGreaterThan(1)
      for (const one of splits) {
        expect(new D(String(one['ratio'])).greaterThan(1)).toBe(name === 'split')
        const at = played.lines.indexOf(one)
        const key = `${String(one['account'])} ${String(one['conId'])}`
        const before = bookOfRecord(played.lines.slice(0, at)).held.get(key)!
        const after = bookOfRecord(played.lines.slice(0, at + 1)).held.get(key)!
        expect(
          after.quantity.dividedBy(before.quantity).minus(String(one['ratio'])).abs().lt(1e-12),
        ).toBe(true)
        const cost = before.quantity.times(before.averageCost)
        expect(after.quantity.times(after.averageCost).minus(cost).abs().lt(1e-6)).toBe(true)
      }
      expect(actions(played, 'cash in lieu').length).toBe(cashOf(played, /^cash in lieu/).length)
    }
  })

  it('of assignment: short options go, shares and money move at the strike', async () => {
    const played = await play('assignment')
    const assigned = actions(played, 'assignment')
    expect(assigned.length).toBeGreaterThan(0)
    expect(actions(played, 'delivery')).toHaveLength(assigned.length)
    expect(cashOf(played, /^delivery /)).toHaveLength(assigned.length)
    for (const { quantity } of assigned) expect(Number(quantity)).toBeGreaterThan(0)
  })

  it('of expiry: nothing of what expired is held', async () => {
    const played = await play('expiry', 120)
    const gone = [...actions(played, 'expiry'), ...actions(played, 'exercise')]
    expect(gone.length).toBeGreaterThan(2)
    const { held } = bookOfRecord(played.lines)
    for (const { account, conId } of gone)
      expect(held.get(`${String(account)} ${String(conId)}`)?.quantity.toFixed()).toBe('0')
  })

  it('of dividend, deposit, fee and fx-conversion: cash moves, each with its reason', async () => {
    const dividend = await play('dividend')
    expect(cashOf(dividend, /^dividend /).length).toBeGreaterThan(2)
    expect(dividend.of('accrual').length).toBeGreaterThan(0)
    const deposit = await play('deposit', 180)
    expect(cashOf(deposit, /^deposit$/).length).toBeGreaterThan(2)
    expect(cashOf(deposit, /^withdrawal$/).length).toBeGreaterThan(1)
    const fee = await play('fee', 180)
    expect(cashOf(fee, /^fee /).length).toBeGreaterThan(3)
    expect(cashOf(fee, /^interest$/).length).toBeGreaterThan(1)
    const conversion = await play('fx-conversion', 180)
    expect(conversion.of('conversion').length).toBeGreaterThan(2)
    expect(conversion.fills.filter(({ secType }) => secType === 'CASH').length).toBeGreaterThan(2)
    expect(cashOf(conversion, /^conversion /)).toHaveLength(2 * conversion.of('conversion').length)
  })

  it('of flood and many-positions: as many as asked for, each with its commission', async () => {
    const flood = await play('flood:1500@500', 10)
    expect(flood.fills.length).toBeGreaterThanOrEqual(1500)
    expect(flood.of('commission')).toHaveLength(flood.fills.length)
    const many = await play('many-positions:25', 5)
    expect(many.of('opening')).toHaveLength(38 + 25)
  })

  it('and names every scenario once, with a sentence for each', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length)
    for (const { sentence, leaves } of SCENARIOS) {
      expect(sentence).toMatch(/\.$|\)\.$/)
      expect(leaves).toMatch(/\.$/)
    }
  })
})
