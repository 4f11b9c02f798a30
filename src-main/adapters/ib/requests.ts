import type { Clock } from '#ports/clock.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { ReadOnlyApi } from './api.ts'

/**
 * Ids of requests share a number space with ids of orders: ours begin far away from any order's.
 */
const FIRST_REQUEST_ID = 10_000_000

export type RequestFailure =
  | { readonly kind: 'timeout' }
  /** The session ended first, or none was open. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }

export type Answer = Result<number, RequestFailure>

/** End markers that carry no request id: only one request of each may be under way. */
type Marker = 'positions' | 'open orders' | 'completed orders' | 'account values'

/** Who asked what, and what became of it. */
export type Requests = {
  /** Asks under a new id; settles at the end marker of that id, a refusal, or the timeout. */
  readonly ask: (send: (api: ReadOnlyApi, id: number) => void) => Promise<Answer>
  /** Asks what is ended by a marker without id; waits for its turn. */
  readonly askMarked: (marker: Marker, send: (api: ReadOnlyApi) => void) => Promise<Answer>
  /** A new id for a subscription, which never ends; its errors go to the function. */
  readonly subscribe: (refused: Refused) => number
  readonly unsubscribe: (id: number) => void
  readonly ended: (id: number) => void
  readonly markerEnded: (marker: Marker) => void
  /** True when the id is that of a request of ours (also of one long settled). */
  readonly refused: (id: number, code: number, message: string) => boolean
  readonly markerRefused: (marker: Marker, code: number, message: string) => void
  /** The session is gone: whatever is under way will not be answered. */
  readonly loseAll: () => void
}

export type RequestParts = {
  readonly clock: Clock
  readonly timeoutMs: number
  /** Null while no session is open: the library would queue what is asked then. */
  readonly api: () => ReadOnlyApi | null
}

type Refused = (code: number, message: string) => void
type Settle = (answer: Answer) => void

type Desk = {
  readonly parts: RequestParts
  readonly byId: Map<number, Settle>
  readonly byMarker: Map<Marker, Settle>
  readonly turns: Map<Marker, Promise<unknown>>
  readonly subscriptions: Map<number, Refused>
  nextId: number
}

const LOST: RequestFailure = { kind: 'lost' }

/** Keeps the ids, the owners and the timeouts of everything asked. */
export function createRequests(parts: RequestParts): Requests {
  const desk: Desk = {
    parts,
    byId: new Map(),
    byMarker: new Map(),
    turns: new Map(),
    subscriptions: new Map(),
    nextId: FIRST_REQUEST_ID,
  }
  return {
    ask: (send) => {
      const id = desk.nextId++
      return pend(desk, { waiting: desk.byId, key: id }, (api) => send(api, id))
    },
    askMarked: (marker, send) => {
      const before = desk.turns.get(marker) ?? Promise.resolve()
      const answer = before.then(() => pend(desk, { waiting: desk.byMarker, key: marker }, send))
      desk.turns.set(marker, answer)
      return answer
    },
    subscribe: (isRefused) => {
      const id = desk.nextId++
      desk.subscriptions.set(id, isRefused)
      return id
    },
    unsubscribe: (id) => void desk.subscriptions.delete(id),
    ended: (id) => desk.byId.get(id)?.(ok(id)),
    markerEnded: (marker) => desk.byMarker.get(marker)?.(ok(0)),
    refused: (id, code, message) => {
      desk.byId.get(id)?.(err({ kind: 'refused', code, message }))
      desk.subscriptions.get(id)?.(code, message)
      return id >= FIRST_REQUEST_ID && id < desk.nextId
    },
    markerRefused: (marker, code, message) =>
      desk.byMarker.get(marker)?.(err({ kind: 'refused', code, message })),
    loseAll: () => {
      for (const settle of [...desk.byId.values(), ...desk.byMarker.values()]) settle(err(LOST))
      desk.subscriptions.clear()
    },
  }
}

type Slot<Key> = { readonly waiting: Map<Key, Settle>; readonly key: Key }

/** Sends a request and waits in its slot until it is settled or the time is over. */
function pend<Key>(
  desk: Desk,
  { waiting, key }: Slot<Key>,
  send: (api: ReadOnlyApi) => void,
): Promise<Answer> {
  const { api, clock, timeoutMs } = desk.parts
  return new Promise((resolve) => {
    const open = api()
    if (open === null) {
      resolve(err(LOST))
      return
    }
    const settle: Settle = (answer) => {
      waiting.delete(key)
      cancel()
      resolve(answer)
    }
    const cancel = clock.after(timeoutMs, () => settle(err({ kind: 'timeout' })))
    waiting.set(key, settle)
    send(open)
  })
}
