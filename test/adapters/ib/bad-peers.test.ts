import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { live, living, type Lived } from './harness.ts'
import { closedPort, executionRow, frame, startPeer, startStranger, type Peer } from './peer.ts'

const peers: Peer[] = []
const kept = async (started: Promise<Peer>): Promise<Peer> => {
  const peer = await started
  peers.push(peer)
  return peer
}
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()))
})

const problemOf = (lived: Lived): string => lived.broker.link().problem?.message ?? ''
const told = (lived: Lived): Promise<void> =>
  lived.until(() => problemOf(lived) !== '', 'a problem')
const GREETING = frame(193, '20261121 10:00:05 EST')

describe('A peer that is no TWS, or a broken one', () => {
  it('is told apart when the port is closed, and the attempt is repeated', async () => {
    const port = await closedPort()
    await living({ ports: [port] }, async (lived) => {
      await told(lived)
      expect(lived.broker.link()).toMatchObject({ state: 'waiting', port, realm: 'UNKNOWN' })
      expect(problemOf(lived)).toBe(`Nothing listens on 127.0.0.1:${port}.`)
      expect(lived.broker.link().problem?.remedy).toContain('Enable ActiveX and Socket Clients')
      const attempts = () => lived.of('link').filter(({ link }) => link.state === 'connecting')
      await lived.until(() => attempts().length >= 3, 'three attempts')
    })
  })

  it('is told apart when an HTTP server answers', async () => {
    const server = createHttpServer((_request, response) => response.end('hello'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    await living({ ports: [port] }, async (lived) => {
      await told(lived)
      expect(problemOf(lived)).toBe(`Something else than TWS answers on 127.0.0.1:${port}.`)
    })
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  it('is told apart when it accepts and stays silent', async () => {
    const { port } = await kept(startStranger(() => undefined))
    await living({ ports: [port] }, async (lived) => {
      await told(lived)
      expect(problemOf(lived)).toContain('accepts the connection but says nothing')
    })
  })

  it('is told apart when it greets and opens no session', async () => {
    const peer = await kept(startPeer())
    peer.answers.delete('71')
    await living({ ports: [peer.port] }, async (lived) => {
      await told(lived)
      expect(problemOf(lived)).toContain('says nothing')
    })
  })

  it('is told apart when it closes without a word', async () => {
    const { port } = await kept(startStranger((socket) => socket.end()))
    await living({ ports: [port] }, async (lived) => {
      await told(lived)
      expect(problemOf(lived)).toContain('closed the connection before a session was open')
      expect(lived.broker.link().problem?.remedy).toContain('trusted IPs')
    })
  })

  it('is told apart when it sends half a frame and closes', async () => {
    const { port } = await kept(startStranger((socket) => socket.end(GREETING.subarray(0, 9))))
    await living({ ports: [port] }, async (lived) => {
      await told(lived)
      expect(problemOf(lived)).toBe('The connection was cut in the middle of a message.')
    })
  })

  it.each([
    ['an absurd', [0x7f, 0xff, 0xff, 0xff, 1, 1]],
    ['a negative', [0xff, 0xff, 0xff, 0xfc, 1, 1]],
  ])('does not wait, nor loop, for ever after %s length', async (_name, bytes) => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      peer.sendRaw(Buffer.from(bytes))
      await lived.until(() => lived.of('session').length === 2, 'a second session')
      const problems = lived.of('link').map(({ link }) => link.problem?.message)
      expect(problems).toContain('TWS announced a message of an impossible length.')
    })
  })

  it('is refused when its server version is too old, with the way out', async () => {
    const peer = await kept(startPeer({ version: 150 }))
    await living({ ports: [peer.port] }, async (lived) => {
      await told(lived)
      expect(problemOf(lived)).toBe('This TWS speaks server version 150; 163 or later is needed.')
      expect(lived.broker.link()).toMatchObject({ state: 'waiting', problem: { code: 503 } })
      expect(lived.of('session')).toEqual([])
    })
  })

  it('is refused when it answers with a version outside of the offer', async () => {
    const peer = await kept(startPeer({ version: 222 }))
    await living({ ports: [peer.port] }, async (lived) => {
      await told(lived)
      expect(lived.broker.link().problem).toMatchObject({ code: 506 })
    })
  })

  it('keeps the client id after 326 and waits at least five seconds', async () => {
    const peer = await kept(startPeer())
    peer.answers.set('71', (reply) => reply(4, 2, -1, 326, 'client id is already in use', ''))
    await living({ ports: [peer.port] }, async (lived) => {
      await told(lived)
      const { problem, retryAt, clientId, since } = lived.broker.link()
      expect(problem).toMatchObject({ code: 326 })
      expect(problem?.message).toBe('Client id 7 is in use by another program.')
      expect((retryAt ?? 0) - since).toBeGreaterThanOrEqual(5_000)
      expect(clientId).toBe(7)
    })
  })

  it('shows the paper trading disclaimer and does not hammer', async () => {
    const peer = await kept(startPeer())
    peer.answers.set('71', (reply) => reply(4, 2, -1, 10141, 'Paper trading disclaimer …', ''))
    await living({ ports: [peer.port] }, async (lived) => {
      await told(lived)
      const { problem, retryAt, since } = lived.broker.link()
      expect(problem).toMatchObject({ code: 10141 })
      expect((retryAt ?? 0) - since).toBeGreaterThanOrEqual(15_000)
    })
  })

  it('drops the link on a message the library cannot read, and loses nothing', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      // Half of the chunk is read: the library throws in the middle of it.
      peer.sendRaw(Buffer.concat([frame(4, 2, 5, 201, 'rejected', 'no json'), frame(49, 1, 1)]))
      await lived.until(() => lived.of('session').length === 2, 'a second session')
      peer.send(...executionRow({ execId: 'a.01' }))
      await lived.until(() => lived.of('execution').length === 1, 'the execution')
      const problems = lived.of('link').map(({ link }) => link.problem?.message ?? '')
      expect(problems.some((text) => text.includes('could not be read'))).toBe(true)
    })
  })

  it('passes over what it does not know, as a notice of drift', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      peer.send(999, 1, 'who knows')
      peer.send(...executionRow({ execId: 'b.01' }))
      await lived.until(() => lived.of('execution').length === 1, 'the execution')
      expect(lived.of('notice').map(({ code }) => code)).toContain(505)
      expect(lived.of('session')).toHaveLength(1)
    })
  })

  it('does nothing before start and nothing after stop', async () => {
    const peer = await kept(startPeer())
    const lived = live({ ports: [peer.port] })
    expect(lived.broker.link()).toMatchObject({ state: 'stopped', retryAt: null })
    lived.broker.start()
    await lived.reach('connected')
    await lived.broker.stop()
    const count = lived.events.length
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(lived.broker.link().state).toBe('stopped')
    expect(lived.events).toHaveLength(count)
    expect(peer.sessions()).toBe(1)
  })
})
