import type { Socket } from 'node:net'
import {
  createFrameReader,
  FramingError,
  parseVersionRange,
  tokensOf,
  type FrameReader,
} from '../wire/framing.ts'
import { LOWEST_VERSION } from '../wire/requests.ts'
import type { Message } from '../wire/text.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { noSubscriptions, type Subscriptions } from './subscriptions.ts'

/** How a socket is closed: politely, at once, or in the middle of a frame. */
export type Closing = 'fin' | 'rst' | 'half'

/** One client's connection from its first byte to its last. */
export type Session = {
  readonly name: string
  /** The negotiated server version; 0 before the handshake. */
  readonly version: () => number
  /** Null until startApi was accepted. */
  readonly clientId: () => number | null
  readonly subscriptions: Subscriptions
  readonly send: (message: Message) => void
  readonly isCongested: () => boolean
  /** Sends a long answer piece by piece, no faster than the client reads. */
  readonly stream: (messages: Iterator<Message>) => void
  readonly close: (how: Closing) => void
  readonly accept: (clientId: number) => void
}

export type SessionEvents = {
  /** A whole frame of an agreed version, as tokens; null when it did not end with NUL. */
  readonly request: (session: Session, tokens: readonly string[]) => void
  /** May come twice: when we close it, and when the socket is gone. */
  readonly closed: (session: Session) => void
  /** The version frame's time, such as `20261121 14:30:00 US/Eastern`. */
  readonly greeting: () => string
  /** While true, bytes are taken and thrown away and nothing is sent: a half-open connection. */
  readonly isSilent: () => boolean
  /** While true, frames go out in pieces. */
  readonly isPiecemeal: () => boolean
  /** Does it now or, when the connection is slow, later; always in order. */
  readonly inTime: (task: () => void) => void
  /** The highest server version told at the moment. */
  readonly highestVersion: () => number
  readonly log: (sentence: string) => void
}

const MESSAGES_PER_TURN = 500

type Wire = { readonly socket: Socket; readonly reader: FrameReader; readonly outbox: Outbox }

export type SessionOptions = { readonly name: string; readonly limitBytes: number }

export function openSession(
  socket: Socket,
  { name, limitBytes }: SessionOptions,
  events: SessionEvents,
): Session {
  let version = 0
  let clientId: number | null = null
  let isLeaving = false
  const giveUp = (): void => {
    events.log(`${name} reads too slowly: more than ${limitBytes} bytes wait; closed`)
    socket.destroy()
  }
  const wire: Wire = {
    socket,
    reader: createFrameReader(),
    outbox: createOutbox(socket, { limitBytes, giveUp, isPiecemeal: events.isPiecemeal }),
  }
  const deliver = (message: Message): void => {
    if (!isLeaving && !events.isSilent()) wire.outbox.send(message)
  }
  const session: Session = {
    name,
    version: () => version,
    clientId: () => clientId,
    subscriptions: noSubscriptions(),
    send: (message) => events.inTime(() => deliver(message)),
    isCongested: wire.outbox.isCongested,
    stream: (messages) => events.inTime(() => streamTo(wire, messages)),
    accept: (id) => {
      clientId = id
    },
    close: (how) => {
      wire.outbox.finish(how === 'half' ? 'half' : 'whole')
      isLeaving = true
      // A peer that does not read would keep the last bytes, and so the socket, for ever.
      if (how === 'rst' || wire.outbox.isCongested()) socket.resetAndDestroy()
      // A peer that never closes its half must not keep ours open.
      else socket.end(() => socket.destroy())
      // Its client id is free at once: the next connection may come before the close event.
      events.closed(session)
    },
  }
  const negotiate = (offer: string): void => {
    version = agreedVersion(offer, events.highestVersion())
    session.send(`${version}\0${events.greeting()}\0`)
  }
  const take = (bytes: Buffer): void => {
    wire.reader.push(bytes)
    for (let body = wire.reader.next(); body !== null; body = wire.reader.next()) {
      if (version === 0) negotiate(body)
      else events.request(session, tokensOf(body) ?? [])
      if (socket.destroyed || socket.writableEnded) return
    }
  }
  listen(session, socket, { take, events })
  return session
}

/** @throws {FramingError} when the offer holds no version we speak. */
function agreedVersion(offer: string, most: number): number {
  const range = parseVersionRange(offer)
  const agreed = Math.min(range?.highest ?? 0, most)
  if (range === null || agreed < LOWEST_VERSION || agreed < range.lowest)
    throw new FramingError(`No common version in "${offer.slice(0, 60)}"`)
  return agreed
}

type Ear = { readonly take: (bytes: Buffer) => void; readonly events: SessionEvents }

function listen(session: Session, socket: Socket, { take, events }: Ear): void {
  socket.on('data', (bytes: Buffer) => {
    if (events.isSilent()) return
    try {
      take(bytes)
    } catch (error) {
      if (!(error instanceof FramingError)) throw error
      events.log(`${session.name}: ${error.message}; closed`)
      socket.destroy()
    }
  })
  // Resets and broken pipes are how clients leave; the close event follows.
  socket.on('error', (error) => events.log(`${session.name}: ${error.message}`))
  socket.on('close', () => events.closed(session))
}

function streamTo({ socket, outbox }: Wire, messages: Iterator<Message>): void {
  const pump = (): void => {
    if (socket.destroyed) return
    for (let count = 0; count < MESSAGES_PER_TURN; count += 1) {
      const step = messages.next()
      if (step.done === true) return
      outbox.send(step.value)
    }
    outbox.flush()
    if (outbox.isCongested()) socket.once('drain', pump)
    else setImmediate(pump)
  }
  pump()
}
