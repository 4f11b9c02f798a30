import type { Clock } from '#ports/clock.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { ReadOnlyApi } from './api.ts'

/** Ids of requests share a number space with ids of orders: ours begin far away from any order's. */
export const FIRST_REQUEST_ID = 10_000_000

export type RequestFailure =
  | { readonly kind: 'timeout' }
  /** The session ended first, or none was open. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }

export type Answer = Result<number, RequestFailure>

/** End markers that carry no request id: only one request of each may be under way. */
export type Marker = 'positions' | 'open orders' | 'completed orders' | 'account values'

/** Who asked what, and what became of it. */
export type Requests = {
  /** Asks under a new id; settles at the end marker of that id, a refusal, or the timeout. */
  readonly ask: (send: (api: ReadOnlyApi, id: number) => void) => Promise<Answer>
  /** Asks what is ended by a marker without id; waits for its turn. */
  readonly askMarked: (marker: Marker, send: (api: ReadOnlyApi) => void) => Promise<Answer>
  /** A new id for a subscription, which never ends; its errors go to the function. */
  readonly subscribe: (refused: (code: number, message: string) => void) => number
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

type Pending = { readonly settle: (answer: Answer) => void }

const LOST: RequestFailure = { kind: 'lost' }

/** Keeps the ids, the owners and the timeouts of everything asked. */
export function createRequests(parts: RequestParts): Requests {
  let nextId = FIRST_REQUEST_ID
  const byId = new Map<number, Pending>()
  const byMarker = new Map<Marker, Pending>()
  const turns = new Map<Marker, Promise<unknown>>()
  const subscriptions = new Map<number, (code: number, message: string) => void>()

  const pend = (forget: () => void, resolve: (answer: Answer) => void): Pending => {
    const settle = (answer: Answer): void => {
      forget()
      cancel()
      resolve(answer)
    }
    const cancel = parts.clock.after(parts.timeoutMs, () => settle(err({ kind: 'timeout' })))
    return { settle }
  }
  const sendMarked = (marker: Marker, send: (api: ReadOnlyApi) => void): Promise<Answer> =>
    new Promise((resolve) => {
      const api = parts.api()
      if (api === null) return resolve(err(LOST))
      byMarker.set(
        marker,
        pend(() => byMarker.delete(marker), resolve),
      )
      send(api)
    })
  const failMarker = (marker: Marker, failure: RequestFailure) =>
    byMarker.get(marker)?.settle(err(failure))

  return {
    ask: (send) =>
      new Promise((resolve) => {
        const api = parts.api()
        if (api === null) return resolve(err(LOST))
        const id = nextId++
        byId.set(
          id,
          pend(() => byId.delete(id), resolve),
        )
        send(api, id)
      }),
    askMarked: (marker, send) => {
      const before = turns.get(marker) ?? Promise.resolve()
      const answer = before.then(() => sendMarked(marker, send))
      turns.set(marker, answer)
      return answer
    },
    subscribe: (refused) => {
      const id = nextId++
      subscriptions.set(id, refused)
      return id
    },
    unsubscribe: (id) => void subscriptions.delete(id),
    ended: (id) => byId.get(id)?.settle(ok(id)),
    markerEnded: (marker) => byMarker.get(marker)?.settle(ok(0)),
    refused: (id, code, message) => {
      byId.get(id)?.settle(err({ kind: 'refused', code, message }))
      subscriptions.get(id)?.(code, message)
      return id >= FIRST_REQUEST_ID && id < nextId
    },
    markerRefused: (marker, code, message) =>
      void failMarker(marker, { kind: 'refused', code, message }),
    loseAll: () => {
      for (const pending of [...byId.values(), ...byMarker.values()]) pending.settle(err(LOST))
      subscriptions.clear()
    },
  }
}
