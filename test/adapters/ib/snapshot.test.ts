import { afterEach, describe, expect, it } from 'vitest'
import { accountId, conId } from '#shared/ids.ts'
import { living, type Lived } from './harness.ts'
import { executionRow, positionRow, startPeer, type Peer } from './peer.ts'

const ACCOUNT = accountId('DU1234567')
const AAPL = conId(265598)
const MSFT = conId(272093)

const peers: Peer[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()))
})

/** A TWS that holds two stocks and answers `executions` on request. */
async function trading(executions: readonly string[] = []): Promise<Peer> {
  const peer = await startPeer()
  peers.push(peer)
  peer.answers.set('61', (reply) => {
    reply(...positionRow(100))
    reply(...positionRow(50, { conId: MSFT }))
    reply(62, 1)
  })
  peer.answers.set('7', (reply, request) => {
    const requestId = request[2] ?? ''
    for (const execId of executions) reply(...executionRow({ execId, requestId }))
    reply(55, 1, requestId)
  })
  return peer
}

const connected = (peer: Peer, test: (lived: Lived) => Promise<void>): Promise<void> =>
  living({ ports: [peer.port], pollExecutionsMs: 60_000 }, async (lived) => {
    await lived.reach('connected')
    await test(lived)
  })

describe('A snapshot', () => {
  it('has the positions and the highest revision of every execution', async () => {
    const peer = await trading(['1.01', '1.02', '2.01'])
    await connected(peer, async (lived) => {
      const taken = await lived.broker.snapshot(ACCOUNT)
      if (!taken.ok) throw new Error(taken.error)
      const { positions, executions, inFlight } = taken.value
      expect(positions.map((one) => [one.conId, one.quantity.toFixed()])).toEqual([
        [AAPL, '100'],
        [MSFT, '50'],
      ])
      expect(executions.map(({ execId }) => execId)).toEqual(['1.02', '2.01'])
      expect([...inFlight]).toEqual([])
    })
  })

  it('has no positions of another account', async () => {
    const peer = await trading()
    await connected(peer, async (lived) => {
      const taken = await lived.broker.snapshot(accountId('DU7654321'))
      expect(taken.ok && taken.value.positions).toEqual([])
    })
  })

  it('is tried again until an instrument that trades is quiet', async () => {
    const peer = await trading()
    await connected(peer, async (lived) => {
      const taking = lived.broker.snapshot(ACCOUNT)
      peer.send(...executionRow({ execId: 'live.01' }))
      const taken = await taking
      expect(taken.ok && [...taken.value.inFlight]).toEqual([])
      // Once for the connect, twice for each of two attempts.
      expect(peer.requests.filter(([id]) => id === '61')).toHaveLength(5)
    })
  })

  it('marks the instrument that never rests, and settles the others', async () => {
    const peer = await trading()
    let size = 100
    await connected(peer, async (lived) => {
      peer.answers.set('61', (reply) => {
        size += 1
        reply(...positionRow(size))
        reply(...positionRow(50, { conId: MSFT }))
        reply(62, 1)
      })
      const taken = await lived.broker.snapshot(ACCOUNT)
      expect(taken.ok && [...taken.value.inFlight]).toEqual([AAPL])
    })
  })

  it('is never quiet when nothing is', async () => {
    const peer = await trading()
    let size = 100
    await connected(peer, async (lived) => {
      peer.answers.set('61', (reply) => {
        size += 1
        reply(...positionRow(size))
        reply(62, 1)
      })
      expect(await lived.broker.snapshot(ACCOUNT)).toEqual({ ok: false, error: 'never-quiet' })
    })
  })

  it('is unknown, not flat, when the end of the positions does not come', async () => {
    const peer = await trading()
    await connected(peer, async (lived) => {
      peer.answers.delete('61')
      const before = lived.of('position').length
      expect(await lived.broker.snapshot(ACCOUNT)).toEqual({ ok: false, error: 'timeout' })
      expect(lived.of('position')).toHaveLength(before)
    })
  })

  it('cannot be had without a session', async () => {
    const peer = await trading()
    await connected(peer, async (lived) => {
      await lived.broker.stop()
      expect(await lived.broker.snapshot(ACCOUNT)).toEqual({ ok: false, error: 'not-connected' })
    })
  })

  it('takes the later of two positions of one instrument, and says so in the log', async () => {
    const peer = await trading()
    await connected(peer, async (lived) => {
      peer.answers.set('61', (reply) => {
        reply(...positionRow(100))
        reply(...positionRow(70))
        reply(62, 1)
      })
      const taken = await lived.broker.snapshot(ACCOUNT)
      expect(taken.ok && taken.value.positions.map((one) => one.quantity.toFixed())).toEqual(['70'])
      expect(lived.lines.some((line) => line.includes('two positions of one instrument'))).toBe(
        true,
      )
    })
  })
})
