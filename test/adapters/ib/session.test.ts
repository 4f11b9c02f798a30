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
  it('keeps the socket on 1100 and catches up on 1102, without asking for prices again', async () => {
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

describe('What TWS allows', () => {
  it('is read-only after 321, and order queries stop hanging and stop', async () => {
    const peer = await kept(startPeer())
    const refusal = "Error validating request.-'bO' : cause - The API interface is currently in "
    for (const id of ['5', '16', '99']) {
      peer.answers.set(id, (reply) => {
        reply(4, 2, 2147483647, 321, `${refusal}Read-Only mode.`, '')
      })
    }
    await living({ ports: [peer.port], requestTimeoutMs: 2_000 }, async (lived) => {
      await lived.reach('connected')
      expect(lived.of('caught-up')).toEqual([{ kind: 'caught-up', missing: [] }])
      const { capabilities } = lived.broker.link()
      expect(capabilities).toMatchObject({ readOnly: true, orders: false, executions: 'polling' })
      expect(capabilities?.sentence).toContain('read-only')
      peer.send(4, 2, -1, 1102, 'Connectivity restored, data maintained.', '')
      await lived.until(() => lived.of('caught-up').length === 2, 'the second catch-up')
      expect(asked(peer, '5')).toBe(1)
    })
  })

  it('is known to be the master once an execution of another client comes by itself', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      const seen = () => lived.broker.link().capabilities?.executions
      expect(seen()).toBe('polling')
      peer.send(...executionRow({ execId: 'own.01', clientId: 7 }))
      await lived.until(() => lived.of('execution').length === 1, 'our own execution')
      expect(seen()).toBe('polling')
      peer.send(...executionRow({ execId: 'foreign.01', clientId: 3 }))
      await lived.until(() => seen() === 'master', 'the master')
      const sentence = lived.broker.link().capabilities?.sentence
      expect(sentence).toBe('Executions of all API clients and of TWS arrive at once.')
    })
  })

  it('is polled otherwise, and says how to change that', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port], pollExecutionsMs: 30 }, async (lived) => {
      await lived.reach('connected')
      expect(lived.broker.link().capabilities?.sentence).toContain('set Master Client ID to 7')
      peer.answers.set('7', (reply, request) => {
        reply(...executionRow({ execId: 'p.01', clientId: 3, requestId: request[2] ?? '' }))
        reply(55, 1, request[2] ?? '')
      })
      await lived.until(() => lived.of('execution').length === 1, 'the polled execution')
      // From now on only what is newer than a minute before the newest is asked for.
      const isNarrow = () => peer.requests.some((of) => of[0] === '7' && of[5] !== '')
      await lived.until(isNarrow, 'a narrow poll')
      expect(peer.requests.find((of) => of[0] === '7' && of[5] !== '')?.[5]).toBe(
        '20261120-14:59:05',
      )
    })
  })

  it('is asked for everything when it does not understand the time of a poll', async () => {
    const peer = await kept(startPeer())
    peer.answers.set('7', (reply, request) => {
      if (request[5] === '') {
        reply(...executionRow({ execId: 'p.01', clientId: 3, requestId: request[2] ?? '' }))
      }
      reply(55, 1, request[2] ?? '')
    })
    await living({ ports: [peer.port], pollExecutionsMs: 20 }, async (lived) => {
      await lived.reach('connected')
      await lived.until(() => asked(peer, '7') > 8, 'some polls')
      const polls = peer.requests.filter(([id]) => id === '7').map((of) => of[5])
      expect(polls.filter((time) => time !== '')).toHaveLength(1)
    })
  })

  it('reports why an order was refused or cancelled, joined to its permanent id', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      peer.send(3, 12, 'Cancelled', 0, 100, 0, 4711, 0, 0, 7, '', 0)
      peer.send(4, 2, 12, 202, 'Order Canceled - reason:', '')
      await lived.until(() => lived.of('order').length === 2, 'the reason')
      expect(lived.of('order').map(({ report }) => report)).toMatchObject([
        { permId: 4711, orderId: 12, clientId: 7, status: 'Cancelled', filled: { s: 1 } },
        { permId: 4711, orderId: 12, status: null, reason: '202: Order Canceled - reason:' },
      ])
    })
  })

  it('never passes over an execution it cannot read', async () => {
    const peer = await kept(startPeer())
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      peer.send(...executionRow({ execId: 'x.01', time: 'yesterday' }))
      await lived.until(() => lived.of('notice').length === 1, 'the notice')
      expect(lived.of('notice')[0]?.message).toContain('Execution x.01 of AAPL could not be read')
      expect(lived.of('execution')).toEqual([])
      expect(lived.lines.some((line) => line.startsWith('error'))).toBe(true)
    })
  })

  it('describes an instrument once for all who ask, and never a combination', async () => {
    const peer = await kept(startPeer())
    peer.answers.set('9', (reply, request) => {
      const details = ['AAPL', 'STK', '', '', '0', '', 'SMART', 'USD', 'AAPL', 'NMS', 'NMS']
      const rules = ['265598', '0.01', '', 'LMT', 'SMART', '1', '0', 'APPLE INC', 'NASDAQ']
      const rest = [...Array.from({ length: 8 }, () => ''), '', '0', '1', '', '', '26', '']
      reply(10, request[2] ?? '', ...details, ...rules, ...rest, 'COMMON', '1', '1', '100', '0')
      reply(52, 1, request[2] ?? '')
    })
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      const bag = executionRow({ execId: 'bag.01', conId: 28812380, secType: 'BAG' })
      peer.send(...bag)
      await lived.until(() => lived.of('execution').length === 1, 'the combination')
      const [one, other] = await Promise.all([
        lived.broker.describe(265598 as never),
        lived.broker.describe(265598 as never),
      ])
      expect(one).toBe(other)
      expect(one).toMatchObject({ ok: true, value: { longName: 'APPLE INC', priceMagnifier: 1 } })
      expect(await lived.broker.describe(28812380 as never)).toEqual({
        ok: false,
        error: 'unknown',
      })
      expect(asked(peer, '9')).toBe(1)
    })
  })

  it('says when nothing is known of an instrument, or nothing is answered', async () => {
    const peer = await kept(startPeer())
    peer.answers.set('9', (reply, request) => {
      if (request[3] === '1') reply(4, 2, request[2] ?? '', 200, 'No security definition', '')
    })
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      expect(await lived.broker.describe(1 as never)).toEqual({ ok: false, error: 'unknown' })
      expect(await lived.broker.describe(2 as never)).toEqual({ ok: false, error: 'timeout' })
    })
  })
})
