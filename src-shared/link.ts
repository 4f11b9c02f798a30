import type { UtcMillis } from './time.ts'

/**
 * The state of the socket to TWS or Gateway.
 * - `searching`: looking for a listening TWS or Gateway
 * - `connecting`: the socket or the session is being opened
 * - `catching-up`: the session is open, today's executions are being fetched
 * - `connected`: caught up and live
 * - `broker-lost`: TWS answers, but TWS has lost IB's servers (1100, 2110)
 * - `waiting`: not connected; the next attempt is scheduled
 * - `stopped`: not connected and not trying
 */
export type LinkState =
  'searching' | 'connecting' | 'catching-up' | 'connected' | 'broker-lost' | 'waiting' | 'stopped'

/** What went wrong, in one clear sentence, and what the trader can do about it. */
export type LinkProblem = {
  /** IB's error code where there is one. */
  readonly code: number | null
  readonly message: string
  readonly remedy: string
}

/** Whose money it is. Simulated is our own gateway; paper accounts start with D. */
export type Realm = 'SIMULATED' | 'PAPER' | 'LIVE' | 'UNKNOWN'

/** What a look at one port of a host has found. No client id is used to find it out. */
export type Listening = {
  readonly host: string
  readonly port: number
  /** Which program uses the port unless somebody changed it; null for any other port. */
  readonly kind: 'TWS' | 'IB Gateway' | null
  /** What the usual use of the port suggests: only a session shows whose money it is. */
  readonly realm: Realm
  /** `closed`: nothing listens; `unreachable`: the host is not known or does not answer. */
  readonly state: 'open' | 'closed' | 'unreachable'
  /** Null when what listens has said nothing that tells. */
  readonly speaksIb: boolean | null
  readonly serverVersion: number | null
  /** Null when a session can be opened there. */
  readonly problem: LinkProblem | null
}

/** How executions and orders reach us with the client id and permissions we have. */
export type Capabilities = {
  /**
   * `master`: all clients' executions arrive at once; `polling`: those of other clients (and,
   * unless our client id is 0, manual ones) are asked for every few seconds.
   */
  readonly executions: 'master' | 'client-0' | 'polling'
  /** False when the API is read-only: then order queries never answer and are not asked. */
  readonly orders: boolean
  readonly readOnly: boolean
  /** One sentence for the screen: what is seen, and how to see more. */
  readonly sentence: string
}

export type Link = {
  readonly state: LinkState
  readonly host: string
  readonly port: number
  readonly clientId: number
  readonly realm: Realm
  readonly serverVersion: number | null
  /** When the present state began. */
  readonly since: UtcMillis
  /** When the last message of the broker arrived; null when none ever did. */
  readonly heardAt: UtcMillis | null
  /** When the next attempt to connect is due; null when none is scheduled. */
  readonly retryAt: UtcMillis | null
  readonly problem: LinkProblem | null
  /** Null until a session was open. */
  readonly capabilities: Capabilities | null
}
