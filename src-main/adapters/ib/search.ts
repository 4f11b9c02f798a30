import { connect } from 'node:net'
import type { Clock } from '#ports/clock.ts'
import type { LinkProblem, Listening } from '#shared/link.ts'
import * as problems from './problems.ts'
import { watchFrames } from './wire-guard.ts'

/** Who uses a port when nobody changed it. */
const USUAL: ReadonlyMap<number, Pick<Listening, 'kind' | 'realm'>> = new Map([
  [7496, { kind: 'TWS', realm: 'LIVE' }],
  [7497, { kind: 'TWS', realm: 'PAPER' }],
  [4001, { kind: 'IB Gateway', realm: 'LIVE' }],
  [4002, { kind: 'IB Gateway', realm: 'PAPER' }],
])

/** A listening TWS accepts and greets at once; a dialog it shows is answered by a person. */
const PATIENCE_MS = 1_500

const OFFER = 'v100..193'

/** `API`, then the range of versions that is offered: the first words of every client. */
function greeting(): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(OFFER.length)
  return Buffer.concat([Buffer.from('API\0'), length, Buffer.from(OFFER)])
}

type Found = Pick<Listening, 'state' | 'speaksIb' | 'serverVersion' | 'problem'>

/** Looks at every port at once. */
export const searchPorts = (
  host: string,
  ports: readonly number[],
  clock: Clock,
): Promise<readonly Listening[]> =>
  Promise.all(
    ports.map(async (port): Promise<Listening> => {
      const usual = USUAL.get(port) ?? { kind: null, realm: 'UNKNOWN' }
      return { host, port, ...usual, ...(await lookAt(host, port, clock)) }
    }),
  )

/**
 * Exchanges versions and leaves. A client id is named only by the message after that, which is
 * never sent: nobody's session is disturbed, and no id is occupied.
 */
function lookAt(host: string, port: number, clock: Clock): Promise<Found> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    const frames = watchFrames()
    const heard: Uint8Array[] = []
    let isOpen = false
    const find = (found: Found): void => {
      cancel()
      socket.destroy()
      resolve(found)
    }
    const cancel = clock.after(PATIENCE_MS, () => {
      const seconds = Math.round(PATIENCE_MS / 1000)
      if (isOpen) find(open(null, problems.silent(host, port, seconds)))
      else find(away('unreachable', problems.unreachable(host, port)))
    })
    socket.on('connect', () => {
      isOpen = true
      socket.write(greeting())
    })
    socket.on('data', (chunk) => {
      if (frames.inspect(chunk) !== null) {
        find(open(false, problems.stranger(host, port)))
        return
      }
      heard.push(chunk)
      const version = versionIn(Buffer.concat(heard))
      if (version !== null) find(speaking(version))
    })
    socket.on('close', () => find(open(null, problems.closedUnopened(host, port))))
    socket.on('error', (error) => {
      const problem = problems.socketProblem(host, port, error.message)
      if (isOpen) find(open(null, problem))
      else find(away(/ECONNREFUSED/.test(error.message) ? 'closed' : 'unreachable', problem))
    })
  })
}

const away = (state: 'closed' | 'unreachable', problem: LinkProblem): Found => ({
  state,
  speaksIb: state === 'closed' ? false : null,
  serverVersion: null,
  problem,
})

const open = (speaksIb: boolean | null, problem: LinkProblem): Found => ({
  state: 'open',
  speaksIb,
  serverVersion: null,
  problem,
})

const speaking = (serverVersion: number): Found => ({
  state: 'open',
  speaksIb: true,
  serverVersion,
  problem: serverVersion < problems.LOWEST_SERVER_VERSION ? problems.tooOld(serverVersion) : null,
})

/** The version in a complete greeting: length, version, NUL, time, NUL. */
function versionIn(bytes: Buffer): number | null {
  if (bytes.length < 4 || bytes.length < 4 + bytes.readInt32BE()) return null
  return Number(bytes.toString('latin1', 4).split('\0')[0])
}
