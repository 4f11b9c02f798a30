import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { differencesInFile, differencesOnScreen } from '../harness/compare.ts'
import { expectedBook } from '../harness/expected-book.ts'
import { makeFolder } from '../harness/folder.ts'
import { ledgerPath } from '../harness/ledger-file.ts'
import { endAllPrograms, eventually } from '../harness/program.ts'
import { openSwitchboard } from '../harness/switchboard.ts'
import { inWords, look, type Seen } from '../harness/test-user.ts'
import {
  equalsTheRecord,
  live,
  settled,
  startAt,
  startTrial,
  whileTimePasses,
  type Trial,
} from '../harness/trial.ts'

const folder = makeFolder()
let trial: Trial

/** What happens at random has happened by then. */
const HAPPENS_WITHIN = 60_000
/** As at IB, where a day that has ended is not told again. */
const TODAY_ALONE = ['--replay-days', '0']

beforeAll(async () => {
  buildIfNeeded()
  trial = await startTrial(folder, 'book', TODAY_ALONE)
})
afterAll(async () => {
  await endAllPrograms()
  folder.remove()
})

/** Nothing is apart, and every fill is there once, at its cost, to the last digit. */
async function isTheRecord(seen: Seen): Promise<void> {
  await equalsTheRecord(trial, seen)
  const book = expectedBook(await trial.gateway.record())
  expect(await differencesOnScreen(trial.workstation.client, book, 'exact')).toEqual([])
}

/** Everything comes to rest, the link is up and has caught up; then it is looked at. */
async function lookAtRest(): Promise<Seen> {
  const { gateway, workstation } = trial
  await gateway.hush()
  await eventually('the gateway sees us', async () => {
    const { clients } = (await gateway.ask('/state')) as unknown as { clients: readonly unknown[] }
    return clients.length > 0
  })
  await workstation.linked()
  const { client } = workstation
  await eventually('what was caught up with is in the book, and looked at', async () => {
    const { isRunning } = await client.reconcile.state({})
    const { ledgers } = await client.health.state()
    return !isRunning && ledgers.every(({ queueDepth }) => queueDepth === 0)
  })
  const seen = await look(client)
  await gateway.tell('/resume')
  return seen
}

const executed = async (): Promise<number> => (await trial.gateway.record()).executions.length

/** What the book holds, by strategy, and what that cost. */
const holdings = async () =>
  (await trial.workstation.client.positions.list({})).map(({ key, quantity, averageCost }) => ({
    ...{ key, quantity, averageCost },
  }))

/** What the link has said since, newest first. */
async function saidSince(id: number): Promise<readonly string[]> {
  const events = await trial.workstation.client.link.history({ limit: 300 })
  return events.filter((one) => one.id > id).flatMap(({ message }) => message ?? [])
}

async function lastSaid(): Promise<number> {
  const [last] = await trial.workstation.client.link.history({ limit: 1 })
  return last?.id ?? 0
}

describe.each([
  ['calm', 4],
  ['busy', 1],
  ['flood:20000', 1],
] as const)('%s', (scenario, speed) => {
  it('shows no break while it trades: what is in flight waits', async () => {
    const { gateway, workstation } = trial
    const before = await executed()
    await gateway.tell('/scenario', { name: scenario })
    const { run, open } = await whileTimePasses(gateway, speed, async () => {
      await eventually('it trades', async () => (await executed()) > before)
      return look(workstation.client)
    })
    expect(open.map(inWords)).toEqual([])
    expect(run.outcome).toBe('agrees')
  })

  it('leaves no break, and the book is the record', async () => {
    await isTheRecord(await lookAtRest())
  })
})

describe.each([
  ['disconnects', /^TWS closed the connection|^The connection to TWS broke/],
  ['gateway-restart', /^TWS closed the connection/],
  ['half-frames', /cut in the middle of a message/],
] as const)('%s', (scenario, says) => {
  it('is caught up with: no break, and the book is the record', async () => {
    const { gateway } = trial
    const [begun, before] = [await lastSaid(), await executed()]
    await gateway.tell('/scenario', { name: scenario })
    const isMissed = async () => {
      const { executions } = await gateway.record()
      const wasMissed = executions.slice(before).some(({ sentAt }) => sentAt === null)
      return wasMissed && (await saidSince(begun)).some((one) => says.test(one))
    }
    const what = `something is missed, and the link says ${String(says)}`
    await whileTimePasses(gateway, 10, () => eventually(what, isMissed, HAPPENS_WITHIN))
    await isTheRecord(await lookAtRest())
  })
})

describe('nightly-restart', () => {
  it('forgets the day and sweeps the futures, and leaves no break', async () => {
    const { gateway, workstation } = trial
    const begun = await lastSaid()
    await gateway.tell('/scenario', { name: 'nightly-restart' })
    const isLost = async () =>
      (await saidSince(begun)).some((one) => one.startsWith('TWS has lost the connection'))
    await whileTimePasses(gateway, 15, () => eventually('the night falls', isLost, HAPPENS_WITHIN))
    await gateway.tell('/scenario', { name: 'calm' })
    const before = await executed()
    await whileTimePasses(gateway, 5, async () => {
      await eventually('it trades again', async () => (await executed()) > before)
      await workstation.linked()
    })
    const { valuations, cash } = await gateway.record()
    expect(valuations.some(({ occasion }) => occasion === 'day end')).toBe(true)
    expect(cash.some(({ why }) => why.startsWith('variation'))).toBe(true)
    await isTheRecord(await lookAtRest())
  })
})

describe('slow', () => {
  it('takes nothing that is late for lost', async () => {
    const { gateway, workstation } = trial
    const lookSlowly = () => whileTimePasses(gateway, 3, () => look(workstation.client))
    await gateway.tell('/scenario', { name: 'slow' })
    const { run, open } = await lookSlowly()
    expect(open.map(inWords)).toEqual([])
    expect(run.outcome).toBe('agrees')
    await gateway.tell('/pause')
    await isTheRecord(await lookSlowly())
    await gateway.hush()
    await gateway.tell('/resume')
  })
})

describe('silent', () => {
  it('is unknown, never flat: the run ends in words and nothing else changes', async () => {
    const { gateway, workstation } = trial
    const { client } = workstation
    await gateway.tell('/pause')
    await gateway.tell('/deposit', { amount: '4321.98' })
    const seen = await look(client)
    expect(seen.open).toMatchObject([{ kind: 'cash', difference: '4321.98' }])
    const held = await holdings()
    await gateway.tell('/silent', { seconds: 60 })
    const silent = await look(client)
    expect(silent.run).toMatchObject({ outcome: 'failed', found: 0 })
    expect(silent.run.why).toMatch(/nothing was compared/)
    expect(silent.open).toEqual(seen.open)
    expect(await holdings()).toEqual(held)
    await workstation.complains(/has not answered for \d+ s/)
    await expect(client.reconcile.run({})).rejects.toThrow('Connect to TWS or Gateway first.')
    await gateway.tell('/advance', { seconds: 60 })
    await settled(trial, await lookAtRest())
  })
})

describe('version-old', () => {
  it('is the same book as with a new one', async () => {
    const { gateway, workstation } = trial
    await gateway.tell('/scenario', { name: 'version-old' })
    await gateway.tell('/disconnect', { how: 'fin' })
    await eventually('an old version', async () => {
      const { state, serverVersion } = await workstation.link()
      return state === 'connected' && serverVersion === 178
    })
    await gateway.tell('/advance', { seconds: 15 })
    await isTheRecord(await lookAtRest())
  })

  it('below what can be read is refused in words, and nothing is compared', async () => {
    const { gateway, workstation } = trial
    const { client } = workstation
    const before = await client.reconcile.state({})
    const held = await holdings()
    const old = await openSwitchboard(gateway.port)
    await old.become('an old TWS')
    const { host, clientId, port } = await workstation.link()
    await client.link.configure({ host, clientId, port: old.port })
    await workstation.complains(/This TWS speaks server version 120; 163 or later is needed/)
    await expect(client.reconcile.run({})).rejects.toThrow('Connect to TWS or Gateway first.')
    expect(await client.reconcile.state({})).toEqual(before)
    expect(await holdings()).toEqual(held)
    await old.close()
    await client.link.configure({ host, clientId, port })
    await isTheRecord(await lookAtRest())
  })
})

describe('a gap that is not told again', () => {
  it('is a break that says so, and settling brings the book to the record', async () => {
    const { gateway, workstation } = trial
    await live(gateway, 'calm', 10)
    await isTheRecord(await lookAtRest())
    await workstation.stop()
    const path = ledgerPath(folder.path('book'))
    const book = expectedBook(await gateway.record())
    expect(await differencesInFile(path, book, 'exact')).toEqual([])
    await live(gateway, 'busy', 15)
    await gateway.hush()
    await gateway.tell('/end-day')
    trial = { gateway, workstation: await startAt(gateway, folder.path('book')) }
    const seen = await look(trial.workstation.client)
    const differing = seen.open.filter(({ kind }) => kind === 'quantity')
    expect(differing).not.toEqual([])
    for (const { causes } of differing)
      expect(causes[0]!.sentence).toMatch(/import a Flex statement\.$/)
    await settled(trial, seen)
  })
})
