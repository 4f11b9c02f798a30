import fc from 'fast-check'
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

const SOUND = [
  request(61, 1),
  request(6, 2, 1, 'DEMO1000001'),
  request(62, 1, 900, 'All', '$LEDGER:ALL'),
  request(7, 3, 901, '', '', '20261120-00:00:00', '', '', '', ''),
  request(9, 8, 902, 0, 'AAPL', '', '', '', '', '', '', '', '', '', '', 0, '', '', ''),
  request(1, 11, 903, 265598, ...Array.from({ length: 11 }, () => ''), 0, '', 0, 0, ''),
  request(5, 1),
  request(99, 0),
]

describe('no bytes bring the gateway down', () => {
  it('neither mutated frames nor their pieces', async () => {
    const gateway = await aGateway({ scenario: 'busy' })
    gateway.time.advance(5000)
    const mutated = fc.tuple(
      fc.constantFrom(...SOUND),
      fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { minLength: 1, maxLength: 4 }),
    )
    const damaged = fc.sample(mutated, { numRuns: 3000, seed: 7 }).map(([sound, changes]) => {
      const bytes = Buffer.from(sound)
      // The length stays sound, so that the mutation reaches the tokens.
      for (const [at, value] of changes) bytes[4 + (at % (bytes.length - 4))] = value
      return bytes
    })
    let client = await openRaw(gateway.port, 1)
    for (const bytes of damaged) {
      if (client.socket.destroyed) client = await openRaw(gateway.port, 1)
      client.write(bytes)
    }
    await settle(300)
    const survivor = await openRaw(gateway.port, 2)
    survivor.send(49, 1)
    await survivor.message(49)
    expect(gateway.logged.filter((sentence) => sentence.includes('broke us'))).toEqual([])
  })

  it('nor random ones, before or after the handshake', async () => {
    const gateway = await aGateway()
    const samples = fc.sample(fc.uint8Array({ minLength: 1, maxLength: 200 }), {
      numRuns: 150,
      seed: 11,
    })
    for (const [index, bytes] of samples.entries()) {
      const client = rawClient(gateway.port)
      client.write(Buffer.concat([index % 2 === 0 ? greeting() : Buffer.alloc(0), bytes]))
      if (index % 3 === 0) await settle(1)
      client.socket.resetAndDestroy()
    }
    await settle()
    await expect(openRaw(gateway.port, 1)).resolves.toBeDefined()
    expect(gateway.logged.filter((sentence) => sentence.includes('broke us'))).toEqual([])
  })

  it('nor a frame of the greatest size, sent in pieces', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    client.write(frame(Buffer.alloc(0xff_ff_ff, 0x41)))
    client.send(49, 1)
    await client.message(49)
  })
})

describe('a client that reads too slowly', () => {
  it('is closed once more waits for it than the bound, and the market goes on', async () => {
    const gateway = await aGateway({ masterClientId: 7, limitBytes: 1_000_000 })
    const client = await openRaw(gateway.port, 7)
    client.socket.pause()
    gateway.flood({ count: 60_000, perSecond: 20_000 })
    gateway.time.advance(4000)
    await settle(200)
    expect(gateway.state()['clients']).toEqual([])
    expect(gateway.logged.at(-1)).toContain('reads too slowly')
    expect(gateway.state()['executions']).toBeGreaterThanOrEqual(60_000)
  })

  it('never misses an execution of a flood that waits for it', async () => {
    const gateway = await aGateway({ masterClientId: 7, scenario: 'flood:12000' })
    const client = await openRaw(gateway.port, 7)
    client.socket.pause()
    await settle(100)
    client.socket.resume()
    while (client.of(59).length < 12_000) await settle(20)
    const ids = new Set(client.of(11).map((tokens) => tokens[14]))
    expect(ids.size).toBe(12_000)
  })

  it('is told no old ticks: it skips to the market as it is', async () => {
    const gateway = await aGateway({ limitBytes: 4_000_000 })
    const client = await openRaw(gateway.port, 7)
    const contract = [265598, ...Array.from({ length: 11 }, () => '')]
    for (let line = 0; line < 60; line += 1)
      client.send(1, 11, 900 + line, ...contract, 0, '', 0, 0, '')
    await client.until(([id, request]) => id === '81' && request === '959')
    client.socket.pause()
    for (let step = 0; step < 60; step += 1) {
      gateway.time.advance(60_000)
      await settle(0)
    }
    expect((gateway.state()['clients'] as unknown[]).length).toBe(1)
  })
})
