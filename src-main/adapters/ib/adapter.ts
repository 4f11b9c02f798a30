import type { Broker, BrokerChoice, BrokerEvent } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { AccountId } from '#shared/ids.ts'
import type { Link } from '#shared/link.ts'
import type { UtcMillis } from '#shared/time.ts'
import { openConnection, type Connection, type ConnectionHandlers } from './connection.ts'
import { createDesks, type Desks } from './desks.ts'
import { initialMachine, step, type LinkEffect, type LinkEvent } from './link-machine.ts'
import type { LinkMachine } from './link-machine.ts'
import { brokerLost } from './problems.ts'
import { realmOf } from './realm.ts'
import { searchPorts } from './search.ts'
import { USUAL_PORTS, type Settings } from './settings.ts'
import { portIn, type Signal } from './signals.ts'

export type AdapterParts = {
  /** The one object every part of the adapter reads: a change of it is seen by all. */
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  readonly emit: (event: BrokerEvent) => void
}

/** Everything that changes while the adapter lives. */
type Adapter = {
  readonly parts: AdapterParts
  readonly desks: Desks
  machine: LinkMachine
  connection: Connection | null
  isOpen: boolean
  accounts: readonly AccountId[]
  serverVersion: number | null
  isBehind: () => boolean
  heardAt: UtcMillis | null
  hadSession: boolean
  cancelWait: (() => void) | null
  /** Which catch-up is the latest: an older one that ends late says nothing. */
  catchUps: number
}

/**
 * The Broker without its listeners: the state machine, the connection and the desks put together.
 */
export function createAdapter(parts: AdapterParts): Omit<Broker, 'listen'> {
  const { settings, clock } = parts
  const desks = createDesks({
    ...parts,
    api: () => (adapter.isOpen ? (adapter.connection?.api ?? null) : null),
    linkChanged: () => tellLink(adapter),
  })
  const adapter: Adapter = {
    parts,
    desks,
    machine: initialMachine(settings.host, settings.ports, clock.now()),
    connection: null,
    isOpen: false,
    accounts: [],
    serverVersion: null,
    heardAt: null,
    hadSession: false,
    cancelWait: null,
    catchUps: 0,
    isBehind: () => false,
  }
  return {
    start: () => happen(adapter, { kind: 'start' }),
    stop: () => {
      happen(adapter, { kind: 'stop' })
      return Promise.resolve()
    },
    link: () => linkOf(adapter),
    reconnect: (reason) => happen(adapter, { kind: 'reconnect', reason }),
    configure: (choice) => configure(adapter, choice),
    search: (host, ports) => searchPorts(host, [...new Set([...USUAL_PORTS, ...ports])], clock),
    snapshot: desks.snapshot,
    describe: desks.describe,
    watch: desks.watch,
    pace: (isBehind) => {
      adapter.isBehind = isBehind
    },
  }
}

function linkOf({ parts, machine, desks, ...adapter }: Adapter): Link {
  const { settings } = parts
  return {
    state: machine.phase,
    host: settings.host,
    port: machine.port,
    clientId: settings.clientId,
    realm: realmOf(adapter.accounts, settings.isSimulated),
    serverVersion: adapter.serverVersion,
    since: machine.since,
    heardAt: adapter.heardAt,
    retryAt: machine.retryAt,
    problem: machine.problem,
    capabilities: adapter.hadSession ? desks.capabilities() : null,
  }
}

const tellLink = (adapter: Adapter): void =>
  adapter.parts.emit({ kind: 'link', link: linkOf(adapter) })

/** One event of the link: the machine decides, then the effects are carried out in order. */
function happen(adapter: Adapter, event: LinkEvent): void {
  const { clock, random, settings, log } = adapter.parts
  const before = adapter.machine
  const at = { now: clock.now(), chance: random(), backoff: settings.backoff }
  const { machine, effects } = step(before, event, at)
  adapter.machine = machine
  if (machine.phase !== before.phase || machine.problem !== before.problem) {
    log.info('The link changes', {
      event: event.kind,
      state: machine.phase,
      port: machine.port,
      problem: machine.problem?.message ?? null,
    })
  }
  // The session is closed before anyone hears of it, and opened only after.
  for (const effect of effects) if (effect.kind === 'close') close(adapter)
  tellLink(adapter)
  for (const effect of effects) if (effect.kind !== 'close') carryOut(adapter, effect)
}

function carryOut(adapter: Adapter, effect: LinkEffect): void {
  switch (effect.kind) {
    case 'close':
      close(adapter)
      break
    case 'open':
      open(adapter, effect.port)
      break
    case 'wait':
      adapter.cancelWait = adapter.parts.clock.after(effect.forMs, () => {
        adapter.cancelWait = null
        happen(adapter, { kind: 'retry-due' })
      })
      break
    case 'catch-up':
      void catchUp(adapter, effect.isDataLost)
      break
  }
}

function close(adapter: Adapter): void {
  adapter.cancelWait?.()
  adapter.cancelWait = null
  adapter.connection?.drop()
  adapter.connection = null
  adapter.isOpen = false
  adapter.catchUps += 1
  adapter.desks.loseSession()
}

function open(adapter: Adapter, port: number): void {
  const { settings, clock, log } = adapter.parts
  adapter.connection = openConnection(port, {
    settings,
    clock,
    log,
    handlers: handlersOf(adapter),
    listeners: adapter.desks.listeners,
  })
}

function handlersOf(adapter: Adapter): ConnectionHandlers {
  const { parts, desks } = adapter
  return {
    opened: (accounts, serverVersion) => {
      adapter.isOpen = true
      adapter.hadSession = true
      adapter.accounts = accounts
      adapter.serverVersion = serverVersion
      desks.beginSession(accounts)
      parts.emit({ kind: 'session', accounts })
      happen(adapter, { kind: 'opened' })
    },
    ended: (ending) => {
      adapter.connection = null
      adapter.isOpen = false
      adapter.desks.loseSession()
      happen(adapter, { kind: 'ended', ending })
    },
    signal: (signal, code, message) => hearSignal(adapter, signal, { code, message }),
    refused: (id, code, message) => {
      if (desks.refused(id, code, message)) return
      parts.emit({ kind: 'notice', code, message })
    },
    heard: () => {
      adapter.heardAt = parts.clock.now()
    },
    isBrokerLost: () => adapter.machine.phase === 'broker-lost',
    isBehind: () => adapter.isBehind(),
  }
}

function configure(adapter: Adapter, choice: BrokerChoice): void {
  const { settings } = adapter.parts
  const { host, ports, clientId } = choice
  const isElsewhere = host !== settings.host || ports.join() !== settings.ports.join()
  const isSomebodyElse = clientId !== settings.clientId
  Object.assign(settings, choice)
  if (isElsewhere) {
    // Whose money it is, and what is allowed, must be found out anew.
    adapter.accounts = []
    adapter.serverVersion = null
    adapter.hadSession = false
  }
  if (isElsewhere || isSomebodyElse) happen(adapter, { kind: 'reconfigured', host, ports })
  adapter.desks.reconfigured()
}

type Message = { readonly code: number; readonly message: string }

function hearSignal(adapter: Adapter, signal: Signal, heard: Message): void {
  const { parts, desks } = adapter
  const { code, message } = heard
  if (signal === 'farm-restored') {
    if (desks.farmRestored(message)) parts.emit({ kind: 'notice', code, message })
    return
  }
  if (signal !== 'quiet') parts.emit({ kind: 'notice', code, message })
  if (signal === 'read-only') desks.becameReadOnly(code, message)
  if (signal === 'farm-lost') desks.farmLost(message)
  if (signal === 'drift') parts.log.warn('TWS and this program differ in a message', { ...heard })
  const event = eventOf(signal, heard)
  if (event !== null) happen(adapter, event)
}

/** What a signal does to the link; null when it does nothing. */
function eventOf(signal: Signal, { code, message }: Message): LinkEvent | null {
  switch (signal) {
    case 'broker-lost':
      return { kind: 'broker-lost', problem: brokerLost(code, message) }
    case 'restored':
      return { kind: 'broker-restored', isDataLost: false }
    case 'restored-data-lost':
      return { kind: 'broker-restored', isDataLost: true }
    case 'port-changed': {
      const port = portIn(message)
      return port === null ? null : { kind: 'port-changed', port }
    }
    default:
      return null
  }
}

async function catchUp(adapter: Adapter, isDataLost: boolean): Promise<void> {
  adapter.catchUps += 1
  const mine = adapter.catchUps
  const missing = await adapter.desks.catchUp(adapter.accounts, isDataLost)
  if (mine !== adapter.catchUps || adapter.machine.phase !== 'catching-up') return
  if (missing.length > 0) {
    adapter.parts.log.warn('TWS left questions without an answer', { missing: missing.join(', ') })
  }
  adapter.parts.emit({ kind: 'caught-up', missing })
  happen(adapter, { kind: 'caught-up' })
  adapter.desks.goLive()
}
