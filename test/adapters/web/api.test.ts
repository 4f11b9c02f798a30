import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { conId, execId } from '#shared/ids.ts'
import { anExecution, anInstrument, anOrderReport, ACCOUNT } from '../../fakes/builders.ts'
import { aWorkspace } from '../../fakes/workspace-document.ts'
import { BEARER, post, tell, type Told } from './asking.ts'
import { serve, TOKEN, type Served } from './served.ts'

type Operation = {
  readonly operationId: string
  readonly summary?: string
  readonly parameters?: readonly {
    readonly name: string
    readonly required?: boolean
    readonly schema: object
  }[]
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
type Content = Readonly<Record<string, { readonly schema: object }>>
type Document = {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly securitySchemes: object
  }
}

let served: Served
let port: number
let document: Document

/** A stock whose symbol, reference and account look like numbers, and are none. */
const ODD = anInstrument({ conId: conId(700), symbol: '700', localSymbol: '700' })

beforeAll(async () => {
  served = await serve()
  port = served.server.port
  served.broker.connect()
  const odd = { conId: ODD.conId, orderRef: '123', price: anExecution().price }
  served.broker.execute(anExecution({ ...odd, execId: execId('123.01') }), ODD)
  served.broker.tell({
    kind: 'order',
    report: anOrderReport({ account: ACCOUNT, status: 'Submitted', orderRef: '123' }),
    instrument: null,
  })
  for (const path of ['/api/positions', '/api/orders']) {
    await vi.waitFor(async () => expect((await tell(port, path)).json).not.toEqual([]))
  }
  document = (await tell(port, '/api/openapi.json')).json as Document
})
afterAll(() => served.stop())

const operations = (): readonly (readonly [string, string, Operation])[] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [method, path, operation] as const),
  )

/** The schema of the document, with what it refers to, as something that checks a value. */
function checkerOf(schema: object): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas })
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as never)
}

function expectAsDocumented(told: Told, operation: Operation): void {
  const schema = operation.responses[String(told.status)]?.content?.['application/json']?.schema
  expect(schema, `${operation.operationId} ${told.status} ${told.text}`).toBeDefined()
  expect(checkerOf(schema!).safeParse(told.json)).toMatchObject({ success: true })
}

/** What the commands of the contract need to be carried out. */
const INPUTS: Readonly<Record<string, object>> = {
  '/api/live/acknowledge': { subscription: 'live-1', revision: 1 },
  '/api/workspace/save': aWorkspace(),
  '/api/link/configure': { host: '127.0.0.1', port: 7497, clientId: 7 },
  '/api/settings/change': { values: {} },
}

describe('the document of the API', () => {
  it('is OpenAPI 3.1, names the token and lists every procedure with its sentence', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(document.components.securitySchemes).toMatchObject({
      token: { type: 'http', scheme: 'bearer' },
    })
    const paths = Object.keys(document.paths)
    expect(paths).toEqual(expect.arrayContaining(['/api/positions', '/api/live', '/api/health']))
    const ids = operations().map(([, , { operationId }]) => operationId)
    expect(ids).toEqual([...new Set(ids)])
    for (const [, , { summary }] of operations()) expect(summary).toMatch(/\w/)
  })

  it('refers to nothing that is not in it', () => {
    const refs = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? []
    const names = Object.keys(document.components.schemas)
    expect(refs.length).toBeGreaterThan(0)
    for (const ref of refs) expect(names).toContain(ref.split('/').at(-1))
  })

  it('offers decimals as numbers exactly where there are decimals', () => {
    const offering = operations()
      .filter(([, , { parameters = [] }]) => parameters.some(({ name }) => name === 'numbers'))
      .map(([, , { operationId }]) => operationId)
    expect(offering).toEqual(
      expect.arrayContaining(['positions.list', 'fills.list', 'orders.list', 'live.subscribe']),
    )
    expect(offering).not.toContain('link.state')
    expect(offering).not.toContain('workspace.load')
  })

  it('says what every route answers, and it is so', async () => {
    const asked = operations().filter(([, path]) => path !== '/api/live')
    expect(asked.length).toBeGreaterThan(12)
    // Cutting the link comes last: the other commands want it open.
    const last = ([, path]: readonly [string, string, Operation]) => Number(path.includes('link/'))
    for (const [method, path, operation] of asked.toSorted((a, b) => last(a) - last(b))) {
      const told = method === 'get' ? await tell(port, path) : await post(port, path, INPUTS[path])
      // A command that wants an input is refused without one, in the words of the document, too;
      // and a query that has nothing to answer from, such as the first snapshot.
      const needs = method === 'post' || operation.parameters?.some(({ required }) => required)
      const isUnsaid = needs === true && told.status === 400 && !(path in INPUTS)
      const isAnswered = told.status === 200 || told.status === 409 || isUnsaid
      expect(isAnswered, `${path}: ${told.text}`).toBe(true)
      expectAsDocumented(told, operation)
    }
    served.broker.connect()
  })

  it('would notice an answer that is not as it says', () => {
    const [row] = [{ account: 'U1', opening: 'half open' }]
    expect(checkerOf({ $ref: '#/components/schemas/BookView' }).safeParse(row).success).toBe(false)
  })
})

describe('money', () => {
  it('is a decimal string, and a JSON number for who asks for numbers', async () => {
    const plain = (await tell(port, '/api/fills')).json as readonly object[]
    const numbers = (await tell(port, '/api/fills?numbers=true')).json as readonly object[]
    const same = { fillId: '123', symbol: '700', orderRef: '123', commission: null }
    expect(plain[0]).toMatchObject({ ...same, price: '10', quantity: '100', amount: '-1000' })
    expect(numbers[0]).toMatchObject({ ...same, price: 10, quantity: 100, amount: -1000 })
  })

  it.each(['maybe', '1', '', 'true&numbers=true'])(
    'is refused when it is asked for as %j',
    async (said) => {
      const { status, json } = await tell(port, `/api/fills?numbers=${said}`)
      expect([status, (json as { field?: string }).field]).toEqual([400, 'numbers'])
    },
  )
})

describe('a script without the token of this run', () => {
  const wrong: readonly (readonly [string, Record<string, string>])[] = [
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['a token that is too long', { authorization: `Bearer ${TOKEN}x` }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
    ['the bare token', { authorization: TOKEN }],
  ]

  it.each(wrong)('gets nothing, whatever it asks for: %s', async (_, headers) => {
    const paths = [...operations().map(([, path]) => path), '/api/openapi.json', '/api/nothing']
    for (const path of paths.filter((each) => each !== '/api/health')) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const told = await tell(port, path, { method, headers })
        expect([path, told.status]).toEqual([path, 401])
        expect(told.json).toMatchObject({ code: 'UNAUTHORIZED' })
        expect(told.headers['www-authenticate']).toBe('Bearer')
      }
    }
  })

  it('does not get in with the token in the address, where histories keep it', async () => {
    expect((await tell(port, `/api/link?token=${TOKEN}`, { headers: {} })).status).toBe(401)
  })

  it('is told that the program is alive, and nothing else', async () => {
    const told = await tell(port, '/api/health', { headers: {} })
    expect([told.status, told.json]).toEqual([200, { status: 'alive' }])
    const wrongly = await tell(port, '/api/health', { headers: { authorization: 'Bearer wrong' } })
    expect(wrongly.status).toBe(401)
  })

  it('sees the page that lists what there is, which asks for nothing from elsewhere', async () => {
    const { status, text, headers } = await tell(port, '/api', { headers: {} })
    expect(status).toBe(200)
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    for (const [, path] of operations()) expect(text).toContain(path)
    expect(text).not.toMatch(/https?:|src=|TOKEN_/)
  })
})

describe('a page of another origin', () => {
  it.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'file://'])(
    'gets nothing, even with the token: %s',
    async (origin) => {
      for (const path of [
        '/api',
        '/api/positions',
        '/api/live',
        '/api/health',
        '/api/openapi.json',
      ]) {
        const told = await tell(port, path, { headers: { ...BEARER, origin } })
        expect([path, told.status]).toEqual([path, 403])
        expect(told.headers['access-control-allow-origin']).toBeUndefined()
      }
    },
  )

  it.each(['evil.example', '127.0.0.1.evil.example', '127.0.0.1:1', 'localhost'])(
    'gets nothing by giving its own name to this machine: %s',
    async (host) => {
      for (const path of [
        '/api',
        '/api/positions',
        '/api/live',
        '/api/health',
        '/api/openapi.json',
      ]) {
        expect((await tell(port, path, { headers: { ...BEARER, host } })).status).toBe(421)
      }
    },
  )
})
