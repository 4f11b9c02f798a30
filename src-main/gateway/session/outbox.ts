import type { Socket } from 'node:net'
import type { Message } from '../wire/text.ts'

const CHUNK_BYTES = 64 * 1024
/** Beyond this backlog a peer is slow: what can be left out is left out. */
const CONGESTED_BYTES = 512 * 1024

/** What waits to go out to one client: written in big pieces, never without a bound. */
export type Outbox = {
  readonly send: (message: Message) => void
  /** Hands everything waiting to the socket now. */
  readonly flush: () => void
  /** Whether the client reads slower than it is written to. */
  readonly isCongested: () => boolean
}

/**
 * Frames messages into shared chunks and hands them to the socket at the end of the current turn.
 * When more than `limitBytes` wait for the client to read, it is given up.
 */
export function createOutbox(socket: Socket, limitBytes: number, giveUp: () => void): Outbox {
  let chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  let start = 0
  let end = 0
  let isDue = false
  let isGivenUp = false

  const flush = (): void => {
    isDue = false
    if (end === start || socket.destroyed) return
    socket.write(chunk.subarray(start, end))
    start = end
    if (socket.writableLength > limitBytes && !isGivenUp) {
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
    isCongested: () => socket.writableLength > CONGESTED_BYTES,
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
