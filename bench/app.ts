import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createRouterClient } from '@orpc/server'
import { ledgerIn, accountsIn } from '#adapters/duckdb/ledger.ts'
import { createBroker } from '#adapters/ib/broker.ts'
import { systemClock } from '#adapters/system/clock.ts'
import { workspaceIn } from '#adapters/system/workspace-file.ts'
import { serveWeb } from '#adapters/web/server.ts'
import { Desk } from '#app/desk.ts'
import { AUTO_UPDATE_OFF } from '../test/fakes/settings.ts'
import { WHEN_ASKED } from '#app/reconciliations.ts'
import { routerOf } from '#app/router.ts'
import { workspaceOf } from '#app/workspace.ts'
import { RunningSettings } from '#app/running-settings.ts'
import { compileRules } from '#domain/attribution.ts'
import type { Changes, Ledger, OpenLedger } from '#ports/ledger.ts'
import { ok } from '#shared/result.ts'
import type { Command, Reply, State } from './messages.ts'

/**
 * The workstation's core in a process of its own, put together as compose() does, with probes: when
 * each fill was committed, how many rows each commit wrote, how long the event loop was held.
 */

const [dataDir = '', portText = ''] = process.argv.slice(2)
const wall = (): number => performance.timeOrigin + performance.now()

/** Exec ids, and when each was committed: kept apart, so that the probe weighs little. */
const committedIds: string[] = []
const committedAt = new Float64Array(200_000)
const sizes: Record<keyof Changes, number>[] = []
let isProbing = false

const sizesOf = (changes: Changes): Record<keyof Changes, number> =>
  Object.fromEntries(Object.entries(changes).map(([name, rows]) => [name, rows.length])) as Record<
    keyof Changes,
    number
  >

/** Notes what passes through `commit`; the rest is the ledger itself. */
function probed(ledger: Ledger): Ledger {
  const commit: Ledger['commit'] = async (changes) => {
    await ledger.commit(changes)
    if (!isProbing) return
    const at = wall()
    for (const { execution } of changes.newFills) {
      committedAt[committedIds.length] = at
      committedIds.push(execution.execId)
    }
    sizes.push(sizesOf(changes))
  }
  // The ledger's verbs are own properties that need no `this`.
  return { ...ledger, commit }
}

const open = ledgerIn({ folder: dataDir, migrations: 'resources/migrations' })
const openProbed: OpenLedger = async (account) => {
  const opened = await open(account)
  return opened.ok ? { ok: true, value: probed(opened.value) } : opened
}

const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (sentence: string) => console.error(sentence),
}
const clock = systemClock()
const rules = compileRules([])
if (!rules.ok) throw new Error(rules.error)
const startedAt = performance.now()
const desk = new Desk({
  broker: createBroker(
    { host: '127.0.0.1', ports: [Number(portText)], clientId: 7, isSimulated: true },
    { clock, log, random: () => 0.5 },
  ),
  openLedger: openProbed,
  knownAccounts: accountsIn(dataDir),
  account: null,
  rules: rules.value,
  clock,
  log,
  notifier: { notify: () => undefined },
  priceFlushMs: 10_000,
  measuring: {
    everyMs: 0,
    calendar: DEFAULT_CALENDAR,
    hours: null,
    openingValue: 'lastBeforeBoundary' as const,
  },
  reconcile: WHEN_ASKED,
  ...AUTO_UPDATE_OFF,
})
const settings = RunningSettings.open([], {
  spelling: (key) => key,
  read: () => ok({}),
  write: () => ok(null),
})
if (!settings.ok) throw new Error(settings.error)
const router = routerOf(desk, workspaceOf(workspaceIn(dataDir), log), settings.value)
const client = createRouterClient(router)
const server = await serveWeb({ root: '/nonexistent', port: 0, token: 'bench', router, log })
const delay = monitorEventLoopDelay({ resolution: 1 })
const reply = (message: Reply): void => void process.send?.(message)

const state = async (): Promise<Reply> => {
  const book = await client.book.state({}).catch(() => null)
  return {
    what: 'state',
    opening: book?.opening ?? 'awaiting',
    fills: book?.fills ?? 0,
    ...inside(),
  }
}

/** What no procedure tells. */
function inside(): Pick<State, 'depth' | 'pending' | 'walBytes' | 'isReconciling'> {
  const account = desk.accounts[0]
  const holdings = [...(account?.book?.memory.holdings.values() ?? [])]
  return {
    depth: account?.depth ?? 0,
    pending: holdings.reduce((sum, one) => sum + one.commissionsPending, 0),
    walBytes: account?.ledgerStatus()?.writeAheadLogBytes ?? 0,
    isReconciling: account !== undefined && desk.reconciliations.isRunning(account.id),
  }
}

const report = (): Reply => ({
  what: 'report',
  // First: what follows would be measured with it.
  peakRssMiB: process.resourceUsage().maxRSS / 1024,
  loopDelayP99Ms: delay.percentile(99) / 1e6,
  loopDelayMaxMs: delay.max / 1e6,
  committed: committedIds.map((id, index) => [id, committedAt[index] ?? 0]),
  sizes,
})

async function obey({ what }: Command): Promise<void> {
  if (what === 'probe') {
    isProbing = true
    delay.enable()
    delay.reset()
    reply({ what: 'probing' })
  }
  if (what === 'state') reply(await state())
  if (what === 'report') reply(report())
  if (what === 'stop') {
    await desk.stop()
    await server.close()
    process.exit(0)
  }
}

// An orphan would run for ever.
process.on('disconnect', () => process.exit(1))
process.on('message', (command: Command) => void obey(command))
await desk.start()
const [first] = [await firstSnapshot()]
reply({
  what: 'ready',
  port: server.port,
  snapshotMs: first.ms,
  positions: first.positions,
})

async function firstSnapshot(): Promise<{ ms: number; positions: number }> {
  for await (const message of await client.live.subscribe({})) {
    const positions = message.kind === 'snapshot' ? message.positions.length : 0
    return { ms: performance.now() - startedAt, positions }
  }
  throw new Error('the live stream ended')
}
