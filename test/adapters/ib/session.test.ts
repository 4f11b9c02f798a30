import { afterEach, describe, expect, it } from 'vitest'
import { living } from './harness.ts'
import {
  closedPort,
  executionRow,
  positionRow,
  startPeer,
  startStranger,
  type Peer,
} from './peer.ts'

const peers: Peer[] = []
const kept = async (started: Promise<Peer>): Promise<Peer> => {
  const peer = await started
  peers.push(peer)
  return peer
}
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()))
})

const asked = (peer: Peer, id: string): number =>
  peer.requests.filter(([first]) => first === id).length

describe('A session', () => {
  it('begins with its accounts, before anything else of it', async () => {
    const peer = await kept(startPeer({ accounts: 'DU1234567,' }))
    peer.answers.set('61', (reply) => {
      reply(...positionRow(100))
      reply(62, 1)
    })
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      const kinds = lived.events.map(({ kind }) => kind).filter((kind) => kind !== 'link')
      expect(kinds[0]).toBe('session')
      expect(lived.of('session')).toEqual([{ kind: 'session', accounts: ['DU1234567'] }])
      expect(lived.of('caught-up')).toEqual([{ kind: 'caught-up', missing: [] }])
      expect(lived.of('position')[0]?.position).toMatchObject({ conId: 265598 })
      expect(lived.broker.link()).toMatchObject({ realm: 'PAPER', serverVersion: 193 })
    })
  })

  it('asks for the whole book on every connect', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      peer.drop()
      await lived.until(() => lived.of('caught-up').length === 2, 'the second catch-up')
      for (const id of ['61', '6', '5', '99']) expect(asked(peer, id), id).toBe(2)
      expect(lived.of('session')).toHaveLength(2)
    })
  })

  it('tells an execution again in a new session, and once only within one', async () => {
    const peer = await kept(startPeer())
    peer.answers.set('7', (reply, request) => {
      reply(...executionRow({ execId: 'a.01', requestId: request[2] ?? '' }))
      reply(59, 1, 'a.01', '1.05', 'USD', '1.7976931348623157E308', '', '')
      reply(55, 1, request[2] ?? '')
    })
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      await lived.until(() => asked(peer, '7') > 4, 'some polls')
      expect(lived.of('execution')).toHaveLength(1)
      expect(lived.of('commission')).toHaveLength(1)
      expect(lived.of('commission')[0]?.report).toMatchObject({ realizedPnl: null })
      peer.drop()
      await lived.until(() => lived.of('execution').length === 2, 'the second telling')
    })
  })

  it('tells what was closed while nobody was connected', async () => {
    const peer = await kept(startPeer())
    peer.answers.set('61', (reply) => {
      reply(...positionRow(100))
      reply(62, 1)
    })
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      peer.answers.set('61', (reply) => reply(62, 1))
      peer.drop()
      await lived.until(() => lived.of('position').length === 2, 'the closing')
      expect(lived.of('position')[1]?.position.quantity.toFixed()).toBe('0')
    })
  })

  it('names what did not answer, after asking for it twice, and goes on', async () => {
    const peer = await kept(startPeer())
    peer.answers.set('7', () => undefined)
    peer.answers.set('99', () => undefined)
    await living({ ports: [peer.port], pollExecutionsMs: 60_000 }, async (lived) => {
      await lived.reach('connected')
      expect(lived.of('caught-up')).toEqual([
        { kind: 'caught-up', missing: ['executions', 'completed orders'] },
      ])
      expect(asked(peer, '7')).toBe(2)
      expect(asked(peer, '99')).toBe(2)
    })
  })

  it('names what was refused, and does not ask for it again', async () => {
    const peer = await kept(startPeer())
    peer.answers.set('7', (reply, request) => {
      reply(4, 2, request[2] ?? '', 321, "Error validating request.-'bW' : cause - no", '')
    })
    await living({ ports: [peer.port], pollExecutionsMs: 60_000 }, async (lived) => {
      await lived.reach('connected')
      expect(lived.of('caught-up')).toEqual([{ kind: 'caught-up', missing: ['executions'] }])
      expect(asked(peer, '7')).toBe(1)
    })
  })

  it('finds the TWS among several ports, past a closed one and a stranger', async () => {
    const closed = await closedPort()
    const stranger = await kept(startStranger((socket) => socket.write('HTTP/1.1 400 Bad\r\n\r\n')))
    const peer = await kept(startPeer())
    await living({ ports: [closed, stranger.port, peer.port] }, async (lived) => {
      await lived.reach('connected')
      expect(lived.broker.link().port).toBe(peer.port)
      expect(lived.of('link').some(({ link }) => link.state === 'searching')).toBe(true)
      peer.drop()
      await lived.until(() => lived.of('session').length === 2, 'the second session')
      expect(lived.broker.link().port).toBe(peer.port)
    })
  })

  it('says that no port answers when none does', async () => {
    const ports = [await closedPort(), await closedPort()]
    await living({ ports }, async (lived) => {
      await lived.reach('waiting')
      const message = `No TWS or IB Gateway listens on 127.0.0.1 (ports ${ports.join(', ')}).`
      expect(lived.broker.link().problem?.message).toBe(message)
    })
  })

  it('is connected anew on demand, and says why', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      lived.broker.reconnect('the queue was full')
      await lived.until(() => lived.of('caught-up').length === 2, 'the second catch-up')
      const problems = lived.of('link').map(({ link }) => link.problem?.message ?? '')
      expect(problems.some((text) => text.includes('the queue was full'))).toBe(true)
    })
  })

  it('ends when an open socket goes silent', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port], heartbeatMs: 20, staleAfterMs: 60 }, async (lived) => {
      await lived.reach('connected')
      peer.answers.delete('49')
      peer.answers.delete('7')
      await lived.until(() => lived.of('session').length >= 2, 'another session')
      const problems = lived.of('link').map(({ link }) => link.problem?.message ?? '')
      expect(problems.some((text) => text.includes('although the connection is open'))).toBe(true)
    })
  })
})

describe("The news of TWS's own connection", () => {
  it('keeps the socket on 1100 and catches up on 1102, prices going on', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      peer.send(4, 2, -1, 1100, 'Connectivity between IB and TWS has been lost.', '')
      await lived.reach('broker-lost')
      expect(lived.broker.link().problem).toMatchObject({ code: 1100 })
      peer.send(4, 2, -1, 1102, 'Connectivity restored, data maintained.', '')
      await lived.reach('connected')
      expect(lived.broker.link().problem).toBeNull()
      expect(lived.of('caught-up')).toHaveLength(2)
      expect(peer.sessions()).toBe(1)
      expect(asked(peer, '59')).toBe(1)
    })
  })

  it('asks for everything again on 1101', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      peer.send(4, 2, -1, 1101, 'Connectivity restored, data lost.', '')
      await lived.until(() => lived.of('caught-up').length === 2, 'the catch-up')
      await lived.until(() => asked(peer, '59') === 2, 'the subscriptions')
      expect(asked(peer, '6')).toBe(2)
    })
  })

  it('does not drop the socket for a lost data farm', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      peer.send(4, 2, -1, 2103, 'Market data farm connection is broken:usfarm', '')
      peer.send(4, 2, -1, 2106, 'HMDS data farm connection is OK:ushmds', '')
      await lived.until(() => lived.of('notice').length === 1, 'the notice')
      expect(lived.of('notice')[0]).toMatchObject({ code: 2103 })
      expect(lived.broker.link().state).toBe('connected')
    })
  })

  it('follows TWS to the port that 1300 names', async () => {
    const moved = await kept(startPeer())
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      const text = 'Socket port has been reset. Please reconnect on the new port -'
      peer.send(4, 2, -1, 1300, `${text} ${moved.port}`, '')
      await lived.until(() => moved.sessions() === 1, 'a session on the new port')
      await lived.reach('connected')
      expect(lived.broker.link().port).toBe(moved.port)
    })
  })
})
