import type { Socket } from 'node:net'
import type { Message } from '../wire/text.ts'
import { createPieceWriter } from './pieces.ts'

const CHUNK_BYTES = 64 * 1024
/** Beyond this backlog a peer is slow: what can be left out is left out. */
const CONGESTED_BYTES = 512 * 1024

/** A length and one byte of a body: the frame they announce never comes. */
const CUT_OFF = Buffer.from([0, 0, 0, 40, 0x31])

/** What waits to go out to one client: written in big pieces, never without a bound. */
export type Outbox = {
  readonly send: (message: Message) => void
  /** Hands everything waiting to the socket now. */
  readonly flush: () => void
  /** Hands over what is left before the socket closes: all of it, or half a frame of it. */
  readonly finish: (how: 'whole' | 'half') => void
  /** Whether the client reads slower than it is written to. */
  readonly isCongested: () => boolean
}

export type OutboxOptions = {
  readonly limitBytes: number
  /** More than the limit waits: the client is given up. */
  readonly giveUp: () => void
  /** Whether frames go out in pieces. */
  readonly isPiecemeal: () => boolean
}

/**
 * Frames messages into shared chunks and hands them to the socket at the end of the current turn.
 * When more than `limitBytes` wait for the client to read, it is given up.
 */
export function createOutbox(socket: Socket, options: OutboxOptions): Outbox {
  const { limitBytes, giveUp, isPiecemeal } = options
  const writer = createPieceWriter(socket, isPiecemeal)
  let chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  let start = 0
  let end = 0
  let isDue = false
  let isGivenUp = false

  const backlog = (): number => socket.writableLength + writer.waiting()
  const flush = (): void => {
    isDue = false
    if (end === start || socket.destroyed) return
    writer.write(chunk.subarray(start, end))
    start = end
    if (backlog() > limitBytes && !isGivenUp) {
      isGivenUp = true
      giveUp()
    }
  }
  const makeRoom = (bytes: number): void => {
    if (end + bytes <= chunk.length) return
    flush()
    chunk = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, bytes))
    start = 0
    end = 0
  }
  return {
    flush,
    finish: (how) => {
      if (how === 'whole') flush()
      const isBetweenFrames = writer.waiting() === 0
      writer.finish(how)
      if (how === 'half' && isBetweenFrames && !socket.destroyed) socket.write(CUT_OFF)
    },
    isCongested: () => backlog() > CONGESTED_BYTES,
    send: (message) => {
      if (isGivenUp || socket.destroyed) return
      // Messages are ASCII (text is escaped where it is made), so characters are bytes.
      makeRoom(4 + message.length)
      chunk.writeInt32BE(message.length, end)
      chunk.write(message, end + 4, 'latin1')
      end += 4 + message.length
      if (isDue) return
      isDue = true
      queueMicrotask(flush)
    },
  }
}
