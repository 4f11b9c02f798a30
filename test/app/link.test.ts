import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { Desk } from '#app/desk.ts'
import { AUTO_UPDATE_OFF } from '../fakes/settings.ts'
import { WHEN_ASKED } from '#app/reconciliations.ts'
import { routerOf } from '#app/router.ts'
import { workspaceOf } from '#app/workspace.ts'
import { compileRules, DEFAULT_RULE } from '#domain/attribution.ts'
import type { Listening } from '#shared/link.ts'
import { ok } from '#shared/result.ts'
import { execId, permId } from '#shared/ids.ts'
import { fakeBroker } from '../fakes/broker.ts'
import { anExecution } from '../fakes/builders.ts'
import { handClock } from '../fakes/clock.ts'
import { emptyStore, fakeLedger } from '../fakes/ledger.ts'
import { keptLog } from '../fakes/log.ts'
import { keptNotifications } from '../fakes/notifier.ts'
import { keptSettings, memoryStore } from '../fakes/settings.ts'
import { memoryWorkspace } from '../fakes/workspace.ts'

const TWS: Listening = {
  ...{ host: '127.0.0.1', port: 7497, kind: 'TWS', realm: 'UNKNOWN' },
  ...{ state: 'open', speaksIb: true, serverVersion: 193, problem: null },
}

/** The contract over a desk on a broker and a ledger in memory. */
async function served() {
  const clock = handClock()
  const broker = fakeBroker(clock)
  const ledger = emptyStore()
  const kept = memoryStore()
  const settings = keptSettings([], kept)
  const desk = new Desk({
    ...{
      broker,
      clock,
      log: keptLog(),
      knownAccounts: [],
      account: null,
      priceFlushMs: 10_000,
      measuring: {
        everyMs: 0,
        calendar: DEFAULT_CALENDAR,
        hours: null,
        openingValue: 'lastBeforeBoundary' as const,
      },
    },
    openLedger: () => Promise.resolve(ok(fakeLedger(ledger))),
    rules: [DEFAULT_RULE],
    reconcile: WHEN_ASKED,
    ...AUTO_UPDATE_OFF,
    notifier: keptNotifications(),
  })
  await desk.start()
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 30; turn += 1) await clock.turn()
  }
  const client = createRouterClient(
    routerOf(desk, workspaceOf(memoryWorkspace(), keptLog()), settings),
  )
  return { client, broker, clock, ledger, kept, settle, desk }
}

describe('the link', () => {
  it('is searched on the usual ports and the one that is set', async () => {
    const { client, broker } = await served()
    broker.listening.set(7496, { ...TWS, port: 7496, realm: 'LIVE' })
    await client.settings.change({ values: { port: 7496 } })
    expect(await client.link.search({})).toEqual([{ ...TWS, port: 7496, realm: 'LIVE' }])
    await expect(client.link.search({ host: ' ' })).rejects.toThrow('Name the host to look at.')
  })

  it('knows whose money it is where a session is open', async () => {
    const { client, broker } = await served()
    broker.listening.set(7497, TWS)
    await client.settings.change({ values: { port: 7497 } })
    broker.connect()
    expect(await client.link.search({})).toEqual([{ ...TWS, realm: 'PAPER' }])
  })

  it('is configured, kept and journalled', async () => {
    const { client, broker, ledger, kept, settle } = await served()
    broker.connect()
    await settle()
    const answer = await client.link.configure({ host: 'desk', port: 4002, clientId: 9 })
    await settle()
    expect(answer.overridden).toEqual([])
    expect(kept.values).toEqual({ host: 'desk', port: 4002, clientId: 9 })
    const entry = ledger.journal.at(-1)
    expect([entry?.command, entry?.outcome, entry?.detail, entry?.author]).toEqual([
      'link.configure',
      'changed',
      'desk:4002 as client 9',
      'trader',
    ])
    const seqs = ledger.journal.map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  })

  it('is not configured wrongly: it is refused in a sentence, and journalled', async () => {
    const { client, broker, ledger, kept, settle } = await served()
    broker.connect()
    await settle()
    const refused = client.link.configure({ host: '', port: 0.5, clientId: 9 })
    await expect(refused).rejects.toThrow(
      'host is wrong: must not be empty. port is wrong: must be a whole number.',
    )
    await settle()
    expect(kept.values).toEqual({})
    expect(ledger.journal.at(-1)).toMatchObject({ command: 'link.configure', outcome: 'refused' })
  })

  it('has a history: the newest first, and no repetition', async () => {
    const { client, broker, clock } = await served()
    broker.connect()
    clock.advance(1_000)
    broker.tell({ kind: 'link', link: broker.link() })
    broker.tell({ kind: 'notice', code: 2103, message: 'A farm is lost' })
    broker.cut()
    const history = await client.link.history({})
    expect(history.map(({ id, state, code, message }) => [id, state, code, message])).toEqual([
      [4, 'waiting', null, null],
      [3, null, 2103, 'A farm is lost'],
      [2, 'connected', null, null],
      [1, 'catching-up', null, null],
    ])
    expect(history[0]!.at - history[2]!.at).toBe(1_000)
    expect(await client.link.history({ limit: 1 })).toHaveLength(1)
  })

  it('forgets what lies far back', async () => {
    const { client, broker } = await served()
    for (let count = 0; count < 400; count += 1) {
      broker.tell({ kind: 'notice', code: 2103, message: `farm ${count}` })
    }
    const history = await client.link.history({ limit: 300 })
    expect(history).toHaveLength(300)
    expect(history.at(-1)?.message).toBe('farm 100')
  })
})

describe('rules that are changed', () => {
  it('attribute the fills after them, and no fill before', async () => {
    const { client, broker, desk, settle } = await served()
    const execute = async (number: number): Promise<void> => {
      const id = execId(`0001.000${number}.01`)
      broker.execute(anExecution({ execId: id, permId: permId(number), orderRef: 'alpha:1' }))
      await settle()
    }
    broker.connect()
    await execute(1)
    const rules = compileRules([{ orderRef: '^alpha', strategy: 'beta' }])
    if (!rules.ok) throw new Error(rules.error)
    desk.attributeBy(rules.value)
    await execute(2)
    const fills = await client.fills.list({})
    expect(new Map(fills.map(({ permId: order, strategy }) => [order, strategy]))).toEqual(
      new Map([
        [1, 'alpha'],
        [2, 'beta'],
      ]),
    )
  })
})

describe('settings', () => {
  it('are shown with where they were said', async () => {
    const { client } = await served()
    const settings = await client.settings.get()
    expect(settings.find(({ key }) => key === 'clientId')).toMatchObject({
      value: 7,
      from: { kind: 'default', place: null },
    })
  })

  it('are changed and answered as they then are', async () => {
    const { client } = await served()
    const answer = await client.settings.change({ values: { clientId: 8 } })
    expect(answer.settings.find(({ key }) => key === 'clientId')).toMatchObject({
      value: 8,
      from: { kind: 'file' },
    })
    await expect(client.settings.change({ values: { clientId: 1.5 } })).rejects.toThrow(
      'clientId is wrong: must be a whole number.',
    )
  })
})
