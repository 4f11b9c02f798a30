import type { Socket } from 'node:net'

/** The longest piece of a frame that is written in pieces. */
const MOST_BYTES = 37
const PIECES_PER_TURN = 64

/** Bytes on their way to a socket, whole or in pieces that end anywhere. */
export type PieceWriter = {
  readonly write: (bytes: Buffer) => void
  readonly waiting: () => number
  /** Writes what is left, all of it, or ends in the middle of it. */
  readonly finish: (how: 'whole' | 'half') => void
}

/** Writes whole buffers, or, while `isPiecemeal`, a few bytes at a time as a bad network would. */
export function createPieceWriter(socket: Socket, isPiecemeal: () => boolean): PieceWriter {
  let waiting: Buffer = Buffer.alloc(0)
  let isPumping = false
  let size = 1
  const nextSize = (): number => (size = (size * 5 + 3) % MOST_BYTES) + 1
  const writePiece = (bytes: number): void => {
    socket.write(waiting.subarray(0, bytes))
    waiting = waiting.subarray(bytes)
  }
  const pump = (): void => {
    isPumping = false
    if (socket.destroyed || socket.writableEnded) return
    for (let count = 0; count < PIECES_PER_TURN && waiting.length > 0; count += 1)
      writePiece(isPiecemeal() ? nextSize() : waiting.length)
    if (waiting.length > 0) start()
  }
  const start = (): void => {
    if (isPumping) return
    isPumping = true
    setImmediate(pump)
  }
  return {
    waiting: () => waiting.length,
    write: (bytes) => {
      if (waiting.length === 0 && !isPiecemeal()) {
        socket.write(bytes)
        return
      }
      waiting = Buffer.concat([waiting, bytes])
      start()
    },
    finish: (how) => {
      if (waiting.length > 0) writePiece(how === 'whole' ? waiting.length : waiting.length >> 1)
      waiting = Buffer.alloc(0)
    },
  }
}
