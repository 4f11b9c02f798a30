import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { AnyRouter } from '@orpc/server'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Log } from '#ports/log.ts'
import { isOwnHost, isOwnOrigin, isToken, type Access } from './access.ts'
import { apiOf } from './api.ts'
import { PAGE_HEADERS, serveFile } from './files.ts'
import { MESSAGE_LIMIT } from './input.ts'

export type WebSettings = {
  /** The built renderer. */
  readonly root: string
  readonly port: number
  readonly token: string
  readonly router: AnyRouter
  readonly log: Log
  /** How often a quiet stream of events says that it is still there. */
  readonly keepAliveMs?: number
}

export type WebServer = {
  readonly port: number
  /** The address of the screen, token included. */
  readonly url: string
  readonly close: () => Promise<void>
}

/**
 * Serves the screen and the contract on 127.0.0.1. Nobody gets an answer who does not address
 * this very server, and nobody gets the contract without the token of this run.
 * @throws the system's error when the port cannot be listened on.
 */
export async function serveWeb(settings: WebSettings): Promise<WebServer> {
  const server = createServer()
  const port = await listen(server, settings.port)
  const access: Access = { port, token: settings.token }
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT })
  const rpc = new RPCHandler(settings.router)
  const api = apiOf({ ...settings, access })
  server.on('request', (request, response) => {
    const url = addressOf(request)
    if (isApi(url)) void api(request, response, url)
    else answer(request, response, { settings, access })
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Who goes away in the middle of this is nobody's trouble.
    socket.on('error', () => socket.destroy())
    const refusal = refusalOf(request, access)
    if (refusal !== null) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (websocket) => {
      websocket.on('error', (error) =>
        settings.log.warn('A screen was cut off', { why: String(error) }),
      )
      void rpc.upgrade(quiet(websocket))
    })
  })
  return {
    port,
    url: `http://127.0.0.1:${port}/?token=${settings.token}`,
    close: async () => {
      for (const websocket of sockets.clients) websocket.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A message sent while the screen is going away is for nobody, not an error. */
function quiet(websocket: WebSocket): WebSocket {
  const send = websocket.send.bind(websocket) as (data: string | Buffer) => void
  websocket.send = (data: Parameters<WebSocket['send']>[0]) => {
    if (websocket.readyState === websocket.OPEN) send(data as Buffer)
  }
  return websocket
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

/** The status line a WebSocket is refused with; null when it is let in. */
function refusalOf(request: IncomingMessage, access: Access): string | null {
  const url = addressOf(request)
  if (!isOwnHost(request.headers, access)) return '421 Misdirected Request'
  if (!isOwnOrigin(request.headers, access)) return '403 Forbidden'
  if (url?.pathname !== '/rpc') return '404 Not Found'
  return isToken(url.searchParams.get('token'), access) ? null : '401 Unauthorized'
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  to: { readonly settings: WebSettings; readonly access: Access },
): void {
  const refuse = (status: number, sentence: string): void => {
    response.writeHead(status, { ...PAGE_HEADERS, 'content-type': 'text/plain; charset=utf-8' })
    response.end(`${sentence}\n`)
  }
  if (!isOwnHost(request.headers, to.access)) {
    refuse(421, 'This server answers only to 127.0.0.1.')
  } else if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(405, 'Only GET is answered here.')
  } else if (!isOwnOrigin(request.headers, to.access)) {
    refuse(403, 'Other pages get nothing here.')
  } else {
    const path = decodePath(addressOf(request)?.pathname ?? '')
    if (path === null || !serveFile(to.settings.root, path, response)) {
      refuse(404, 'There is no such page. Open the address the program printed.')
    }
  }
}

const isApi = (url: URL | null): url is URL =>
  url !== null && (url.pathname === '/api' || url.pathname.startsWith('/api/'))

/** What was asked for; null for what is no path of this server. */
const addressOf = ({ url }: IncomingMessage): URL | null =>
  url?.startsWith('/') ? URL.parse(`http://127.0.0.1${url}`) : null

function decodePath(path: string): string | null {
  try {
    return decodeURIComponent(path)
  } catch {
    return null
  }
}
