import { describe, expect, it } from 'vitest'
import { isFromTheBrokerLibrary } from '#adapters/ib/broker.ts'
import { watchFrames, type FrameFault } from '#adapters/ib/wire-guard.ts'
import { frame } from './peer.ts'

const GREETING = frame(193, '20261121 10:00:05 EST')
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

const first = (chunks: readonly Buffer[]): FrameFault | null => {
  const frames = watchFrames()
  for (const chunk of chunks) {
    const fault = frames.inspect(chunk)
    if (fault !== null) return fault
  }
  return null
}

describe('The watch over frames', () => {
  it('passes what TWS sends, however it is cut', () => {
    const stream = Buffer.concat([GREETING, frame(49, 1, 1_800_000_000), frame(62, 1)])
    for (const size of [1, 3, 7, stream.length]) {
      const chunks = []
      for (let start = 0; start < stream.length; start += size) {
        chunks.push(stream.subarray(start, start + size))
      }
      expect(first(chunks)).toBeNull()
    }
  })

  it.each(['HTTP/1.1 400 Bad Request', 'SSH-2.0-OpenSSH', '-ERR unknown', '\0\0\0\x05hello'])(
    'knows a stranger by its first bytes: %s',
    (text) => expect(first([bytes(text)])).toBe('stranger'),
  )

  it.each([-4, -1, 0, 0x1000000, 0x7fffffff])('refuses a length of %i', (length) => {
    const header = Buffer.alloc(4)
    header.writeInt32BE(length)
    expect(first([GREETING, header])).toBe('bad-length')
  })

  it('refuses a frame that does not end where it says', () => {
    expect(first([GREETING, Buffer.from([0, 0, 0, 2, 0x34, 0x39])])).toBe('unterminated')
  })

  it('knows when a frame is cut', () => {
    const frames = watchFrames()
    frames.inspect(GREETING)
    expect(frames.isMidFrame()).toBe(false)
    frames.inspect(frame(62, 1).subarray(0, 6))
    expect(frames.isMidFrame()).toBe(true)
  })
})

describe('An uncaught error', () => {
  it("is the broker library's when its stack goes through it", () => {
    const error = new Error('boom')
    expect(isFromTheBrokerLibrary(error)).toBe(false)
    error.stack = 'Error: boom\n at /app/node_modules/@stoqey/ib/dist/core/io/socket.js:1:1'
    expect(isFromTheBrokerLibrary(error)).toBe(true)
  })
})
