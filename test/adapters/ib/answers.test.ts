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

describe('What TWS answers', () => {
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
