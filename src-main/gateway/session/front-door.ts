import type { Socket } from 'node:net'
import { DESK_ZONE, type Desk } from '../desk.ts'
import { zonedTime } from '../wire/zoned-time.ts'
import type { BrokerLink } from './broker-link.ts'
import { createListener, type Listener } from './listener.ts'
import { openSession, type Session } from './session.ts'

/** Where clients come in, are thrown out, and find nobody home. Times are simulated. */
export type FrontDoor = {
  readonly port: () => number
  readonly listen: () => Promise<void>
  /** Closes every client's socket; answers how many. */
  readonly disconnect: (how: 'fin' | 'rst') => number
  /** Closes one client's socket, each in its turn. */
  readonly disconnectOne: (how: 'fin' | 'rst') => void
  /** Closes all sockets and listens again after so many seconds. */
  readonly restart: (seconds: number) => void
  /** Stops listening for so many seconds; open sockets stay open. */
  readonly stopListening: (seconds: number) => void
  /** Accepts and answers nothing for so many seconds, then resets every socket. */
  readonly silence: (seconds: number) => void
  readonly close: () => Promise<void>
}

export type DoorParts = {
  readonly desk: Desk
  readonly link: BrokerLink
  readonly port: number
  readonly limitBytes: number
  /** A client's startApi was accepted. */
  readonly welcomed: () => void
}

type Door = { isSilent: boolean; isClosed: boolean }

export function createFrontDoor(parts: DoorParts): FrontDoor {
  const { sessions, timeline } = parts.desk
  const door: Door = { isSilent: false, isClosed: false }
  const listener = createListener(parts.port, reception(parts, door))
  let turn = 0
  const disconnect = (how: 'fin' | 'rst'): number => {
    const all = [...sessions.all()]
    for (const session of all) session.close(how)
    return all.length
  }
  const stopListening = (seconds: number): void => {
    void listener.stop()
    timeline.after(seconds * 1000, () => listenAgain(parts.desk, listener, door))
  }
  return {
    port: listener.port,
    listen: listener.listen,
    disconnect,
    disconnectOne: (how) => {
      const all = [...sessions.all()]
      turn += 1
      all[turn % Math.max(1, all.length)]?.close(how)
    },
    stopListening,
    restart: (seconds) => {
      stopListening(seconds)
      disconnect('fin')
    },
    silence: (seconds) => {
      door.isSilent = true
      timeline.after(seconds * 1000, () => {
        door.isSilent = false
        disconnect('rst')
      })
    },
    close: async () => {
      door.isClosed = true
      disconnect('fin')
      await listener.stop()
    },
  }
}

/** Opens a session for every socket that comes in. */
function reception(
  { desk, link, limitBytes, welcomed }: DoorParts,
  door: Door,
): (socket: Socket) => void {
  let count = 0
  const request = (session: Session, tokens: readonly string[]): void => {
    const wasOpen = session.clientId() !== null
    try {
      desk.timeline.intervene(() => link.receive(desk, session, tokens))
    } catch (error) {
      // One client's request must not take the others' gateway down.
      desk.log(`${session.name} sent what broke us: ${String(error)}; closed`)
      session.close('rst')
      return
    }
    if (!wasOpen && session.clientId() !== null) welcomed()
  }
  const closed = (session: Session): void => {
    desk.sessions.remove(session)
    link.forget(session)
  }
  return (socket) => {
    count += 1
    const events = {
      request,
      closed,
      greeting: () => zonedTime(desk.timeline.now(), DESK_ZONE),
      isSilent: () => door.isSilent,
      log: desk.log,
    }
    desk.sessions.add(openSession(socket, { name: `client ${count}`, limitBytes }, events))
  }
}

/** A port somebody else took meanwhile is tried again until it is free. */
function listenAgain(desk: Desk, listener: Listener, door: Door): void {
  if (door.isClosed) return
  listener.listen().catch((error: unknown) => {
    desk.log(`Cannot listen again on port ${listener.port()}: ${String(error)}`)
    desk.timeline.after(1000, () => listenAgain(desk, listener, door))
  })
}
