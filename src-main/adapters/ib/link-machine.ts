import type { LinkProblem, LinkState } from '#shared/link.ts'
import type { UtcMillis } from '#shared/time.ts'
import { nothingListens, portChanged, reconfigured, restarted } from './problems.ts'

/** What the link is, decided by `step` alone. */
export type LinkMachine = {
  readonly phase: LinkState
  readonly host: string
  readonly ports: readonly number[]
  /** The port in use, being tried, or tried last. */
  readonly port: number
  /** Ports of this round that are still to be tried. */
  readonly queue: readonly number[]
  /** The port on which a TWS answered last. */
  readonly lastGood: number | null
  /** Attempts and sessions that failed since the last one that caught up. */
  readonly failures: number
  readonly problem: LinkProblem | null
  /** True when the problem is more telling than a closed port. */
  readonly isTelling: boolean
  readonly since: UtcMillis
  readonly retryAt: UtcMillis | null
}

/** How an attempt or a session ended. */
export type Ending = {
  readonly problem: LinkProblem
  /** A TWS answers there, though it opened no session: no other port is tried. */
  readonly isBroker: boolean
  /** Something answers there: worth more on the screen than a closed port. */
  readonly isTelling: boolean
  /** The least time to wait when retrying soon would do harm. */
  readonly waitAtLeastMs: number
}

export type LinkEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'retry-due' }
  | { readonly kind: 'ended'; readonly ending: Ending }
  | { readonly kind: 'opened' }
  | { readonly kind: 'caught-up' }
  | { readonly kind: 'broker-lost'; readonly problem: LinkProblem }
  | { readonly kind: 'broker-restored'; readonly isDataLost: boolean }
  | { readonly kind: 'port-changed'; readonly port: number }
  | { readonly kind: 'reconnect'; readonly reason: string }
  /** Another place to connect to, or the same one as somebody else. */
  | { readonly kind: 'reconfigured'; readonly host: string; readonly ports: readonly number[] }

export type LinkEffect =
  | { readonly kind: 'open'; readonly port: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'wait'; readonly forMs: number }
  | { readonly kind: 'catch-up'; readonly isDataLost: boolean }

/** What `step` may not find out by itself. */
export type Circumstances = {
  readonly now: UtcMillis
  /** Between 0 and 1, for the jitter. */
  readonly chance: number
  readonly backoff: { readonly firstMs: number; readonly maxMs: number }
}

export type Step = { readonly machine: LinkMachine; readonly effects: readonly LinkEffect[] }

/**
 * After a loss only the last good port is tried this many times before the others are: TWS restarts
 * every night, and another TWS beside it may hold another account.
 */
export const LOYAL_ATTEMPTS = 8

/** The least wait after 326: TWS keeps the session of a dead program for some seconds. */
export const CLIENT_ID_WAIT_MS = 5_000

export const initialMachine = (
  host: string,
  ports: readonly number[],
  now: UtcMillis,
): LinkMachine => ({
  phase: 'stopped',
  host,
  ports,
  port: ports[0] ?? 0,
  queue: [],
  lastGood: null,
  failures: 0,
  problem: null,
  isTelling: false,
  since: now,
  retryAt: null,
})

const still = (machine: LinkMachine): Step => ({ machine, effects: [] })

const hasSession = (machine: LinkMachine): boolean =>
  machine.phase === 'catching-up' ||
  machine.phase === 'connected' ||
  machine.phase === 'broker-lost'

function enter(machine: LinkMachine, phase: LinkState, at: Circumstances): LinkMachine {
  const since = machine.phase === phase ? machine.since : at.now
  return { ...machine, phase, since, retryAt: null }
}

/** The ports to try in a round, the likeliest first. */
function portsOfRound(machine: LinkMachine): readonly number[] {
  const { lastGood, ports, failures } = machine
  if (lastGood === null) return ports
  if (failures <= LOYAL_ATTEMPTS) return [lastGood]
  return [lastGood, ...ports.filter((port) => port !== lastGood)]
}

function beginRound(machine: LinkMachine, at: Circumstances): Step {
  const [port, ...queue] = portsOfRound(machine)
  if (port === undefined) return still(machine)
  const phase = queue.length > 0 ? 'searching' : 'connecting'
  return {
    machine: { ...enter(machine, phase, at), port, queue, isTelling: false },
    effects: [{ kind: 'open', port }],
  }
}

/** Doubles with every failure up to the limit; jitter keeps two programs from marching in step. */
function delayOf(failures: number, at: Circumstances): number {
  const full = Math.min(at.backoff.maxMs, at.backoff.firstMs * 2 ** Math.min(failures - 1, 20))
  return Math.round(full / 2 + (full / 2) * at.chance)
}

function wait(machine: LinkMachine, atLeastMs: number, at: Circumstances): Step {
  const failures = machine.failures + 1
  const forMs = Math.round(Math.max(delayOf(failures, at), atLeastMs * (1 + at.chance)))
  return {
    machine: {
      ...enter(machine, 'waiting', at),
      queue: [],
      failures,
      retryAt: (at.now + forMs) as UtcMillis,
    },
    effects: [{ kind: 'close' }, { kind: 'wait', forMs }],
  }
}

function ended(machine: LinkMachine, ending: Ending, at: Circumstances): Step {
  if (machine.phase === 'stopped' || machine.phase === 'waiting') return still(machine)
  const isSearch = !hasSession(machine)
  const told = remember(machine, ending, isSearch)
  const [next, ...queue] = machine.queue
  if (isSearch && !ending.isBroker && next !== undefined) {
    return {
      machine: { ...told, port: next, queue },
      effects: [{ kind: 'close' }, { kind: 'open', port: next }],
    }
  }
  const after = ending.isBroker ? { ...told, lastGood: machine.port } : told
  return wait(after, ending.waitAtLeastMs, at)
}

/** Of all ports of a search the most telling problem is shown. */
function remember(machine: LinkMachine, ending: Ending, isSearch: boolean): LinkMachine {
  if (!isSearch) return { ...machine, problem: ending.problem }
  if (machine.isTelling && !ending.isTelling) return machine
  const isFruitless = !ending.isTelling && machine.lastGood === null && machine.ports.length > 1
  const problem = isFruitless ? nothingListens(machine.host, machine.ports) : ending.problem
  return { ...machine, problem, isTelling: ending.isTelling }
}

function brokerLost(machine: LinkMachine, problem: LinkProblem, at: Circumstances): Step {
  if (!hasSession(machine)) return still(machine)
  return still({ ...enter(machine, 'broker-lost', at), problem })
}

function brokerRestored(machine: LinkMachine, isDataLost: boolean, at: Circumstances): Step {
  if (!hasSession(machine)) return still(machine)
  return {
    machine: { ...enter(machine, 'catching-up', at), problem: null },
    effects: [{ kind: 'catch-up', isDataLost }],
  }
}

function movePort(machine: LinkMachine, port: number, at: Circumstances): Step {
  if (machine.phase === 'stopped') return still(machine)
  const ports = [port, ...machine.ports.filter((other) => other !== port)]
  const moved = { ...machine, ports, port, lastGood: port, failures: 0, problem: portChanged(port) }
  return wait(moved, 0, at)
}

function reconnect(machine: LinkMachine, reason: string, at: Circumstances): Step {
  if (machine.phase === 'stopped') return still(machine)
  const round = beginRound({ ...machine, failures: 0, problem: restarted(reason) }, at)
  return { machine: round.machine, effects: [{ kind: 'close' }, ...round.effects] }
}

/** What was known of the old place says nothing about the new one. */
function reconfigure(
  machine: LinkMachine,
  to: { readonly host: string; readonly ports: readonly number[] },
  at: Circumstances,
): Step {
  const { host, ports } = to
  const port = ports[0] ?? 0
  const moved = { ...machine, host, ports, port, queue: [], lastGood: null, failures: 0 }
  if (machine.phase === 'stopped') return still(moved)
  const round = beginRound({ ...moved, problem: reconfigured() }, at)
  return { machine: round.machine, effects: [{ kind: 'close' }, ...round.effects] }
}

function stop(machine: LinkMachine, at: Circumstances): Step {
  const stopped = { ...enter(machine, 'stopped', at), queue: [], problem: null }
  return { machine: stopped, effects: [{ kind: 'close' }] }
}

const opened = (machine: LinkMachine, at: Circumstances): Step => ({
  machine: { ...enter(machine, 'catching-up', at), lastGood: machine.port, problem: null },
  effects: [{ kind: 'catch-up', isDataLost: true }],
})

const caughtUp = (machine: LinkMachine, at: Circumstances): Step =>
  machine.phase === 'catching-up'
    ? still({ ...enter(machine, 'connected', at), failures: 0 })
    : still(machine)

const start = (machine: LinkMachine, at: Circumstances): Step =>
  machine.phase === 'stopped' ? beginRound({ ...machine, failures: 0 }, at) : still(machine)

const retry = (machine: LinkMachine, at: Circumstances): Step =>
  machine.phase === 'waiting' ? beginRound(machine, at) : still(machine)

/** The next state of the link, and what has to be done about it. */
export function step(machine: LinkMachine, event: LinkEvent, at: Circumstances): Step {
  switch (event.kind) {
    case 'start':
      return start(machine, at)
    case 'stop':
      return stop(machine, at)
    case 'retry-due':
      return retry(machine, at)
    case 'ended':
      return ended(machine, event.ending, at)
    case 'opened':
      return opened(machine, at)
    case 'caught-up':
      return caughtUp(machine, at)
    case 'broker-lost':
      return brokerLost(machine, event.problem, at)
    case 'broker-restored':
      return brokerRestored(machine, event.isDataLost, at)
    case 'port-changed':
      return movePort(machine, event.port, at)
    case 'reconnect':
      return reconnect(machine, event.reason, at)
    case 'reconfigured':
      return reconfigure(machine, event, at)
  }
}
