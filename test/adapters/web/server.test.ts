import { once } from 'node:events'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { serveWeb } from '#adapters/web/server.ts'
import type { contract } from '#shared/api/contract.ts'
import type { LiveMessage } from '#shared/api/live.ts'
import { execId } from '#shared/ids.ts'
import { anExecution } from '../../fakes/builders.ts'
import { keptLog } from '../../fakes/log.ts'
import {
  ask,
  PAGE,
  raw,
  requestOf,
  serve,
  TOKEN,
  upgrade,
  upgraded,
  type Served,
} from './served.ts'

let served: Served
let port: number

beforeAll(async () => {
  served = await serve()
  port = served.server.port
})
afterAll(() => served.stop())

describe('the pages of the workstation', () => {
  it('are served on the loopback with the address that carries the token', async () => {
    expect(served.server.url).toBe(`http://127.0.0.1:${port}/?token=${TOKEN}`)
    const page = await (await fetch(served.server.url)).text()
    expect(page).toBe(PAGE)
  })

  it('may load nothing from elsewhere and be framed by nobody', async () => {
    for (const path of ['/', '/assets/main-0a1b2c.js', '/nowhere']) {
      const { headers } = await fetch(`http://127.0.0.1:${port}${path}`)
      const policy = headers.get('content-security-policy')
      expect(policy).toContain("default-src 'self'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toContain('unsafe-eval')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  it('are kept by the browser only where their name carries a hash', async () => {
    const cached = async (path: string): Promise<string | null> =>
      (await fetch(`http://127.0.0.1:${port}${path}`)).headers.get('cache-control')
    expect(await cached('/')).toBe('no-store')
    expect(await cached('/assets/main-0a1b2c.js')).toContain('immutable')
  })

  it('answer HEAD without a body', async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
  })
})

describe('a request that is not for this server', () => {
  it.each(['evil.example', '127.0.0.1:1', 'localhost', `127.0.0.1.evil.example`, ''])(
    'is refused when it names the host "%s"',
    async (host) => {
      expect((await ask(port, '/', { host })).status).toBeGreaterThanOrEqual(400)
      expect(await upgrade(port, `/rpc?token=${TOKEN}`, { host })).toBeGreaterThanOrEqual(400)
    },
  )

  it.each(['https://evil.example', 'null', 'http://127.0.0.1', 'http://127.0.0.1:1', 'file://'])(
    'is refused when it comes from the page %s',
    async (origin) => {
      expect((await ask(port, '/', { origin })).status).toBe(403)
      expect(await upgrade(port, `/rpc?token=${TOKEN}`, { origin })).toBe(403)
    },
  )

  it('is let in under both names of the loopback', async () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      const own = { host: `${name}:${port}`, origin: `http://${name}:${port}` }
      expect((await ask(port, '/', own)).status).toBe(200)
      expect(await upgrade(port, `/rpc?token=${TOKEN}`, own)).toBe(101)
    }
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('is refused when it is a %s', async (method) => {
    const request = requestOf(method, '/', { host: `127.0.0.1:${port}` })
    expect((await raw(port, request)).status).toBe(405)
  })
})

describe('a path that leads out of the pages', () => {
  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/....//secret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/assets',
    '/nowhere.html',
  ])('finds nothing: %s', async (path) => {
    const { status, body } = await ask(port, path)
    expect([status, body.includes('secret')]).toEqual([404, false])
  })

  it.each(['//', '/%00', '/index.html%00.js', '/%', '/%ff', `/${'a'.repeat(5_000)}`, '*'])(
    'that is no path at all finds nothing, and hurts nobody: %.20s',
    async (path) => {
      expect((await ask(port, path)).status).toBeGreaterThanOrEqual(400)
      expect(await upgrade(port, path)).toBeGreaterThanOrEqual(400)
      expect((await ask(port, '/')).status).toBe(200)
    },
  )
})

describe('the contract', () => {
  it.each([
    ['no token', '/rpc', 401],
    ['an empty token', '/rpc?token=', 401],
    ['a wrong token', '/rpc?token=wrong', 401],
    ['a token that is too long', `/rpc?token=${TOKEN}x`, 401],
    ['the token at another path', `/other?token=${TOKEN}`, 404],
    ['the token', `/rpc?token=${TOKEN}`, 101],
  ])('with %s is answered as it should be', async (_, path, status) => {
    expect(await upgrade(port, path)).toBe(status)
  })

  it('is spoken over the socket, refusals included, and streams what happens', async () => {
    const { client, websocket } = dial()
    expect(await client.account.list({})).toEqual([])
    await expect(client.positions.list({})).rejects.toMatchObject({ code: 'NO_BOOK' })
    await expect(client.fills.list({ limit: 1_000_000 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
    served.broker.connect()
    await expect.poll(async () => (await client.account.list({})).length).toBe(1)
    const live = await client.live.subscribe({})
    const first = await live.next()
    expect(first.value).toMatchObject({ kind: 'snapshot', revision: 1 })
    served.broker.execute(anExecution({ execId: execId('7.01') }))
    const isTold = (message: LiveMessage): boolean =>
      message.kind === 'changes' && message.fills?.[0]?.fillId === '7'
    for await (const message of live) if (isTold(message)) break
    expect((await client.fills.list({})).map(({ fillId }) => fillId)).toEqual(['7'])
    websocket.close()
    await expect.poll(() => served.desk.live.subscriberCount).toBe(0)
  })
})

describe('a screen that misbehaves', () => {
  // The RPC library writes what it cannot read to the console.
  beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))
  afterAll(() => vi.restoreAllMocks())

  it('cut in the middle of a message hurts nobody', async () => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { socket } = await upgraded(port)
      // A masked text frame of 100 bytes, of which only some come.
      socket.write(Buffer.from([0x81, 0xe4, 1, 2, 3, 4, 5, 6, 7]))
      if (attempt % 2 === 0) socket.resetAndDestroy()
      else socket.destroy()
    }
    expect((await ask(port, '/')).status).toBe(200)
    expect((await dial().client.account.list({})).length).toBe(1)
  })

  it.each(['', 'nonsense', '{}', '[]', 'null', '{"i":"99","p":{"u":"/no/such","b":{}}}', '{"i":'])(
    'that sends %j hurts nobody',
    async (message) => {
      const { websocket, client } = dial()
      await once(websocket, 'open')
      websocket.send(message)
      websocket.send(new Uint8Array([0, 255, 1, 2]))
      expect((await client.account.list({})).length).toBe(1)
      websocket.close()
    },
  )

  it('that sends more than any input is cut off', async () => {
    const { websocket } = dial()
    await once(websocket, 'open')
    const closed = once(websocket, 'close')
    websocket.send('x'.repeat(2 * 1024 * 1024))
    await closed
    expect((await ask(port, '/')).status).toBe(200)
  })

  it('that goes away while it is refused hurts nobody', async () => {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const { socket } = await upgraded(port, '/rpc?token=wrong')
      socket.resetAndDestroy()
    }
    expect((await ask(port, '/')).status).toBe(200)
  })
})

describe('a port that is taken', () => {
  it('is told as the system tells it', async () => {
    const { root } = served
    const again = serveWeb({ root, port, token: TOKEN, router: {}, log: keptLog() })
    await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

function dial() {
  const websocket = new WebSocket(`ws://127.0.0.1:${port}/rpc?token=${TOKEN}`)
  const client: ContractRouterClient<typeof contract> = createORPCClient(new RPCLink({ websocket }))
  return { websocket, client }
}
