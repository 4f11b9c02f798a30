import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { liveMessage, type LiveMessage } from '#shared/api/live.ts'
import { conId, execId } from '#shared/ids.ts'
import { anExecution, anInstrument, secondsIn } from '../../fakes/builders.ts'
import { BEARER, tell } from './asking.ts'
import { requestOf, serve, upgrade, type Served } from './served.ts'

let served: Served
let port: number

beforeEach(async () => {
  served = await serve({ keepAliveMs: 20 })
  port = served.server.port
  served.broker.connect()
  await vi.waitFor(async () => expect((await tell(port, '/api/fills')).status).toBe(200))
})
afterEach(() => served.stop())

type Reader = {
  readonly socket: Socket
  /** What has come, without the frames HTTP packs it in. */
  readonly text: () => string
  readonly messages: () => readonly LiveMessage[]
  readonly close: () => void
}

/** Opens the stream of events on a socket of its own, so that a test decides when it is read. */
function listen(path = '/api/live'): Reader {
  const socket = connect(port, '127.0.0.1')
  const headers = { host: `127.0.0.1:${port}`, connection: 'keep-alive', ...BEARER }
  socket.write(requestOf('GET', path, headers))
  let said = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => (said += chunk))
  socket.on('error', () => undefined)
  // Chunks are told apart by a line with their length, which no event ends with.
  const text = () => said.replaceAll(/\r\n[0-9a-f]+\r\n/g, '').replaceAll('\r\n', '\n')
  const messages = () =>
    [...text().matchAll(/event: message\nid: .+\ndata: (.+)\n\n/g)].map(
      ([, data = '']) => JSON.parse(data) as LiveMessage,
    )
  return { socket, text, messages, close: () => socket.destroy() }
}

const filled = (id: string) => anExecution({ execId: execId(`${id}.01`), executedAt: secondsIn(1) })

const hasFill = (messages: readonly LiveMessage[], id: string): boolean =>
  messages.some(({ fills }) => fills?.some(({ fillId }) => fillId === id) === true)

it('begins with a snapshot and goes on with changes, each with an id, as documented', async () => {
  const reader = listen()
  await expect.poll(() => reader.messages().length).toBeGreaterThan(0)
  served.broker.execute(filled('7'))
  await expect.poll(() => hasFill(reader.messages(), '7')).toBe(true)
  const messages = reader.messages()
  for (const message of messages) expect(liveMessage.safeParse(message).success).toBe(true)
  expect(messages.map(({ kind }) => kind).slice(0, 2)).toEqual(['snapshot', 'changes'])
  expect(messages.map(({ revision }) => revision)).toEqual(messages.map((_, index) => index + 1))
  const ids = [...reader.text().matchAll(/\nid: (.+)\n/g)].map(([, id]) => id)
  expect(ids).toEqual(messages.map(({ subscription, revision }) => `${subscription}.${revision}`))
  expect(reader.text()).toContain('content-type: text/event-stream')
  reader.close()
  await expect.poll(() => served.desk.live.subscriberCount).toBe(0)
})

it('goes on past the window, for nobody acknowledges events', async () => {
  const reader = listen()
  await expect
    .poll(
      () => {
        served.desk.live.restart()
        return reader.messages().length
      },
      { interval: 20, timeout: 10_000 },
    )
    .toBeGreaterThan(30)
  reader.close()
})

it('says while nothing happens that it is still there', async () => {
  const reader = listen()
  await expect.poll(() => reader.text().split('\n:\n\n').length).toBeGreaterThan(3)
  reader.close()
})

it('carries decimals as numbers for who asks for them', async () => {
  const reader = listen('/api/live?numbers=true')
  served.broker.execute(filled('700'))
  await expect.poll(() => hasFill(reader.messages(), '700')).toBe(true)
  const fill = reader.messages().flatMap(({ fills = [] }) => fills)[0]
  expect(fill).toMatchObject({ fillId: '700', price: 10, quantity: 100, orderRef: 'momentum:1' })
  reader.close()
})

it('begins anew with a snapshot for who comes back with the last id it saw', async () => {
  const first = listen()
  await expect.poll(() => first.messages().length).toBeGreaterThan(0)
  first.close()
  const second = connect(port, '127.0.0.1')
  const headers = { host: `127.0.0.1:${port}`, ...BEARER, 'last-event-id': 'live-1.1' }
  second.write(requestOf('GET', '/api/live', headers))
  let said = ''
  second.on('data', (chunk: Buffer) => (said += chunk.toString()))
  await expect.poll(() => said).toContain('"kind":"snapshot"')
  second.destroy()
})

it('tells every client of one core the same, whichever way it listens', async () => {
  const [one, other] = [listen(), listen()]
  await expect.poll(() => served.desk.live.subscriberCount).toBe(2)
  served.broker.execute(filled('7'))
  await expect.poll(() => hasFill(one.messages(), '7')).toBe(true)
  await expect.poll(() => hasFill(other.messages(), '7')).toBe(true)
  one.close()
  await expect.poll(() => served.desk.live.subscriberCount).toBe(1)
  served.broker.execute(filled('8'))
  await expect.poll(() => hasFill(other.messages(), '8')).toBe(true)
  other.close()
})

it('keeps for a reader that does not read the latest state, and no queue', async () => {
  // A snapshot of a thousand positions: what the system buffers of them is soon full.
  for (let number = 1; number <= 1_000; number += 1) {
    const stock = anInstrument({ conId: conId(number), symbol: `S${number}` })
    served.broker.execute(
      anExecution({ execId: execId(`f${number}.01`), conId: stock.conId }),
      stock,
    )
  }
  await expect
    .poll(async () => ((await tell(port, '/api/positions')).json as unknown[]).length)
    .toBe(1_000)
  const acknowledged = vi.spyOn(served.desk.live, 'acknowledge')
  const reader = listen()
  reader.socket.pause()
  const taken = () => acknowledged.mock.calls.length
  // Every poll makes a new snapshot due; stalled is when twenty in a row change nothing.
  const still = { count: 0, taken: -1 }
  await expect
    .poll(
      () => {
        served.desk.live.restart()
        still.count = taken() === still.taken ? still.count + 1 : 0
        still.taken = taken()
        return still.count
      },
      { interval: 20, timeout: 30_000 },
    )
    .toBeGreaterThan(20)
  const stalledAt = taken()
  for (let number = 1; number <= 500; number += 1) {
    served.broker.execute(filled(`late${number}`))
    served.desk.live.restart()
  }
  await expect
    .poll(async () => ((await tell(port, '/api/fills?limit=5000')).json as unknown[]).length)
    .toBe(1_500)
  expect(taken()).toBe(stalledAt)
  reader.socket.resume()
  await expect.poll(() => hasFill(reader.messages(), 'late500'), { timeout: 30_000 }).toBe(true)
  // The one that waited for the socket, and one with everything that had come since.
  expect(reader.messages().length).toBeLessThanOrEqual(stalledAt + 3)
  reader.close()
  await expect.poll(() => served.desk.live.subscriberCount).toBe(0)
}, 60_000)

it('ends when the core stops, and says so', async () => {
  const reader = listen()
  await expect.poll(() => reader.messages().length).toBeGreaterThan(0)
  served.desk.live.close()
  await expect.poll(() => reader.text()).toContain('event: done\n\n')
  reader.close()
})

it('is for own pages and scripts with the token, over the WebSocket as well', async () => {
  for (const path of ['/api/live', '/api/positions']) {
    // The contract's own socket is at another address, and asks for the token there.
    expect(await upgrade(port, path, BEARER)).toBe(404)
    expect(await upgrade(port, path, { ...BEARER, origin: 'https://evil.example' })).toBe(403)
    expect(await upgrade(port, path, { ...BEARER, host: 'evil.example' })).toBe(421)
  }
})
