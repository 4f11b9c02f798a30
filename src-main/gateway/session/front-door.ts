import type { Socket } from 'node:net'
import { DESK_ZONE, type Desk } from '../desk.ts'
import { zonedTime } from '../wire/zoned-time.ts'
import type { BrokerLink } from './broker-link.ts'
import { createListener } from './listener.ts'
import { openSession, type Session } from './session.ts'

/** Where clients come in, are thrown out, and find nobody home. */
export type FrontDoor = {
  readonly port: () => number
  readonly listen: () => Promise<void>
  /** Closes every client's socket. */
  readonly disconnect: (how: 'fin' | 'rst') => number
  /** Closes one client's socket, each in its turn. */
  readonly disconnectOne: (how: 'fin' | 'rst') => void
  /** Closes all sockets and listens again after so many simulated seconds. */
  readonly restart: (seconds: number) => void
  /** Stops listening for so many simulated seconds; open sockets stay open. */
  readonly stopListening: (seconds: number) => void
  /** Accepts and answers nothing for so many simulated seconds, then resets every socket. */
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

export function createFrontDoor({ desk, link, port, limitBytes, welcomed }: DoorParts): FrontDoor {
  const { sessions, timeline, log } = desk
  let isSilent = false
  let isClosed = false
  let count = 0
  let turn = 0
  const request = (session: Session, tokens: readonly string[]): void => {
    const wasOpen = session.clientId() !== null
    timeline.intervene(() => link.receive(desk, session, tokens))
    if (!wasOpen && session.clientId() !== null) welcomed()
  }
  const connected = (socket: Socket): void => {
    const session = openSession(
      socket,
      { name: `client ${(count += 1)}`, limitBytes },
      {
        request,
        closed: (gone) => {
          sessions.remove(gone)
          link.forget(gone)
        },
        greeting: () => zonedTime(timeline.now(), DESK_ZONE),
        isSilent: () => isSilent,
        log,
      },
    )
    sessions.add(session)
  }
  const listener = createListener(port, connected)
  const disconnect = (how: 'fin' | 'rst'): number => {
    const all = [...sessions.all()]
    for (const session of all) session.close(how)
    return all.length
  }
  const listenAgain = (): void => {
    if (isClosed) return
    listener.listen().catch((error: unknown) => {
      log(`Cannot listen again on port ${listener.port()}: ${String(error)}`)
      timeline.after(1000, listenAgain)
    })
  }
  const stopListening = (seconds: number): void => {
    void listener.stop()
    timeline.after(seconds * 1000, listenAgain)
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
      isSilent = true
      timeline.after(seconds * 1000, () => {
        isSilent = false
        disconnect('rst')
      })
    },
    close: async () => {
      isClosed = true
      disconnect('fin')
      await listener.stop()
    },
  }
}
