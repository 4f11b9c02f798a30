import type { Message } from '../wire/text.ts'
import type { Order } from '../broker/types.ts'
import type { Session } from './session.ts'

/** Everybody connected, and who of them may see what. */
export type Sessions = {
  readonly add: (session: Session) => void
  readonly remove: (session: Session) => void
  readonly all: () => Iterable<Session>
  /** Those whose startApi was accepted. */
  readonly open: () => readonly Session[]
  readonly isTaken: (clientId: number) => boolean
  /**
   * Who is told of an order's life and fills as they happen: its owner, the Master Client ID, and
   * client 0 for orders entered by hand in TWS.
   */
  readonly entitled: (order: Order) => readonly Session[]
  readonly sendAll: (message: Message) => void
}

export function createSessions(masterClientId: number | null): Sessions {
  const sessions = new Set<Session>()
  const open = (): readonly Session[] =>
    [...sessions].filter((session) => session.clientId() !== null)
  return {
    add: (session) => void sessions.add(session),
    remove: (session) => void sessions.delete(session),
    all: () => sessions,
    open,
    isTaken: (clientId) => open().some((session) => session.clientId() === clientId),
    entitled: (order) => {
      const owner = order.isManual ? 0 : order.clientId
      const told: Session[] = []
      for (const session of sessions) {
        const clientId = session.clientId()
        if (clientId === null) continue
        if (clientId === owner || clientId === masterClientId) told.push(session)
      }
      return told
    },
    sendAll: (message) => {
      for (const session of open()) session.send(message)
    },
  }
}
