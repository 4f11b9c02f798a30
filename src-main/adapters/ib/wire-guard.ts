/** Why a stream of bytes cannot be TWS's, or can no longer be read. */
export type FrameFault = 'stranger' | 'bad-length' | 'unterminated'

/** Looks at every byte before the client library does. */
export type FrameWatch = {
  /** The fault in this chunk, or null when it may be passed on. */
  readonly inspect: (chunk: Uint8Array) => FrameFault | null
  /** True while a frame has begun and not ended. */
  readonly isMidFrame: () => boolean
}

const HEADER_BYTES = 4
/** The longest frame of IB's own client. */
const MAX_FRAME_BYTES = 0xffffff
/** The first frame is `193\0 20261121 10:00:05 EST\0`: far shorter than this. */
const MAX_GREETING_BYTES = 512

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39

/**
 * Follows the frames of one connection. The library trusts the four length bytes: an absurd length
 * makes it wait for ever, a negative one makes it loop for ever, and a frame that does not end in
 * NUL spoils the one after it.
 */
export function watchFrames(): FrameWatch {
  let header = 0
  let headerBytes = 0
  let remaining = 0
  let isGreeting = true

  const headerFault = (): FrameFault | null => {
    const limit = isGreeting ? MAX_GREETING_BYTES : MAX_FRAME_BYTES
    if (header >= 1 && header <= limit) return null
    return isGreeting ? 'stranger' : 'bad-length'
  }
  /** Reads header bytes from `at`; returns how many it took. */
  const takeHeader = (chunk: Uint8Array, at: number): number => {
    const taken = Math.min(HEADER_BYTES - headerBytes, chunk.length - at)
    for (let index = at; index < at + taken; index += 1)
      header = (header << 8) | (chunk[index] ?? 0)
    headerBytes += taken
    return taken
  }
  const bodyFault = (first: number, last: number, isFirstOfBody: boolean): FrameFault | null => {
    if (isGreeting && isFirstOfBody && !isDigit(first)) return 'stranger'
    return remaining === 0 && last !== 0 ? 'unterminated' : null
  }
  const inspect = (chunk: Uint8Array): FrameFault | null => {
    let at = 0
    while (at < chunk.length) {
      if (remaining === 0) {
        at += takeHeader(chunk, at)
        if (headerBytes < HEADER_BYTES) return null
        const fault = headerFault()
        if (fault !== null) return fault
        remaining = header
      }
      if (at === chunk.length) return null
      const taken = Math.min(remaining, chunk.length - at)
      const isFirstOfBody = remaining === header
      remaining -= taken
      const fault = bodyFault(chunk[at] ?? 0, chunk[at + taken - 1] ?? 0, isFirstOfBody)
      if (fault !== null) return fault
      at += taken
      if (remaining === 0) {
        header = 0
        headerBytes = 0
        isGreeting = false
      }
    }
    return null
  }
  return { inspect, isMidFrame: () => headerBytes > 0 }
}
