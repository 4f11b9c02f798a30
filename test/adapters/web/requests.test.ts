import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { execId } from '#shared/ids.ts'
import { anExecution } from '../../fakes/builders.ts'
import { DISK_FULL } from '../../fakes/ledger.ts'
import { BEARER, post, tell, type Told } from './asking.ts'
import { serve, type Served } from './served.ts'

let served: Served
let port: number

beforeAll(async () => {
  served = await serve()
  port = served.server.port
  served.broker.connect()
  await vi.waitFor(async () => expect((await tell(port, '/api/fills')).status).toBe(200))
})
afterAll(() => served.stop())

describe('a request that makes no sense', () => {
  const refusal = ({ status, json }: Told) => {
    const { code, field } = json as { code: string; field?: string }
    return field === undefined ? [status, code] : [status, code, field]
  }
  const send = (path: string, body: string, headers: Record<string, string> = {}) =>
    tell(port, path, {
      method: 'POST',
      body,
      headers: { ...BEARER, 'content-type': 'application/json', ...headers },
    })

  it.each([
    ['/api/fills?limit=1000000', 'limit'],
    ['/api/fills?limit=0', 'limit'],
    ['/api/fills?limit=many', 'limit'],
    ['/api/fills?limit=1e3', 'limit'],
    ['/api/fills?limit=', 'limit'],
    ['/api/fills?limit=5&limit=6', 'limit'],
    ['/api/fills?limit[a]=5', 'limit'],
    ['/api/fills?before=-1', 'before'],
    ['/api/fills?before=1.5', 'before'],
    ['/api/fills?before=99999999999999999999999', 'before'],
    ['/api/orders?before=9223372036854', 'before'],
    ['/api/orders?beforeKey=p1', 'beforeKey'],
    ['/api/positions?acount=U1', 'acount'],
    ['/api/link?account=U1', 'account'],
    ['/api/live?account=', 'account'],
    ['/api/live?limit=3', 'limit'],
    ['/api/positions?__proto__=1', '__proto__'],
    ['/api/positions?constructor=1', 'constructor'],
    ['/api/positions?0=1', '0'],
  ])('%s is answered with the field that is wrong', async (path, field) => {
    expect(refusal(await tell(port, path))).toEqual([400, 'BAD_REQUEST', field])
  })

  it('at an address where nothing is, or by a method it does not have, is told so', async () => {
    expect(refusal(await tell(port, '/api/nothing'))).toEqual([404, 'NOT_FOUND'])
    expect(refusal(await tell(port, '/api/positions/1'))).toEqual([404, 'NOT_FOUND'])
    expect(refusal(await tell(port, '/api//positions'))).toEqual([404, 'NOT_FOUND'])
    const told = await post(port, '/api/positions')
    expect(refusal(told)).toEqual([405, 'METHOD_NOT_ALLOWED'])
    expect(told.headers['allow']).toBe('GET')
    const gotten = await tell(port, '/api/book/refold')
    expect([gotten.status, gotten.headers['allow']]).toEqual([405, 'POST'])
    for (const path of ['/api', '/api/openapi.json']) {
      expect(refusal(await post(port, path))).toEqual([405, 'METHOD_NOT_ALLOWED'])
    }
  })

  it.each(['{', 'nonsense', '{"account":', '\u0000', '[', '"'])(
    'with a body that is not JSON is told so: %j',
    async (body) => {
      expect(refusal(await send('/api/book/refold', body))).toEqual([400, 'BAD_REQUEST'])
    },
  )

  it.each(['[]', 'null', '7', '"text"'])('with %s for an object is told so', async (body) => {
    expect(refusal(await send('/api/book/refold', body))).toEqual([400, 'BAD_REQUEST'])
  })

  it('with a wrong or unknown field in its body is told which', async () => {
    expect(refusal(await send('/api/book/refold', '{"account":7}'))).toEqual([
      400,
      'BAD_REQUEST',
      'account',
    ])
    for (const field of ['acount', '__proto__', 'constructor']) {
      const told = await send('/api/book/refold', `{"${field}":"U1"}`)
      expect(refusal(told)).toEqual([400, 'BAD_REQUEST', field])
    }
  })

  it('with a body that is no JSON by its own word is not read', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const told = await send('/api/book/refold', '{}', { 'content-type': type })
      expect(refusal(told)).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE'])
    }
    const packed = await send('/api/book/refold', '{}', { 'content-encoding': 'gzip' })
    expect(packed.status).toBe(415)
  })

  it('with a body larger than any input is cut off, and the next one is answered', async () => {
    const body = JSON.stringify({ account: 'U'.repeat(2 * 1024 * 1024) })
    const said = await send('/api/book/refold', body, {
      'content-length': String(Buffer.byteLength(body)),
    }).catch(() => null)
    if (said !== null) expect(refusal(said)).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    const unsaid = await send('/api/book/refold', body, {
      'transfer-encoding': 'chunked',
    }).catch(() => null)
    if (unsaid !== null) expect(refusal(unsaid)).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    expect((await tell(port, '/api/link')).status).toBe(200)
  })

  it('that is refused by the book says why', async () => {
    const told = await post(port, '/api/book/opening/propose')
    expect(refusal(told)).toEqual([409, 'REFUSED'])
    expect(refusal(await tell(port, '/api/positions?account=U9'))).toEqual([404, 'NO_BOOK'])
  })
})

describe('a failure of the program itself', () => {
  it('is told without anything of what is inside, and logged', async () => {
    const book = served.desk.find(undefined)!.book!
    const { pageOfFills } = book.ledger
    Object.assign(book.ledger, {
      pageOfFills: () => Promise.reject(new Error('secret path /home/me/ledger')),
    })
    const told = await tell(port, '/api/fills')
    Object.assign(book.ledger, { pageOfFills })
    expect(told.status).toBe(500)
    expect(told.json).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      message: 'The program failed to answer; its log says why.',
    })
    expect(served.log.lines).toContain('A request could not be answered')
  })

  it('to write a ledger is told by the health of the core, until it can again', async () => {
    const { ledger } = served.desk.find(undefined)!.book!
    const { commit } = ledger
    const failed = Object.assign(new Error(DISK_FULL.sentence), { failure: DISK_FULL })
    Object.assign(ledger, { commit: () => Promise.reject(failed) })
    served.broker.execute(anExecution({ execId: execId('9.01') }))
    const health = () => tell(port, '/api/health')
    await vi.waitFor(async () => expect((await health()).status).toBe(503))
    const told = (await health()).json
    expect(told).toMatchObject({
      status: 'failing',
      ledgers: [{ state: 'failing', problem: DISK_FULL.sentence }],
    })
    // Alive it is all the same.
    expect((await tell(port, '/api/health', { headers: {} })).status).toBe(200)
    Object.assign(ledger, { commit })
    await vi.waitFor(async () => expect((await health()).status).toBe(200), { timeout: 10_000 })
  }, 20_000)
})
