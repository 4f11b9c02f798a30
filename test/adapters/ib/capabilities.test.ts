import { afterEach, describe, expect, it } from 'vitest'
import { living } from './harness.ts'
import { executionRow, startPeer, type Peer } from './peer.ts'

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

  it('is asked for the shares of an advisor’s order soon, and stays the master', async () => {
    const peer = await kept(startPeer({ accounts: 'DU1,DU2,' }))
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      peer.send(...executionRow({ execId: 'foreign.01', clientId: 3, account: 'DU1' }))
      const seen = () => lived.broker.link().capabilities?.executions
      await lived.until(() => seen() === 'master', 'the master')
      const before = asked(peer, '7')
      const order = { clientId: 3, permId: 815 }
      const whole = { ...order, execId: 'whole.01', account: 'DF9', shares: 100 }
      peer.answers.set('7', (reply, request) => {
        const share = { ...order, execId: 'share.01', account: 'DU2', shares: 40 }
        reply(...executionRow({ ...share, requestId: request[2] ?? '' }))
        reply(...executionRow({ ...whole, requestId: request[2] ?? '' }))
        reply(55, 1, request[2] ?? '')
      })
      peer.send(...executionRow(whole))
      const isTold = () =>
        lived.of('execution').some(({ execution }) => execution.account === 'DU2')
      await lived.until(isTold, 'what the account got')
      expect(asked(peer, '7')).toBe(before + 1)
      // Longer than an execution found by a poll may still come by itself.
      await new Promise((resolve) => setTimeout(resolve, 3_500))
      expect(seen()).toBe('master')
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
})
