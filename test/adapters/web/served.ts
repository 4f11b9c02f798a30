import { DEFAULT_CALENDAR } from '#domain/period.ts'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Desk } from '#app/desk.ts'
import { AUTO_UPDATE_OFF } from '../../fakes/settings.ts'
import { WHEN_ASKED } from '#app/reconciliations.ts'
import { routerOf } from '#app/router.ts'
import { workspaceOf } from '#app/workspace.ts'
import { serveWeb, type WebServer } from '#adapters/web/server.ts'
import { DEFAULT_RULE } from '#domain/attribution.ts'
import { ok } from '#shared/result.ts'
import { systemClock } from '#adapters/system/clock.ts'
import { fakeBroker, type FakeBroker } from '../../fakes/broker.ts'
import { fakeLedger, type Store, emptyStore } from '../../fakes/ledger.ts'
import { keptLog } from '../../fakes/log.ts'
import { keptNotifications } from '../../fakes/notifier.ts'
import { memoryWorkspace } from '../../fakes/workspace.ts'
import { keptSettings } from '../../fakes/settings.ts'

export const TOKEN = 'the-token-of-this-run'
export const PAGE = '<!doctype html><title>Truebook</title>'

export type Served = {
  readonly server: WebServer
  readonly broker: FakeBroker
  readonly store: Store
  readonly desk: Desk
  readonly log: ReturnType<typeof keptLog>
  /** Where the pages lie; beside it lies a file nobody may read. */
  readonly root: string
  readonly stop: () => Promise<void>
}

/** The real server, router and desk, on a broker and a ledger in memory. */
export async function serve(over: { readonly keepAliveMs?: number } = {}): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'truebook-test-'))
  const root = join(folder, 'pages')
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(root, 'index.html'), PAGE)
  writeFileSync(join(root, 'assets', 'main-0a1b2c.js'), 'export {}')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  const log = keptLog()
  const clock = systemClock()
  const broker = fakeBroker(clock)
  const store = emptyStore()
  const desk = new Desk({
    broker,
    openLedger: () => Promise.resolve(ok(fakeLedger(store))),
    knownAccounts: [],
    account: null,
    rules: [DEFAULT_RULE],
    clock,
    log,
    notifier: keptNotifications(),
    priceFlushMs: 10_000,
    measuring: {
      everyMs: 0,
      calendar: DEFAULT_CALENDAR,
      hours: null,
      openingValue: 'lastBeforeBoundary' as const,
    },
    reconcile: WHEN_ASKED,
    ...AUTO_UPDATE_OFF,
  })
  await desk.start()
  const router = routerOf(desk, workspaceOf(memoryWorkspace(), log), keptSettings())
  const server = await serveWeb({ root, port: 0, token: TOKEN, router, log, ...over })
  return {
    server,
    broker,
    store,
    desk,
    log,
    root,
    stop: async () => {
      await desk.stop()
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type Answer = { readonly status: number; readonly head: string; readonly body: string }

/** Sends bytes as they are, and reads until the server closes the connection. */
export async function raw(port: number, request: string): Promise<Answer> {
  const socket = connect(port, '127.0.0.1')
  socket.write(request)
  let said = ''
  socket.setEncoding('utf8')
  for await (const chunk of socket) said += String(chunk)
  const [head = '', ...body] = said.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), head, body: body.join('\r\n\r\n') }
}

/** One plain request, as a browser or a hostile page could make it. */
export const ask = (
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> => raw(port, requestOf('GET', path, { host: `127.0.0.1:${port}`, ...headers }))

export const requestOf = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): string =>
  [
    `${method} ${path} HTTP/1.1`,
    ...Object.entries({ connection: 'close', ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    ),
    '\r\n',
  ].join('\r\n')

/** Asks for the contract's socket; answers the status. */
export const upgrade = async (
  port: number,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> => {
  const { socket, status } = await upgraded(port, path, headers)
  socket.destroy()
  return status
}

export async function upgraded(
  port: number,
  path = `/rpc?token=${TOKEN}`,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ socket: Socket; status: number }> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  const handshake = {
    host: `127.0.0.1:${port}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  socket.write(requestOf('GET', path, { ...handshake, ...headers }))
  const [said] = (await once(socket, 'data')) as [Buffer]
  return { socket, status: Number(said.toString().split(' ')[1]) }
}
