/** The largest frame either side may send; TWS and its clients agree on 0xFFFFFF. */
const MAX_FRAME_BYTES = 0xff_ff_ff
/** The longest version offer we read: `v100..193` with generous connection options. */
const MAX_OFFER_BYTES = 4096

const EMPTY = Buffer.alloc(0)
const PREFIX = Buffer.from('API\0', 'latin1')

/** The bytes of one peer, cut into frames however TCP split or merged them. */
export type FrameReader = {
  /** Takes the next bytes of the socket. */
  readonly push: (bytes: Buffer) => void
  /** The body of the next complete frame, or null until more bytes arrive. */
  readonly next: () => string | null
}

/** Why a peer's bytes cannot be cut into frames; after it the stream is lost for good. */
export class FramingError extends Error {}

/**
 * Reads frames of one connection: first the ASCII prefix `API\0`, then frames of a big-endian
 * int32 length and that many bytes. The first frame (the version offer) must be short.
 */
export function createFrameReader(): FrameReader {
  // Chunks are joined only once a whole frame is there, so a big frame in many pieces stays cheap.
  let chunks: Buffer[] = []
  let total = 0
  let needed = 1
  let prefixed = false
  let offered = false
  const joined = (): Buffer => {
    const all = chunks.length === 1 ? (chunks[0] ?? EMPTY) : Buffer.concat(chunks)
    chunks = [all]
    return all
  }
  const drop = (count: number): Buffer => {
    const rest = joined().subarray(count)
    chunks = rest.length === 0 ? [] : [rest]
    total = rest.length
    return rest
  }
  return {
    push: (bytes) => {
      chunks.push(bytes)
      total += bytes.length
    },
    next: () => {
      if (total < needed) return null
      let pending = joined()
      if (!prefixed) {
        if (!startsLikePrefix(pending))
          throw new FramingError('The client did not begin with API\\0')
        if (pending.length < PREFIX.length) return null
        prefixed = true
        pending = drop(PREFIX.length)
      }
      needed = 4
      if (pending.length < 4) return null
      const length = pending.readInt32BE(0)
      if (length < 1 || length > (offered ? MAX_FRAME_BYTES : MAX_OFFER_BYTES))
        throw new FramingError(`Bad message length ${length}`)
      needed = 4 + length
      if (pending.length < needed) return null
      const body = pending.toString('utf8', 4, needed)
      drop(needed)
      offered = true
      needed = 4
      return body
    },
  }
}

function startsLikePrefix(bytes: Buffer): boolean {
  const length = Math.min(bytes.length, PREFIX.length)
  return bytes.subarray(0, length).equals(PREFIX.subarray(0, length))
}

/** The versions a client can speak, both ends included. */
export type VersionRange = { readonly lowest: number; readonly highest: number }

/** Reads `v100..193` or `v178`, with optional connection options behind a space. */
export function parseVersionRange(offer: string): VersionRange | null {
  const match = /^v(\d{1,6})(?:\.\.(\d{1,6}))?(?: .*)?\0?$/s.exec(offer)
  if (match === null) return null
  const lowest = Number(match[1])
  const highest = Number(match[2] ?? match[1])
  return lowest <= highest ? { lowest, highest } : null
}

/** The tokens of one frame body, each ended by NUL; null when the last one is not. */
export function tokensOf(body: string): readonly string[] | null {
  if (!body.endsWith('\0')) return null
  const tokens = body.split('\0')
  tokens.pop()
  return tokens
}
