import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { LOOPBACK } from '../session/listener.ts'
import { BadRequest } from './body.ts'
import type { Commands } from './commands.ts'
import { ROUTES, type Reply } from './routes.ts'

/** A command's body is small; more is no command. */
const MOST_BODY_BYTES = 64 * 1024

/** Only names of this machine: a web page cannot reach the port through a name of its own. */
const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let body = ''
  for await (const chunk of request) {
    body += String(chunk)
    if (body.length > MOST_BODY_BYTES) throw new BadRequest('The body is too long.')
  }
  if (body.trim() === '') return {}
  try {
    return JSON.parse(body)
  } catch {
    throw new BadRequest('The body is no JSON.')
  }
}

async function replyTo(commands: Commands, request: IncomingMessage): Promise<Reply> {
  if (!LOOPBACK_HOST.test(request.headers.host ?? ''))
    return { status: 403, body: { error: 'Only this machine may ask.' } }
  const path = (request.url ?? '').split('?')[0] ?? ''
  const route = ROUTES.get(`${request.method ?? ''} ${path}`)
  if (route === undefined) return { status: 404, body: { error: `There is no ${path}.` } }
  try {
    return await route(commands, await bodyOf(request))
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error
    return { status: 400, body: { error: error.message } }
  }
}

function send(response: ServerResponse, reply: Reply): void {
  const isText = typeof reply.body === 'string'
  response.writeHead(reply.status, {
    'content-type': isText ? 'application/x-ndjson' : 'application/json',
    'cache-control': 'no-store',
  })
  response.end(isText ? reply.body : `${JSON.stringify(reply.body)}\n`)
}

/** Opens the control port on loopback; 0 takes a free one. */
export function openControl(
  commands: Commands,
  port: number,
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    replyTo(commands, request).then(
      (reply) => send(response, reply),
      (error: unknown) => send(response, { status: 500, body: { error: String(error) } }),
    )
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, LOOPBACK, () => {
      server.off('error', reject)
      const address = server.address()
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed())
            server.closeAllConnections()
          }),
      })
    })
  })
}
