import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import { accountId, type AccountId } from '#shared/ids.ts'
import type { LinkProblem } from '#shared/link.ts'
import { createWire, type AllListeners, type ApiListeners } from './api.ts'
import type { ReadOnlyApi, Wire } from './api.ts'
import { CLIENT_ID_WAIT_MS, type Ending } from './link-machine.ts'
import * as problems from './problems.ts'
import type { Settings } from './settings.ts'
import { signalOf, type Signal } from './signals.ts'
import { startWatchdog } from './watchdog.ts'
import { watchFrames, type FrameFault, type FrameWatch } from './wire-guard.ts'

/** What the owner of a connection is told. After `ended` nothing more comes. */
export type ConnectionHandlers = {
  readonly opened: (accounts: readonly AccountId[], serverVersion: number) => void
  readonly ended: (ending: Ending) => void
  /** A message about the link or the whole session. */
  readonly signal: (signal: Signal, code: number, message: string) => void
  /** An error about one request or order. */
  readonly refused: (id: number, code: number, message: string) => void
  /** Bytes arrived. */
  readonly heard: () => void
  readonly isBrokerLost: () => boolean
  /** Whether what has been told is still being written: then reading waits a little. */
  readonly isBehind: () => boolean
}

export type ConnectionParts = {
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
  readonly handlers: ConnectionHandlers
  /** The desks' listeners; they hear nothing before the session is open. */
  readonly listeners: readonly Partial<ApiListeners>[]
}

export type Connection = {
  readonly api: ReadOnlyApi
  /** Closes it without a word. */
  readonly drop: () => void
}

/**
 * How long the socket itself may take to open: a port that drops packets must not hold a search.
 */
const SOCKET_TIMEOUT_MS = 3_000
const DISCLAIMER_WAIT_MS = 15_000
const VERSION_WAIT_MS = 30_000
/** A burst is read in slices of this length, so that nothing else waits for the end of it. */
const SLICE_MS = 3
/** So much of a chunk is read at once: some fifty executions. */
const PIECE_BYTES = 16_384
/** Longer than this nothing goes unread, or TWS and the watchdog would take us for dead. */
const LONGEST_PAUSE_MS = 2_000
const PAUSE_STEP_MS = 5

type Attempt = {
  readonly port: number
  readonly parts: ConnectionParts
  readonly wire: Wire
  readonly frames: FrameWatch
  readonly timers: (() => void)[]
  isSocketOpen: boolean
  hasNextId: boolean
  accounts: readonly AccountId[]
  serverVersion: number | null
  isOpen: boolean
  hasEnded: boolean
  /** Monotonic time of the last bytes. */
  heardAt: number
  /** Time spent reading since everything else had its turn. */
  busyMs: number
}

/** Opens one connection. It ends once, with the reason, and is never used again. */
export function openConnection(port: number, parts: ConnectionParts): Connection {
  const { host, clientId } = parts.settings
  const wire = createWire({ host, port, clientId }, (chunk, pass) => read(attempt, chunk, pass))
  const attempt: Attempt = {
    port,
    parts,
    wire,
    frames: watchFrames(),
    timers: [],
    isSocketOpen: false,
    hasNextId: false,
    accounts: [],
    serverVersion: null,
    isOpen: false,
    hasEnded: false,
    heardAt: parts.clock.monotonic(),
    busyMs: 0,
  }
  attach(attempt)
  armTimeouts(attempt)
  wire.connect()
  return { api: wire.api, drop: () => drop(attempt) }
}

function drop(attempt: Attempt): void {
  if (attempt.hasEnded) return
  attempt.hasEnded = true
  for (const cancel of attempt.timers) cancel()
  attempt.wire.drop()
}

function end(attempt: Attempt, problem: LinkProblem, waitAtLeastMs = 0): void {
  if (attempt.hasEnded) return
  drop(attempt)
  const isBroker = attempt.serverVersion !== null
  const isTelling = isBroker || attempt.isSocketOpen
  attempt.parts.handlers.ended({ problem, isBroker, isTelling, waitAtLeastMs })
}

function armTimeouts(attempt: Attempt): void {
  const { settings, clock } = attempt.parts
  const { host, handshakeTimeoutMs } = settings
  const openSocket = (): void => {
    if (!attempt.isSocketOpen) end(attempt, problems.unreachable(host, attempt.port))
  }
  const openSession = (): void => {
    if (attempt.isOpen) return
    end(attempt, problems.silent(host, attempt.port, seconds(handshakeTimeoutMs)))
  }
  attempt.timers.push(
    clock.after(Math.min(SOCKET_TIMEOUT_MS, handshakeTimeoutMs), openSocket),
    clock.after(handshakeTimeoutMs, openSession),
  )
}

type Pass = (bytes: Uint8Array) => void

/** Every byte comes through here before the library sees it. */
function read(attempt: Attempt, chunk: Uint8Array, pass: Pass): void {
  if (attempt.hasEnded) return
  attempt.heardAt = attempt.parts.clock.monotonic()
  attempt.parts.handlers.heard()
  const fault = attempt.frames.inspect(chunk)
  if (fault !== null) {
    end(attempt, faultProblem(attempt, fault))
    return
  }
  take(attempt, chunk, pass)
}

/**
 * Without a pause one turn of the event loop would take in megabytes, and hold all else up: a chunk
 * is read piece by piece, and nothing more comes from the socket while it waits.
 */
function take(attempt: Attempt, chunk: Uint8Array, pass: Pass): void {
  const { clock } = attempt.parts
  for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
    if (attempt.hasEnded) return
    const before = clock.monotonic()
    takePiece(attempt, () => pass(chunk.subarray(start, start + PIECE_BYTES)))
    attempt.busyMs += clock.monotonic() - before
    if (attempt.busyMs < SLICE_MS) continue
    attempt.busyMs = 0
    attempt.wire.pause()
    const rest = chunk.subarray(start + PIECE_BYTES)
    void untilCaughtUp(attempt).then(() => take(attempt, rest, pass))
    return
  }
  if (!attempt.hasEnded) attempt.wire.resume()
}

function takePiece(attempt: Attempt, pass: () => void): void {
  try {
    pass()
  } catch (error) {
    // Half of the piece may be read and the rest lost: only a new connection is whole again.
    attempt.parts.log.error('The broker library failed to read a message', { error: String(error) })
    end(attempt, problems.unreadable(error instanceof Error ? error.message : String(error)))
  }
}

/** One turn for everything else; while the book is behind, a longer pause, but never a long one. */
async function untilCaughtUp({ parts }: Attempt): Promise<void> {
  const { clock, handlers } = parts
  const latest = clock.monotonic() + LONGEST_PAUSE_MS
  await clock.turn()
  while (handlers.isBehind() && clock.monotonic() < latest) {
    await new Promise<void>((resolve) => clock.after(PAUSE_STEP_MS, resolve))
  }
}

function faultProblem(attempt: Attempt, fault: FrameFault): LinkProblem {
  if (fault === 'stranger') return problems.stranger(attempt.parts.settings.host, attempt.port)
  return fault === 'bad-length' ? problems.badLength() : problems.unreadable('it does not end')
}

/** Every listener is guarded: a throw would leave the rest of the chunk unread. */
function listen<Name extends keyof AllListeners>(
  attempt: Attempt,
  name: Name,
  run: AllListeners[Name],
): void {
  const guarded = (...message: unknown[]): void => {
    try {
      ;(run as (...heard: unknown[]) => void)(...message)
    } catch (error) {
      attempt.parts.log.error('A listener failed', { event: name, error: String(error) })
    }
  }
  attempt.wire.on(name, guarded)
}

function attach(attempt: Attempt): void {
  listen(attempt, 'sent', () => {
    attempt.isSocketOpen = true
  })
  listen(attempt, 'server', (version) => {
    attempt.serverVersion = version
    if (version >= problems.LOWEST_SERVER_VERSION) return
    end(attempt, problems.tooOld(version), VERSION_WAIT_MS)
  })
  listen(attempt, 'nextValidId', () => {
    attempt.hasNextId = true
    openIfReady(attempt)
  })
  listen(attempt, 'managedAccounts', (csv) => {
    // The list may end in a comma.
    const names = csv.split(',').map((name) => name.trim())
    attempt.accounts = names.filter((name) => name !== '').map(accountId)
    openIfReady(attempt)
  })
  listen(attempt, 'error', (error, code, id) => {
    const isOfLink = id <= 0 || signalOf(code, error.message) === 'read-only'
    if (isOfLink) hear(attempt, code, error.message)
    else attempt.parts.handlers.refused(id, code, error.message)
  })
  listen(attempt, 'info', (message, code) => hear(attempt, code, message))
  listen(attempt, 'disconnected', () => end(attempt, closedProblem(attempt)))
  for (const listeners of attempt.parts.listeners) attachDesk(attempt, listeners)
}

function attachDesk(attempt: Attempt, listeners: Partial<ApiListeners>): void {
  for (const name of Object.keys(listeners) as (keyof ApiListeners)[]) {
    const run = listeners[name] as (...message: unknown[]) => void
    const whileOpen = (...message: unknown[]): void => {
      // What comes before the session is open is asked for again once it is.
      if (attempt.isOpen) run(...message)
    }
    listen(attempt, name, whileOpen as AllListeners[typeof name])
  }
}

/** A session is open once TWS has named the next order id and the accounts, in either order. */
function openIfReady(attempt: Attempt): void {
  const { serverVersion, accounts, hasNextId, isOpen, hasEnded, parts } = attempt
  if (isOpen || hasEnded || !hasNextId || accounts.length === 0 || serverVersion === null) return
  attempt.isOpen = true
  const { settings, clock, handlers } = parts
  const watched = {
    ping: () => attempt.wire.api.reqCurrentTime(),
    heardAt: () => attempt.heardAt,
    dead: (silentMs: number) => end(attempt, problems.wentSilent(seconds(silentMs))),
  }
  attempt.timers.push(
    startWatchdog({ settings, clock, isBrokerLost: handlers.isBrokerLost }, watched),
  )
  handlers.opened(accounts, serverVersion)
}

function hear(attempt: Attempt, code: number, message: string): void {
  if (attempt.hasEnded) return
  const { host, clientId } = attempt.parts.settings
  const signal = signalOf(code, message)
  switch (signal) {
    case 'client-id-in-use':
      // Only TWS says so, even where it says nothing else.
      attempt.serverVersion ??= 0
      end(attempt, problems.clientIdInUse(clientId), CLIENT_ID_WAIT_MS)
      break
    case 'disclaimer':
      end(attempt, problems.disclaimer(message), DISCLAIMER_WAIT_MS)
      break
    case 'unsupported-version':
      attempt.serverVersion ??= 0
      end(attempt, problems.unsupportedVersion(message), VERSION_WAIT_MS)
      break
    case 'socket-failed': {
      const broken = problems.connectionBroken(message)
      const unopened = problems.socketProblem(host, attempt.port, message)
      end(attempt, attempt.isOpen ? broken : unopened)
      break
    }
    default:
      attempt.parts.handlers.signal(signal, code, message)
  }
}

function closedProblem(attempt: Attempt): LinkProblem {
  if (attempt.frames.isMidFrame()) return problems.cutOff()
  if (attempt.isOpen) return problems.connectionLost()
  return problems.closedUnopened(attempt.parts.settings.host, attempt.port)
}

const seconds = (millis: number): number => Math.max(1, Math.round(millis / 1000))
