import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { differencesOfHoldings } from '../harness/compare.ts'
import { expectedBook } from '../harness/expected-book.ts'
import { makeFolder } from '../harness/folder.ts'
import type { GatewayProgram } from '../harness/gateway.ts'
import { endAllPrograms } from '../harness/program.ts'
import { inWords, look, settleAll } from '../harness/test-user.ts'
import { startTrial } from '../harness/trial.ts'
import type { Workstation } from '../harness/workstation.ts'

const folder = makeFolder()
let gateway: GatewayProgram
let workstation: Workstation

const AGREED = { outcome: 'agrees', notJudged: 0, worth: { unexplained: '0', excluded: 0 } }

beforeAll(async () => {
  buildIfNeeded()
  ;({ gateway, workstation } = await startTrial(folder, 'book'))
  await gateway.tell('/pause')
})
afterAll(async () => {
  await endAllPrograms()
  folder.remove()
})

type Trade = readonly [side: 'buy' | 'sell', quantity: string, orderRef: string]

/** Trades one after the other at the market's price, a second or more apart. */
async function trade(symbol: string, ...trades: readonly Trade[]): Promise<void> {
  for (const [side, quantity, orderRef] of trades) {
    await gateway.tell('/advance', { seconds: 2 })
    await gateway.tell('/fill', { symbol, side, quantity, orderRef })
  }
  await gateway.tell('/advance', { seconds: 20 })
}

/** What each strategy holds of a share. */
async function heldBy(symbol: string): Promise<Readonly<Record<string, number>>> {
  const rows = await workstation.client.positions.list({})
  const own = rows.filter((one) => one.symbol === symbol && one.secType === 'STK')
  return Object.fromEntries(own.map(({ strategy, quantity }) => [strategy, Number(quantity)]))
}

describe.each([
  ['AAPL', '4:1', 4],
  ['KO', '3:2', 1.5],
] as const)('a split of %s, %s, then traded before anybody looks', (symbol, ratio, by) => {
  let before: Readonly<Record<string, number>>

  it('is known with its place, and nothing else is thought to be broken', async () => {
    await trade(symbol, ['buy', '200', 'TREND:1'], ['buy', '60', 'CARRY:1'])
    expect((await look(workstation.client)).run).toMatchObject(AGREED)
    before = await heldBy(symbol)
    await gateway.tell('/split', { symbol, ratio })
    await trade(
      symbol,
      ['sell', '50', 'TREND:2'],
      ['buy', '30', 'VALUE:1'],
      ['sell', '8', 'CARRY:2'],
    )
    const { open } = await look(workstation.client)
    expect(open.map(inWords)).toContain(`quantity ${symbol}: split`)
    const [cause] = open.find(({ kind }) => kind === 'quantity')!.causes
    expect(cause).toMatchObject({ certainty: 'likely' })
    const [proposal] = cause!.proposals
    expect(proposal?.how === 'split' && proposal.before).toBeGreaterThan(Date.now())
  })

  it('settles as proposed: each strategy holds its own, as previewed', async () => {
    const { client } = workstation
    const first = await look(client)
    const broken = first.open.find(({ kind }) => kind === 'quantity')!
    const breaks = [{ breakId: broken.id, revision: broken.revision }]
    const [proposal] = broken.causes[0]!.proposals
    if (proposal?.how !== 'split') throw new Error('no split is proposed')
    const [shown] = await client.reconcile.preview({ breaks, settlement: proposal })
    const { cash } = await gateway.record()
    const seen = await settleAll(client, cash, first)
    expect(seen.open.map(inWords)).toEqual([])
    expect(seen.run).toMatchObject(AGREED)
    const traded = { TREND: -50, VALUE: 30, CARRY: -8 }
    const expected = Object.fromEntries(
      [...Object.keys(before), 'VALUE'].map((name) => [
        name,
        (before[name] ?? 0) * by + (new Map(Object.entries(traded)).get(name) ?? 0),
      ]),
    )
    expect(await heldBy(symbol)).toEqual(expected)
    const after = shown!.effects.map((one) => [one.strategy, Number(one.after.quantity)])
    expect(Object.fromEntries(after)).toEqual(expected)
    const book = expectedBook(await gateway.record())
    expect(await differencesOfHoldings(workstation.client, book)).toEqual([])
    expect(await workstation.client.book.refold({})).toMatchObject({ differed: 0 })
  })
})
