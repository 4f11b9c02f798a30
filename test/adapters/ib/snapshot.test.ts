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

  it('says how far the clock of TWS is ahead of ours, as soon as a session is open', async () => {
    const peer = await trading()
    const behind = Math.floor(Date.now() / 1000) - 300
    peer.answers.set('49', (reply) => reply(49, 1, behind))
    await connected(peer, async (lived) => {
      const taken = await lived.broker.snapshot(ACCOUNT)
      if (!taken.ok) throw new Error(taken.error)
      expect(taken.value.clockAheadMs).toBeGreaterThan(-302_000)
      expect(taken.value.clockAheadMs).toBeLessThan(-298_000)
    })
  })

  it('knows no difference of the clocks while TWS has not told its time', async () => {
    const peer = await trading()
    peer.answers.delete('49')
    await connected(peer, async (lived) => {
      const taken = await lived.broker.snapshot(ACCOUNT)
      if (!taken.ok) throw new Error(taken.error)
      expect(taken.value.clockAheadMs).toBeNull()
    })
  })

  it('asks only for what was executed just now, for the whole day if unclear', async () => {
    const peer = await trading(['1.01'])
    await connected(peer, async (lived) => {
      const asked = () => peer.requests.filter(([id]) => id === '7').map((of) => of[5])
      await lived.broker.snapshot(ACCOUNT)
      expect(asked()).toEqual(['', expect.stringMatching(/^2026112\d.\d{2}:\d{2}:\d{2}/)])
      peer.answers.set('7', (reply, request) => reply(55, 1, request[2] ?? ''))
      await lived.broker.snapshot(ACCOUNT)
      expect(asked().slice(2)).toEqual([asked()[1], ''])
      await lived.broker.snapshot(ACCOUNT, 'whole day')
      expect(asked().slice(4)).toEqual([''])
    })
  })

  it('has no positions of another account', async () => {
    const peer = await trading()
    await connected(peer, async (lived) => {
      const taken = await lived.broker.snapshot(accountId('DU7654321'))
      expect(taken.ok && taken.value.positions).toEqual([])
    })
  })

  it('marks an instrument that trades meanwhile, and no other', async () => {
    const peer = await trading()
    await connected(peer, async (lived) => {
      const taking = lived.broker.snapshot(ACCOUNT)
      peer.send(...executionRow({ execId: 'live.01' }))
      const taken = await taking
      expect(taken.ok && [...taken.value.inFlight]).toEqual([AAPL])
      const again = await lived.broker.snapshot(ACCOUNT)
      expect(again.ok && [...again.value.inFlight]).toEqual([])
    })
  })

  it('marks an instrument that traded just before: its position may follow late', async () => {
    const peer = await trading()
    await connected(peer, async (lived) => {
      const before = lived.of('execution').length
      peer.send(...executionRow({ execId: 'live.01' }))
      await lived.until(() => lived.of('execution').length > before, 'the execution')
      const taken = await lived.broker.snapshot(ACCOUNT)
      expect(taken.ok && [...taken.value.inFlight]).toEqual([AAPL])
    })
  })

  it('marks the instrument whose position changes, and settles the others', async () => {
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

  it('is taken once for everybody who asks at the same time', async () => {
    const peer = await trading()
    await connected(peer, async (lived) => {
      const { broker } = lived
      const [one, other] = await Promise.all([broker.snapshot(ACCOUNT), broker.snapshot(ACCOUNT)])
      expect(one).toBe(other)
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

  it('does not rely on an instrument told twice and differently', async () => {
    const peer = await trading()
    await connected(peer, async (lived) => {
      peer.answers.set('61', (reply) => {
        reply(...positionRow(100))
        reply(...positionRow(50, { conId: MSFT }))
        reply(...positionRow(70))
        reply(62, 1)
      })
      const taken = await lived.broker.snapshot(ACCOUNT)
      if (!taken.ok) throw new Error(taken.error)
      expect([[...taken.value.contradicted], [...taken.value.inFlight]]).toEqual([[AAPL], []])
      expect(taken.value.positions.map((row) => row.conId)).toEqual([AAPL, MSFT])
    })
  })
})
