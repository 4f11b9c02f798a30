import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Listening } from '#shared/link.ts'
import { live, living } from './harness.ts'
import { closedPort, startPeer, startStranger, type Peer } from './peer.ts'

const peers: Peer[] = []
const kept = async (started: Promise<Peer>): Promise<Peer> => {
  const peer = await started
  peers.push(peer)
  return peer
}
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()))
})

async function foundOn(port: number): Promise<Listening | undefined> {
  const { broker } = live({ ports: [port] })
  return (await broker.search('127.0.0.1', [port])).find((one) => one.port === port)
}

describe('A search', () => {
  it('looks at the usual ports of TWS and Gateway, and says what each is for', async () => {
    const { broker } = live({ ports: [1] })
    const found = await broker.search('127.0.0.1', [7497, 1])
    expect(found.map(({ port, kind, realm }) => [port, kind, realm])).toEqual([
      [7496, 'TWS', 'LIVE'],
      [7497, 'TWS', 'PAPER'],
      [4001, 'IB Gateway', 'LIVE'],
      [4002, 'IB Gateway', 'PAPER'],
      [1, null, 'UNKNOWN'],
    ])
  })

  it('finds a TWS and its version, and takes no client id for it', async () => {
    const peer = await kept(startPeer())
    expect(await foundOn(peer.port)).toEqual({
      ...{ host: '127.0.0.1', port: peer.port, kind: null, realm: 'UNKNOWN' },
      ...{ state: 'open', speaksIb: true, serverVersion: 193, problem: null },
    })
    expect(peer.requests).toEqual([])
  })

  it('disturbs no session that is open', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      await lived.broker.search('127.0.0.1', [peer.port])
      expect(lived.broker.link().state).toBe('connected')
      expect(peer.sessions()).toBe(1)
    })
  })

  it('says that a TWS is too old', async () => {
    const peer = await kept(startPeer({ version: 120 }))
    expect(await foundOn(peer.port)).toMatchObject({
      state: 'open',
      speaksIb: true,
      serverVersion: 120,
      problem: { remedy: 'Update TWS or IB Gateway.' },
    })
  })

  it('finds nothing where nothing listens', async () => {
    const port = await closedPort()
    expect(await foundOn(port)).toMatchObject({
      state: 'closed',
      speaksIb: false,
      serverVersion: null,
      problem: { message: `Nothing listens on 127.0.0.1:${port}.` },
    })
  })

  it('tells a web server from a TWS', async () => {
    const server = createHttpServer((_request, response) => response.end('hello'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    expect(await foundOn(port)).toMatchObject({ state: 'open', speaksIb: false })
    await new Promise((resolve) => server.close(resolve))
  })

  it('does not know what says nothing, or closes at once', async () => {
    const silent = await kept(startStranger(() => undefined))
    const closing = await kept(startStranger((socket) => void socket.end()))
    expect(await foundOn(silent.port)).toMatchObject({
      state: 'open',
      speaksIb: null,
      problem: { remedy: expect.stringContaining('Look for a dialog in TWS') as unknown },
    })
    expect(await foundOn(closing.port)).toMatchObject({
      state: 'open',
      speaksIb: null,
      problem: { remedy: expect.stringContaining('trusted IPs') as unknown },
    })
  })

  it('says that a host is not known', async () => {
    const { broker } = live({ ports: [1] })
    const [first] = await broker.search('no-such-host.invalid', [])
    expect(first).toMatchObject({ state: 'unreachable', speaksIb: null })
    expect(first?.problem?.message).toMatch(/is not known|does not answer/)
  })
})

describe('Another connection', () => {
  const choice = (port: number, clientId = 7) => ({
    ...{ host: '127.0.0.1', ports: [port], clientId, handshakeTimeoutMs: 300 },
    ...{ pollExecutionsMs: 60_000, marketDataLines: 90, marketData: 'delayed-frozen' as const },
  })

  it('is opened at once where the settings say, and the old one is left', async () => {
    const [one, other] = [await kept(startPeer()), await kept(startPeer({ accounts: 'DU7654321' }))]
    await living({ ports: [one.port] }, async (lived) => {
      await lived.reach('connected')
      lived.broker.configure(choice(other.port))
      await lived.until(() => lived.of('session').length === 2, 'the other session')
      expect(lived.broker.link().port).toBe(other.port)
      expect(lived.of('session').map(({ accounts }) => accounts)).toEqual([
        ['DU1234567'],
        ['DU7654321'],
      ])
    })
  })

  it('says nothing of the old one while it is being opened', async () => {
    const peer = await kept(startPeer())
    const nowhere = await closedPort()
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      lived.broker.configure(choice(nowhere))
      await lived.reach('waiting')
      expect(lived.broker.link()).toMatchObject({
        port: nowhere,
        realm: 'UNKNOWN',
        serverVersion: null,
        capabilities: null,
      })
    })
  })

  it('is opened with another client id', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      lived.broker.configure(choice(peer.port, 12))
      await lived.until(() => peer.sessions() === 2, 'the second session')
      const ids = peer.requests.filter(([id]) => id === '71').map((of) => of[2])
      expect(ids).toEqual(['7', '12'])
    })
  })

  it('stays as it is when only the pace or the lines are others', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      lived.broker.configure({ ...choice(peer.port), pollExecutionsMs: 15, marketDataLines: 5 })
      const polls = () => peer.requests.filter(([id]) => id === '7').length
      const before = polls()
      await lived.until(() => polls() > before + 1, 'polls at the new pace')
      expect(peer.sessions()).toBe(1)
    })
  })
})
