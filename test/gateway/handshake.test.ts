import { afterEach, describe, expect, it } from 'vitest'
import {
  aGateway,
  endAll,
  frame,
  greeting,
  openRaw,
  rawClient,
  request,
  settle,
} from './support.ts'

afterEach(endAll)

describe('the handshake', () => {
  it('answers the highest version both sides know, and the time with its zone', async () => {
    const { port } = await aGateway()
    const client = rawClient(port)
    client.write(greeting('v100..225'))
    const [version, time] = await client.until(() => true)
    expect(version).toBe('193')
    expect(time).toBe('20261120 10:00:00 US/Eastern')
  })

  it.each([
    ['v157..178', '178'],
    ['v100..185', '185'],
    ['v178', '178'],
    ['v100..193 some options', '193'],
  ])('agrees with the offer %s on version %s', async (offer, version) => {
    const { port } = await aGateway()
    const client = rawClient(port)
    client.write(greeting(offer))
    expect((await client.until(() => true))[0]).toBe(version)
  })

  it.each(['v100..177', 'v194..220', 'v193..100', 'hello', ''])(
    'closes on the offer "%s", which holds no version it speaks',
    async (offer) => {
      const { port } = await aGateway()
      const client = rawClient(port)
      client.write(greeting(offer))
      await client.closed
      expect(client.messages).toEqual([])
    },
  )

  it('understands bytes that come one at a time', async () => {
    const { port } = await aGateway()
    const client = rawClient(port)
    client.socket.setNoDelay(true)
    const bytes = Buffer.concat([greeting(), request(71, 2, 5, ''), request(49, 1)])
    for (const byte of bytes) {
      client.write(Buffer.from([byte]))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(await client.message(49)).toEqual(['49', '1', '1795186800'])
  })

  it('understands everything in one piece', async () => {
    const { port } = await aGateway()
    const client = rawClient(port)
    client.write(Buffer.concat([greeting(), request(71, 2, 5, ''), request(61, 1)]))
    expect(await client.message(62)).toEqual(['62', '1'])
  })

  it('sends the account, the next order id and the farms once startApi came', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 3)
    expect(client.messages[0]).toEqual(['15', '1', 'DEMO1000001'])
    expect(client.messages[1]?.slice(0, 2)).toEqual(['9', '1'])
    expect(client.of(4).map((tokens) => [tokens[2], tokens[3]])).toEqual([
      ['-1', '2104'],
      ['-1', '2106'],
      ['-1', '2158'],
    ])
  })
})

describe('a peer that does not speak the protocol', () => {
  const garbage = Buffer.from('GET / HTTP/1.1\r\n\r\n')
  const negative = Buffer.concat([Buffer.from('API\0'), Buffer.from([255, 255, 255, 255])])
  const huge = Buffer.concat([greeting(), Buffer.from([127, 0, 0, 0])])
  const empty = Buffer.concat([greeting(), Buffer.from([0, 0, 0, 0])])
  it.each([
    ['garbage', garbage],
    ['a negative length', negative],
    ['an absurd length', huge],
    ['an empty frame', empty],
    ['a request before startApi', Buffer.concat([greeting(), request(61, 1)])],
    ['a startApi without a client id', Buffer.concat([greeting(), request(71, 2, '', '')])],
    ['a startApi cut short', Buffer.concat([greeting(), request(71, 2)])],
    ['a frame that does not end with NUL', Buffer.concat([greeting(), frame('71')])],
  ])('is closed after %s, and the next one is served', async (_, bytes) => {
    const { port } = await aGateway()
    const client = rawClient(port)
    client.write(bytes)
    await client.closed
    await expect(openRaw(port, 1)).resolves.toBeDefined()
  })

  it('may reset in the middle of a frame without harm', async () => {
    const { port, state } = await aGateway()
    const client = await openRaw(port, 1)
    client.write(request(61, 1).subarray(0, 5))
    await settle()
    client.socket.resetAndDestroy()
    await settle()
    expect(state()['clients']).toEqual([])
    await expect(openRaw(port, 1)).resolves.toBeDefined()
  })
})

it('listening may be stopped twice at once: it comes back all the same', async () => {
  const gateway = await aGateway()
  gateway.restart(2)
  gateway.stopListening(3)
  await settle()
  gateway.time.advance(2000)
  await settle()
  gateway.time.advance(1000)
  await settle()
  await expect(openRaw(gateway.port, 1)).resolves.toBeDefined()
  expect(gateway.logged).toEqual([])
})
