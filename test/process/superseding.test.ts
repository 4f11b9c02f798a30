import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { differencesOfHoldings } from '../harness/compare.ts'
import { expectedBook } from '../harness/expected-book.ts'
import { makeFolder } from '../harness/folder.ts'
import type { GatewayProgram } from '../harness/gateway.ts'
import { endAllPrograms } from '../harness/program.ts'
import { inWords, look, settleAll, type Seen } from '../harness/test-user.ts'
import { startTrial } from '../harness/trial.ts'
import type { Workstation } from '../harness/workstation.ts'

const folder = makeFolder()
let gateway: GatewayProgram
let workstation: Workstation

const AGREED = { outcome: 'agrees', found: 0, notJudged: 0 }

beforeAll(async () => {
  buildIfNeeded()
  ;({ gateway, workstation } = await startTrial(folder, 'book'))
  await gateway.tell('/pause')
})
afterAll(async () => {
  await endAllPrograms()
  folder.remove()
})

/** Trades nobody is told of, one after the other. */
async function missed(symbol: string, ...sizes: readonly string[]): Promise<void> {
  await gateway.tell('/miss', { count: sizes.length, forGood: true })
  for (const quantity of sizes) {
    await gateway.tell('/fill', { symbol, side: 'buy', quantity, orderRef: 'TREND:9' })
    await gateway.tell('/advance', { seconds: 2 })
  }
}

/** Settles the break of a quantity in a way that names no execution, and what cash is left. */
async function settled(symbol: string, settlement: object): Promise<string> {
  const { client } = workstation
  const own = (seen: Seen) => seen.open.find((one) => inWords(one).startsWith(`quantity ${symbol}`))
  const broken = own(await look(client))!
  const breaks = [{ breakId: broken.id, revision: broken.revision }]
  const [outcome] = await client.reconcile.settle({
    ...{ breaks, reason: '' },
    settlement: settlement as { how: 'keep unattributed' },
  })
  expect((await look(client)).open.map(inWords)).toEqual([])
  return outcome!.command!
}

/** The executions come with the next connection. */
async function connectedAnew(found: number): Promise<Seen> {
  await gateway.tell('/find', { count: found })
  await workstation.client.link.reconnect({})
  await workstation.linked()
  return look(workstation.client)
}

const written = async (command: string) =>
  (await workstation.client.reconcile.history({})).find((one) => one.command === command)

async function equalsTheRecord({ run, open }: Seen): Promise<void> {
  expect(open.map(inWords)).toEqual([])
  expect(run).toMatchObject(AGREED)
  const day = await gateway.record()
  expect(await differencesOfHoldings(workstation.client, expectedBook(day))).toEqual([])
}

describe('a residual that nobody could explain', () => {
  it('kept unattributed, is replaced by its executions with the next connection', async () => {
    await missed('AAPL', '37', '20')
    const command = await settled('AAPL', { how: 'keep unattributed' })
    expect(await written(command)).toMatchObject({ entries: 1, isSuperseded: false })
    await equalsTheRecord(await connectedAnew(2))
    expect(await written(command)).toMatchObject({ isSuperseded: true, isUndone: false })
  })

  it('comes back for what is corrected away, and the break proposes to take it back', async () => {
    await missed('NVDA', '30')
    const command = await settled('NVDA', { how: 'assign', strategy: 'CARRY', price: null })
    await equalsTheRecord(await connectedAnew(1))
    const fills = await workstation.client.fills.list({ limit: 500 })
    const { execId } = fills.find((one) => one.symbol === 'NVDA' && one.quantity === '30')!
    await gateway.tell('/correct', { execId, quantity: '24' })
    const seen = await look(workstation.client)
    // What the broker gave back for the shares goes with them.
    expect(seen.open.map(inWords).sort()).toEqual([
      ...['cash USD: missing execution', 'quantity NVDA: correction'],
    ])
    expect(await written(command)).toMatchObject({ isSuperseded: false, isUndone: false })
    await equalsTheRecord(await settleAll(workstation.client, [], seen))
    expect(await written(command)).toMatchObject({ isUndone: true })
  })

  it('gives way with the cash booked beside it, which is taken back by a click', async () => {
    const { client } = workstation
    await gateway.tell('/miss', { count: 1, forGood: true })
    await gateway.tell('/fill', {
      symbol: 'AAPL',
      side: 'sell',
      quantity: '12',
      orderRef: 'TREND:9',
    })
    await gateway.tell('/advance', { seconds: 2 })
    const { open } = await look(client)
    const broken = open.find(({ kind }) => kind === 'quantity')!
    await client.reconcile.settle({
      breaks: [{ breakId: broken.id, revision: broken.revision }],
      ...{ settlement: { how: 'keep unattributed' }, reason: '' },
    })
    // It was closed at the average, and paid for at another price.
    const cash = await look(client)
    expect(cash.open.map(({ kind }) => kind)).toEqual(['cash'])
    const settlement = { how: 'book cash', class: 'other', evidence: 'Nobody knows' } as const
    const [{ id, revision } = broken] = cash.open
    await client.reconcile.settle({
      ...{ breaks: [{ breakId: id, revision }], reason: '' },
      settlement: { ...settlement, strategy: null, conId: null, heldAt: null },
    })
    expect((await look(client)).open).toEqual([])
    const seen = await connectedAnew(1)
    expect(seen.open.map(inWords)).toEqual(['cash USD: booked twice'])
    await equalsTheRecord(await settleAll(client, [], seen))
  })

  it('assigned, gives way by as much as is found, and no break opens meanwhile', async () => {
    await missed('MSFT', '15', '25')
    const command = await settled('MSFT', { how: 'assign', strategy: 'CARRY', price: null })
    const partly = await connectedAnew(1)
    expect(partly.open.map(inWords)).toEqual([])
    const rows = await workstation.client.positions.list({})
    const held = rows.find((one) => one.symbol === 'MSFT' && one.strategy === 'CARRY')
    expect(held).toMatchObject({ quantity: '25' })
    const part = await written(command)
    expect(part).toMatchObject({ isSuperseded: false, supersededBy: [expect.any(String)] })
    await equalsTheRecord(await connectedAnew(1))
    expect(await written(command)).toMatchObject({ isSuperseded: true })
  })
})
