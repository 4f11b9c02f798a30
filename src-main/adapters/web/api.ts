import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ContractRouterClient } from '@orpc/contract'
import { OpenAPIHandler } from '@orpc/openapi/node'
import { createRouterClient, ORPCError, type AnyRouter } from '@orpc/server'
import type { $ZodType } from 'zod/v4/core'
import type { contract } from '#shared/api/contract.ts'
import { liveMessage } from '#shared/api/live.ts'
import type { Log } from '#ports/log.ts'
import { hasToken, isOwnHost, isOwnOrigin, type Access } from './access.ts'
import { withNumbers } from './decimals.ts'
import { documentOf } from './document.ts'
import { streamEvents } from './events.ts'
import { PAGE_HEADERS } from './files.ts'
import { queryInput, readBody, refuseUnknown, wantsNumbers } from './input.ts'
import { pageOf } from './page.ts'
import { Refusal, refusalOf, sendJson } from './problems.ts'
import { routeFinder, routesOfContract, WrongMethod, type Route } from './routes.ts'

export type ApiSettings = {
  readonly router: AnyRouter
  readonly access: Access
  readonly log: Log
  /** How often a quiet stream of events says that it is still there. */
  readonly keepAliveMs?: number
}

/** Answers one request under `/api`; resolves once the answer is on its way. */
export type Api = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>

type Asked = {
  readonly request: IncomingMessage & { body?: unknown }
  readonly response: ServerResponse
  readonly url: URL
}
type Context = { readonly isQuery: boolean; readonly wantsNumbers: boolean }

const KEEP_ALIVE_MS = 15_000

/** The contract for scripts: every route of it, its document, and a page that lists them. */
export function apiOf(settings: ApiSettings): Api {
  const { access, log } = settings
  const routes = routesOfContract()
  const find = routeFinder(routes)
  const answer = answererOf(settings)
  let made: Promise<unknown> | undefined
  const document = () => (made ??= documentOf(routes, access.port))

  /** @throws {Refusal} */
  async function dispatch(asked: Asked): Promise<void> {
    const { request, response, url } = asked
    const path = url.pathname.replace(/(?<=.)\/$/, '')
    admit(request, access)
    if (path === '/api') {
      only('GET', request)
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
      response.end(pageOf(routes))
      return
    }
    if (path === '/api/health' && request.method === 'GET' && !saysToken(request)) {
      sendJson(response, 200, { status: 'alive' })
      return
    }
    if (!hasToken(request.headers, access)) throw unknownToken()
    if (path === '/api/openapi.json') {
      only('GET', request)
      sendJson(response, 200, await document())
      return
    }
    await answer(find(request.method ?? '', path), asked)
  }

  return async (request, response, url) => {
    for (const [name, value] of Object.entries(PAGE_HEADERS)) response.setHeader(name, value)
    response.setHeader('cache-control', 'no-store')
    try {
      await dispatch({ request, response, url })
    } catch (error) {
      refuse(response, error, log)
    }
  }
}

/** @throws {Refusal} when the request is addressed to somebody else, or comes from elsewhere. */
function admit({ headers }: IncomingMessage, access: Access): void {
  if (!isOwnHost(headers, access)) {
    throw new Refusal(421, {
      code: 'MISDIRECTED_REQUEST',
      message: `This server answers only to 127.0.0.1:${access.port}.`,
    })
  }
  if (!isOwnOrigin(headers, access)) {
    throw new Refusal(403, {
      code: 'FORBIDDEN',
      message: 'Pages of other origins get nothing here.',
    })
  }
}

function only(method: string, request: IncomingMessage): void {
  if (request.method !== method) throw new WrongMethod(method)
}

const saysToken = ({ headers }: IncomingMessage): boolean => headers.authorization !== undefined

const unknownToken = (): Refusal =>
  new Refusal(401, {
    code: 'UNAUTHORIZED',
    message:
      'Send the token of this run: authorization: Bearer TOKEN. It is in api.json in the data ' +
      'directory and changes with every start.',
  })

/** Answers what has been found and let in. */
function answererOf({ router, log, keepAliveMs = KEEP_ALIVE_MS }: ApiSettings) {
  const core = createRouterClient(router) as ContractRouterClient<typeof contract>
  const handler = handlerOf(router, log)

  async function live({ request, response, url }: Asked, { input: schema }: Route): Promise<void> {
    const isNumbers = wantsNumbers(url.searchParams)
    const input = queryInput(schema, entriesOf(url.searchParams))
    refuseUnknown(schema, input)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const messages = await core.live.subscribe(input, { signal: gone.signal })
    request.socket.setNoDelay(true)
    await streamEvents({
      response,
      messages,
      shown: (message) => (isNumbers ? withNumbers(liveMessage, message) : message),
      taken: ({ subscription, revision }) => core.live.acknowledge({ subscription, revision }),
      gone: gone.signal,
      keepAliveMs,
    })
  }

  return async (route: Route, asked: Asked): Promise<void> => {
    if (route.name === 'live.subscribe') {
      await live(asked, route)
    } else if (route.name === 'health.state') {
      const health = await core.health.state()
      sendJson(asked.response, health.status === 'failing' ? 503 : 200, health)
    } else {
      const isQuery = route.method === 'GET'
      const context = { isQuery, wantsNumbers: wantsNumbers(asked.url.searchParams) }
      if (!isQuery) asked.request.body = await readBody(asked.request)
      await handler.handle(asked.request, asked.response, { context })
    }
  }
}

/** A parameter said twice is a list, which is refused where one value is wanted. */
const entriesOf = (query: URLSearchParams): Record<string, unknown> =>
  Object.fromEntries(
    [...new Set(query.keys())].map((key) => {
      const all = query.getAll(key)
      return [key, all.length === 1 ? all[0] : all]
    }),
  )

/** oRPC's own answering of the router, with the words and the numbers of this API. */
const handlerOf = (router: AnyRouter, log: Log) =>
  new OpenAPIHandler(router, {
    customErrorResponseBodyEncoder: (error) => refusalOf(error).problem,
    interceptors: [
      async (options) => {
        try {
          return await options.next()
        } catch (error) {
          logFailure(error, log)
          const { status, message, problem } = refusalOf(error)
          throw new ORPCError(problem.code, { status, message, cause: refusalOf(error) })
        }
      },
    ],
    clientInterceptors: [
      async (options) => {
        const { inputSchema, outputSchema } = options.procedure['~orpc']
        const context = options.context as Context
        const given = options.input as Readonly<Record<string, unknown>>
        const schema = inputSchema as $ZodType | undefined
        const input = context.isQuery ? queryInput(schema, given) : given
        refuseUnknown(schema, input)
        const output = await options.next({ ...options, input })
        const isTold = context.wantsNumbers && outputSchema !== undefined
        return isTold ? withNumbers(outputSchema as $ZodType, output) : output
      },
    ],
  })

function logFailure(error: unknown, log: Log): void {
  const { status } = refusalOf(error)
  if (status < 500) return
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  log.error('A request could not be answered', {
    why: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
  })
}

function refuse(response: ServerResponse, error: unknown, log: Log): void {
  // Who has gone away gets no answer, and is no failure.
  if (response.destroyed) return
  logFailure(error, log)
  if (response.headersSent) {
    response.destroy()
    return
  }
  const refusal = refusalOf(error)
  if (refusal instanceof WrongMethod) response.setHeader('allow', refusal.allowed)
  if (refusal.status === 401) response.setHeader('www-authenticate', 'Bearer')
  // The rest of a body that is too large is not read.
  if (refusal.status === 413) response.setHeader('connection', 'close')
  sendJson(response, refusal.status, refusal.problem)
}
