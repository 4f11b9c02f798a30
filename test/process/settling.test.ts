import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { makeFolder } from '../harness/folder.ts'
import type { GatewayProgram } from '../harness/gateway.ts'
import { endAllPrograms } from '../harness/program.ts'
import { inWords, look, type Seen } from '../harness/test-user.ts'
import { equalsTheRecord, live, settled, startTrial, type Trial } from '../harness/trial.ts'
import type { Workstation } from '../harness/workstation.ts'

const folder = makeFolder()
let gateway: GatewayProgram
let workstation: Workstation

const trial = (): Trial => ({ gateway, workstation })

beforeAll(async () => {
  buildIfNeeded()
  ;({ gateway, workstation } = await startTrial(folder, 'book'))
})
afterAll(async () => {
  await endAllPrograms()
  folder.remove()
})

const STEPS = 20

/** Lets a scenario go on until there is a break like this, and no longer. */
async function liveUntil(scenario: string, must: RegExp): Promise<Seen> {
  for (let step = 0; step < STEPS; step += 1) {
    await live(gateway, scenario, 4)
    const seen = await look(workstation.client)
    if (seen.open.some((one) => must.test(inWords(one)))) return seen
    await settled(trial(), seen)
  }
  throw new Error(`There was no break like ${String(must)}.`)
}

describe.each([
  ['split', /^quantity \S+: split$/, /^(quantity|cash) \S+: split$/],
  ['reverse-split', /^quantity \S+: split$/, /^(quantity|cash) \S+: split$/],
  ['assignment', /^quantity \S+: assignment$/, /^(quantity|cash) \S+: assignment$/],
  ['expiry', /^quantity \S+: expiry$/, /^(quantity \S+: expiry|cash \S+: unknown)$/],
  ['deposit', /^cash \S+: /, /^cash \S+: (unknown|dividend|deposit|withdrawal)$/],
  ['fee', /^cash \S+: /, /^cash \S+: (unknown|dividend)$/],
  ['fx-conversion', /^cash \S+: conversion$/, /^cash \S+: conversion$/],
] as const)('%s', (scenario, must, may) => {
  let seen: Seen

  it('is a break with its cause', async () => {
    seen = await liveUntil(scenario, must)
    for (const one of seen.open) expect(inWords(one)).toMatch(may)
    expect(seen.run.outcome).toBe('differs')
  })

  it('is gone once it is settled, and the book is the gateway’s', () => settled(trial(), seen))
})

describe('a dividend', () => {
  it('is accrued, which is no break, and then known by what was accrued of it', async () => {
    const apple = { conId: 265598, perShare: '0.26', payAfter: 600 }
    await gateway.tell('/dividend', apple)
    const before = await look(workstation.client)
    await equalsTheRecord(trial(), before)
    expect(Number(before.run.worth!.accrued)).not.toBe(0)
    await gateway.tell('/pause')
    await gateway.tell('/advance', { seconds: 600 })
    const seen = await look(workstation.client)
    const { open, run } = seen
    expect(open.map(inWords)).toEqual(['cash USD: dividend'])
    expect(open[0]!.causes[0]!.certainty).toBe('likely')
    expect(run.worth!.unexplained).not.toBe('0')
    await settled(trial(), seen)
    await gateway.tell('/resume')
  })
})

describe.each([
  'missed-fills',
  'combo',
  'corrections',
  'late-commissions',
  'duplicates',
  'out-of-order',
  'manual-trades',
  'two-clients',
])('%s', (scenario) => {
  it('leaves no break once everything has been told', async () => {
    await live(gateway, scenario, 15)
    await gateway.hush()
    await equalsTheRecord(trial(), await look(workstation.client))
    await gateway.tell('/resume')
  })
})

describe('executions that are missed for good', () => {
  it('are stood for by what their order says was filled', async () => {
    await gateway.tell('/pause')
    await gateway.tell('/miss', { count: 1, forGood: true })
    await gateway.tell('/fill', { symbol: 'AAPL', side: 'buy', quantity: '37', price: '201.5' })
    const seen = await look(workstation.client)
    const { open } = seen
    expect(open.map(inWords)).toContain('quantity AAPL: missing execution')
    const own = open.find(({ kind }) => kind === 'quantity')!
    expect(own.causes[0]!.proposals[0]).toMatchObject({ how: 'stand in', strategy: 'MOMENTUM' })
    await settled(trial(), seen)
    await gateway.tell('/resume')
  })
})

describe('a settlement', () => {
  it('can be taken back: the break is as it was, and settles again', async () => {
    await gateway.tell('/pause')
    await gateway.tell('/deposit', { amount: '1234.56' })
    const seen = await look(workstation.client)
    const [broken] = seen.open
    expect(broken).toMatchObject({ kind: 'cash', difference: '1234.56' })
    await settled(trial(), seen)
    const { breaks } = await workstation.client.reconcile.state({})
    const command = breaks.find(({ id }) => id === broken!.id)!.settledBy!
    await workstation.client.reconcile.undo({ command })
    const again = await look(workstation.client)
    expect(again.open).toMatchObject([{ id: broken!.id, difference: '1234.56' }])
    expect(again.run.worth!.unexplained).toBe('1234.56')
    await settled(trial(), again)
    await gateway.tell('/resume')
  })
})

describe('a split that leaves a fraction', () => {
  it('pays it out, at what the cash says', async () => {
    await gateway.tell('/split', { symbol: 'VOD', ratio: '1:97' })
    const seen = await look(workstation.client)
    expect(seen.open.map(inWords).toSorted()).toEqual(['cash GBP: split', 'quantity VOD: split'])
    await settled(trial(), seen)
  })
})

describe('shares closed by hand', () => {
  it('are no break, and are told to be the strategy’s', async () => {
    const rows = await workstation.client.positions.list({})
    const held = rows.filter(({ quantity }) => Number.isInteger(Number(quantity) || NaN))
    const others = (conId: number): typeof held =>
      held.filter((one) => one.conId === conId && one.strategy !== 'UNATTRIBUTED')
    const own = held.find((one) => one.strategy === 'UNATTRIBUTED' && others(one.conId).length < 2)
    const { conId } = own!
    const [other] = others(conId)
    const to = other?.strategy ?? 'TREND'
    // The strategy sells all the account has, what was opened by hand among it.
    const all = Number(own!.quantity) + Number(other?.quantity ?? 0)
    const closing = { conId, side: all > 0 ? 'sell' : 'buy', quantity: String(Math.abs(all)) }
    await gateway.tell('/pause')
    await gateway.tell('/fill', { ...closing, orderRef: `${to}:1` })
    const seen = await look(workstation.client)
    await equalsTheRecord(trial(), seen)
    const moved = { conId, from: 'UNATTRIBUTED', to }
    expect(seen.closedByHand).toContainEqual(expect.objectContaining(moved))
    await gateway.tell('/resume')
  })
})

describe('the end of the day', () => {
  it('sweeps futures into cash, which is no break', async () => {
    await live(gateway, 'calm', 30)
    await gateway.tell('/end-day')
    await equalsTheRecord(trial(), await look(workstation.client))
  })
})

describe('many positions', () => {
  it('agree too', async () => {
    await workstation.stop()
    await gateway.program.stop()
    const many = ['--scenario', 'many-positions:200']
    ;({ gateway, workstation } = await startTrial(folder, 'many', many))
    await gateway.tell('/advance', { seconds: 10 })
    await gateway.hush()
    await equalsTheRecord(trial(), await look(workstation.client))
  })
})
