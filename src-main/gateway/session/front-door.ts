import type { Socket } from 'node:net'
import { DESK_ZONE, type Desk } from '../desk.ts'
import { error } from '../wire/account-messages.ts'
import { zonedTime } from '../wire/zoned-time.ts'
import type { BrokerLink } from './broker-link.ts'
import { createListener, type Listener } from './listener.ts'
import { createPipe } from './pipe.ts'
import { createRate } from './rate.ts'
import { openSession, type Closing, type Session } from './session.ts'

/** Where clients come in, are thrown out, and find nobody home. Times are simulated. */
export type FrontDoor = {
  readonly port: () => number
  readonly listen: () => Promise<void>
  /** Closes every client's socket; answers how many. */
  readonly disconnect: (how: Closing) => number
  /** Closes one client's socket, each in its turn. */
  readonly disconnectOne: (how: Closing) => void
  /** Closes all sockets and listens again after so many seconds. */
  readonly restart: (seconds: number) => void
  /** Stops listening for so many seconds; open sockets stay open. */
  readonly stopListening: (seconds: number) => void
  /** Accepts and answers nothing for so many seconds, then resets every socket. */
  readonly silence: (seconds: number) => void
  /**
   * Listens on another port, tells every client so with 1300 and closes it; answers the port.
   * @throws what `listen` throws when it is taken; then nothing changes.
   */
  readonly move: (port: number) => Promise<number>
  readonly close: () => Promise<void>
}

export type DoorParts = {
  readonly desk: Desk
  readonly link: BrokerLink
  readonly port: number
  readonly limitBytes: number
  /** How well the network works. */
  readonly weather: () => Weather
  /** A client's startApi was accepted. */
  readonly welcomed: () => void
}

/** How well the network works, and what the gateway is able to speak. */
export type Weather = {
  readonly faults: {
    /** Everything sent comes up to this much later; 0 is at once. */
    readonly latencyMs: number
    readonly isPiecemeal: boolean
  }
  readonly highestVersion: number
}

const MOVED =
  'TWS socket port has been reset and this connection is being dropped. Please reconnect on the ' +
  'new port -'

type Door = { isSilent: boolean; isClosed: boolean }

export function createFrontDoor(parts: DoorParts): FrontDoor {
  const { sessions, timeline } = parts.desk
  const door: Door = { isSilent: false, isClosed: false }
  const listener = createListener(parts.port, reception(parts, door))
  let turn = 0
  const disconnect = (how: Closing): number => {
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
    move: async (port) => {
      const moved = await listener.move(port)
      sessions.sendAll(error(-1, 1300, `${MOVED}${moved}`))
      disconnect('fin')
      return moved
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
  { desk, link, limitBytes, weather, welcomed }: DoorParts,
  door: Door,
): (socket: Socket) => void {
  let count = 0
  const rates = new WeakMap<Session, () => number>()
  const isTooFast = (session: Session): boolean => {
    const rate = rates.get(session) ?? createRate(desk.timeline.now)
    rates.set(session, rate)
    const requests = rate()
    if (desk.messageRate === 0 || requests <= desk.messageRate) return false
    const most = `max=${desk.messageRate} rec=${requests}`
    session.send(error(-1, 100, `Max rate of messages per second has been exceeded:${most}`))
    session.close('fin')
    return true
  }
  const request = (session: Session, tokens: readonly string[]): void => {
    if (isTooFast(session)) return
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
      isPiecemeal: () => weather().faults.isPiecemeal,
      highestVersion: () => weather().highestVersion,
      inTime: createPipe(desk.timeline, () => weather().faults.latencyMs),
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
