import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

type Token = string | number

/** One frame of TWS's protocol. */
export function frame(...tokens: readonly Token[]): Buffer {
  const body = Buffer.from(tokens.map((token) => `${token}\0`).join(''))
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  return Buffer.concat([length, body])
}

type Ask = (reply: (...tokens: readonly Token[]) => void, request: readonly string[]) => void

/** A scripted TWS on a loopback port: small, obedient, and as broken as a test wants it. */
export type Peer = {
  readonly port: number
  /** Every request received, as tokens; `startApi` included. */
  readonly requests: (readonly string[])[]
  /** Answers by message id; tests replace them. */
  readonly answers: Map<string, Ask>
  readonly sessions: () => number
  /** Sends a message to every client. */
  readonly send: (...tokens: readonly Token[]) => void
  readonly sendRaw: (bytes: Buffer) => void
  readonly drop: () => void
  readonly close: () => Promise<void>
}

export type PeerOptions = {
  readonly version?: number
  readonly accounts?: string
  readonly port?: number
}

const row = (reply: (...tokens: readonly Token[]) => void, tokens: readonly Token[]) =>
  reply(...tokens)

function obedient(accounts: string): Map<string, Ask> {
  return new Map<string, Ask>([
    [
      '71',
      (reply) => {
        row(reply, [15, 1, accounts])
        row(reply, [9, 1, 1])
      },
    ],
    ['49', (reply) => reply(49, 1, 1_800_000_000)],
    ['61', (reply) => reply(62, 1)],
    ['6', (reply, request) => reply(54, 1, request[3] ?? '')],
    ['7', (reply, request) => reply(55, 1, request[2] ?? '')],
    ['5', (reply) => reply(53, 1)],
    ['16', (reply) => reply(53, 1)],
    ['99', (reply) => reply(102)],
    ['62', (reply, request) => reply(64, 1, request[2] ?? '')],
    ['1', (reply, request) => reply(58, 1, request[2] ?? '', 1)],
  ])
}

/** Splits a client's stream into requests; the greeting comes first and has its own form. */
function readRequests(socket: Socket, hear: (tokens: readonly string[] | null) => void): void {
  let buffer = Buffer.alloc(0)
  let isGreeted = false
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk])
    const start = isGreeted ? 0 : 4
    if (!isGreeted && buffer.length < 8) return
    if (!isGreeted) buffer = buffer.subarray(start)
    while (buffer.length >= 4 && buffer.length >= 4 + buffer.readInt32BE()) {
      const end = 4 + buffer.readInt32BE()
      const tokens = buffer.toString('utf8', 4, end).split('\0').slice(0, -1)
      buffer = buffer.subarray(end)
      hear(isGreeted ? tokens : null)
      isGreeted = true
    }
  })
}

export async function startPeer(options: PeerOptions = {}): Promise<Peer> {
  const { version = 193, accounts = 'DU1234567' } = options
  const requests: (readonly string[])[] = []
  const answers = obedient(accounts)
  const sockets = new Set<Socket>()
  let sessions = 0
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    readRequests(socket, (tokens) => {
      if (tokens === null) {
        socket.write(frame(version, '20261121 10:00:05 EST'))
        return
      }
      requests.push(tokens)
      if (tokens[0] === '71') sessions += 1
      answers.get(tokens[0] ?? '')?.((...reply) => void socket.write(frame(...reply)), tokens)
    })
  })
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    answers,
    sessions: () => sessions,
    send: (...tokens) => {
      for (const socket of sockets) socket.write(frame(...tokens))
    },
    sendRaw: (bytes) => {
      for (const socket of sockets) socket.write(bytes)
    },
    drop: () => {
      for (const socket of sockets) socket.destroy()
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** Listens and does with each socket what it is told: no TWS at all. */
export async function startStranger(treat: (socket: Socket) => void): Promise<Peer> {
  const peerless = new Set<Socket>()
  const server = createServer((socket) => {
    peerless.add(socket)
    socket.on('error', () => undefined)
    treat(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    requests: [],
    answers: new Map(),
    sessions: () => 0,
    send: () => undefined,
    sendRaw: () => undefined,
    drop: () => undefined,
    close: () =>
      new Promise((resolve) => {
        for (const socket of peerless) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const stranger = await startStranger(() => undefined)
  await stranger.close()
  return stranger.port
}

export type RowOf = { readonly conId?: number; readonly account?: string }

/** The tokens of a position of a US stock. */
export const positionRow = (
  quantity: Token,
  { conId = 265598, account = 'DU1234567' }: RowOf = {},
): readonly Token[] => [
  ...[61, 3, account, conId, 'AAPL', 'STK', '', '0.0', '', '', 'NASDAQ', 'USD', 'AAPL', 'NMS'],
  ...[quantity, '201.8829709'],
]

export type ExecutionRow = RowOf & {
  readonly requestId?: Token
  readonly execId: string
  readonly clientId?: number
  readonly shares?: Token
  readonly price?: Token
  readonly time?: string
  readonly secType?: string
  readonly permId?: number
}

/** The tokens of an execution of a US stock, as server versions 178 to 193 send them. */
export const executionRow = (of: ExecutionRow): readonly Token[] => {
  const { requestId = -1, execId, clientId = 7, shares = 100, price = '201.5' } = of
  const { conId = 265598, account = 'DU1234567', secType = 'STK', permId = 4711 } = of
  const time = of.time ?? '20261120 10:00:05 US/Eastern'
  return [
    ...[
      11,
      requestId,
      12,
      conId,
      'AAPL',
      secType,
      '',
      '0.0',
      '',
      '',
      'SMART',
      'USD',
      'AAPL',
      'NMS',
    ],
    ...[execId, time, account, 'ISLAND', 'BOT', shares, price, permId, clientId, 0, shares, price],
    ...['mean-reversion', '', '', '', 1, 0],
  ]
}
