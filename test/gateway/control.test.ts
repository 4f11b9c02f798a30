import { request as httpRequest } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import {
  aGateway,
  endAll,
  linesOf,
  openRaw,
  settle,
  type Json,
  type TestGateway,
} from './support.ts'

afterEach(endAll)

type Told = { readonly status: number; readonly body: string }

/** Asks with a line such as `POST /fill`; the body may be JSON or nonsense. */
function ask(gateway: TestGateway, line: string, body?: string): Promise<Told> {
  return askAs('127.0.0.1', gateway, { line, body })
}

type Asked = { readonly line: string; readonly body?: string | undefined }

function askAs(host: string, gateway: TestGateway, { line, body }: Asked): Promise<Told> {
  const [method = '', path = ''] = line.split(' ')
  return new Promise((resolve, reject) => {
    const asking = httpRequest(
      {
        host: '127.0.0.1',
        port: gateway.controlPort!,
        method,
        path,
        headers: { host },
      },
      (answer) => {
        let text = ''
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }))
      },
    )
    asking.on('error', reject)
    asking.end(body)
  })
}

const json = ({ body }: Told): Json => JSON.parse(body) as Json
const controlled = (): Promise<TestGateway> => aGateway({ controlPort: 0, masterClientId: 7 })

describe('the control port', () => {
  it('says that it is well and what the account holds', async () => {
    const gateway = await controlled()
    await openRaw(gateway.port, 7)
    expect(json(await ask(gateway, 'GET /health'))).toEqual({ ok: true })
    expect(json(await ask(gateway, 'GET /state'))).toMatchObject({
      account: 'DEMO1000001',
      scenario: 'calm',
      paused: false,
      clients: [{ clientId: 7, serverVersion: 193 }],
    })
  })

  it('fills, and answers the execution', async () => {
    const gateway = await controlled()
    const client = await openRaw(gateway.port, 7)
    const wanted = { symbol: 'VOD', side: 'buy', quantity: '100', price: 92.5, orderRef: 'TREND:9' }
    const told = await ask(gateway, 'POST /fill', JSON.stringify(wanted))
    expect(json(told)).toMatchObject({
      symbol: 'VOD',
      quantity: '100',
      price: '92.5',
      clientId: 14,
    })
    expect((await client.message(11))[14]).toBe(json(told)['execId'])
    const manual = { conId: 265598, side: 'sell', quantity: 1, manual: true }
    expect(json(await ask(gateway, 'POST /fill', JSON.stringify(manual)))).toMatchObject({
      orderId: 2_147_483_647,
      orderRef: '',
      clientId: 0,
    })
  })

  it('corrects an execution', async () => {
    const gateway = await controlled()
    const wanted = { symbol: 'KO', side: 'buy', quantity: 10, price: 73 }
    const { execId } = json(await ask(gateway, 'POST /fill', JSON.stringify(wanted)))
    const told = await ask(gateway, 'POST /correct', JSON.stringify({ execId, price: '72.5' }))
    expect(json(told)).toMatchObject({ revision: 2, price: '72.5', quantity: '10' })
    const lines = linesOf((await ask(gateway, 'GET /record')).body)
    expect(
      lines.filter(({ type }) => type === 'execution').map(({ revision }) => revision),
    ).toEqual([1, 2])
  })

  it('pauses and resumes the market, floods it, and changes its scenario', async () => {
    const gateway = await controlled()
    await ask(gateway, 'POST /pause')
    gateway.time.advance(60_000)
    expect(gateway.state()).toMatchObject({ paused: true, executions: 0 })
    await ask(gateway, 'POST /resume')
    await ask(gateway, 'POST /scenario', '{"name":"busy"}')
    await ask(gateway, 'POST /flood', '{"count":300,"perSecond":1000}')
    gateway.time.advance(1000)
    expect(gateway.state()).toMatchObject({ paused: false, scenario: 'busy' })
    expect(gateway.state()['executions']).toBeGreaterThanOrEqual(300)
  })

  it('disconnects, tells news, stops listening, and falls silent', async () => {
    const gateway = await controlled()
    const client = await openRaw(gateway.port, 7)
    await ask(gateway, 'POST /info', '{"code":1100,"message":"IB is gone"}')
    expect((await client.until((tokens) => tokens[3] === '1100'))[4]).toBe('IB is gone')
    await ask(gateway, 'POST /info', '{"code":1102,"message":"and back"}')
    expect(json(await ask(gateway, 'POST /disconnect', '{"how":"rst"}'))).toEqual({ closed: 1 })
    await client.closed
    await ask(gateway, 'POST /silent', '{"seconds":5}')
    const deaf = openRaw(gateway.port, 8)
    void deaf.catch(() => undefined)
    await settle()
    expect(gateway.state()['clients']).toEqual([])
    gateway.time.advance(5000)
    await expect(openRaw(gateway.port, 8)).resolves.toBeDefined()
    await ask(gateway, 'POST /stop-listening', '{"seconds":2}')
    await settle()
    gateway.time.advance(2000)
    await settle()
    await expect(openRaw(gateway.port, 9)).resolves.toBeDefined()
  })

  it.each([
    ['GET /nowhere', '', 404],
    ['GET /fill', '', 404],
    ['POST /fill', '{"symbol":', 400],
    ['POST /fill', '[]', 400],
    ['POST /fill', '{"symbol":"NOPE","side":"buy","quantity":1}', 400],
    ['POST /fill', '{"symbol":"KO","side":"hold","quantity":1}', 400],
    ['POST /fill', '{"symbol":"KO","side":"buy","quantity":-1}', 400],
    ['POST /fill', '{"symbol":"KO","side":"buy"}', 400],
    ['POST /correct', '{"execId":"x","price":1}', 400],
    ['POST /flood', '{"count":"many"}', 400],
    ['POST /disconnect', '{"how":"gently"}', 400],
    ['POST /scenario', '{"name":"apocalypse"}', 400],
  ])('refuses %s %s with %i and a sentence', async (line, body, status) => {
    const gateway = await controlled()
    const told = await ask(gateway, line, body)
    expect(told.status).toBe(status)
    expect(json(told)['error']).toMatch(/\.$/)
  })

  it('refuses who asks by another name than this machine’s', async () => {
    const gateway = await controlled()
    expect((await askAs('rebound.example', gateway, { line: 'GET /state' })).status).toBe(403)
  })
})
