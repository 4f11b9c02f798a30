import { afterEach, describe, expect, it } from 'vitest'
import { conId } from '#shared/ids.ts'
import type { Instrument, SecType } from '#shared/instrument.ts'
import { D } from '#shared/money.ts'
import { living, type Lived } from './harness.ts'
import { startPeer, type Peer } from './peer.ts'

const peers: Peer[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()))
})

const instrument = (id: number, secType: SecType = 'STK', exchange = 'NASDAQ'): Instrument => ({
  conId: conId(id),
  symbol: `S${id}`,
  localSymbol: `S${id}`,
  secType,
  currency: 'USD',
  exchange,
  primaryExchange: '',
  tradingClass: '',
  multiplier: new D(1),
  priceMagnifier: null,
  minTick: null,
  expiry: null,
  strike: null,
  right: null,
  longName: null,
})

async function watching(
  settings: { marketDataLines?: number },
  test: (lived: Lived, peer: Peer) => Promise<void>,
): Promise<void> {
  const peer = await startPeer()
  peers.push(peer)
  await living({ ports: [peer.port], pollExecutionsMs: 60_000, ...settings }, async (lived) => {
    await lived.reach('connected')
    await test(lived, peer)
  })
}

const opened = (peer: Peer) => peer.requests.filter(([id]) => id === '1')
const closed = (peer: Peer) => peer.requests.filter(([id]) => id === '2')
const conIdsOf = (requests: readonly (readonly string[])[]) => requests.map((of) => Number(of[3]))
const lineOf = (peer: Peer, id: number) => opened(peer).findLast((of) => of[3] === String(id))![2]!

describe('Prices', () => {
  it('are asked for within the lines there are, the most important first', async () => {
    await watching({ marketDataLines: 2 }, async (lived, peer) => {
      lived.broker.watch([instrument(1), instrument(2), instrument(3)])
      await lived.until(() => opened(peer).length === 2, 'two lines')
      expect(conIdsOf(opened(peer))).toEqual([1, 2])
      lived.broker.watch([instrument(3), instrument(2)])
      await lived.until(() => opened(peer).length === 3, 'the third')
      expect(conIdsOf(opened(peer))).toEqual([1, 2, 3])
      expect(closed(peer)).toHaveLength(1)
    })
  })

  it('are routed by SMART for stocks, and by their own exchange for futures', async () => {
    await watching({}, async (lived, peer) => {
      lived.broker.watch([instrument(1), instrument(2, 'FUT', 'CME'), instrument(3, 'CASH', '')])
      await lived.until(() => opened(peer).length === 3, 'three lines')
      expect(opened(peer).map((of) => of[10])).toEqual(['SMART', 'CME', 'IDEALPRO'])
    })
  })

  it('say whether they are live, frozen or delayed', async () => {
    await watching({}, async (lived, peer) => {
      lived.broker.watch([instrument(1), instrument(2)])
      await lived.until(() => opened(peer).length === 2, 'two lines')
      peer.send(1, 6, lineOf(peer, 1), 4, '201.5', '100', 0)
      peer.send(58, 1, lineOf(peer, 2), 3)
      peer.send(1, 6, lineOf(peer, 2), 68, '17.25', '100', 0)
      await lived.until(() => lived.of('price').length === 2, 'two prices')
      const told = lived.of('price').map(({ quote }) => [quote.price.toFixed(), quote.source])
      expect(told).toEqual([
        ['201.5', 'live'],
        ['17.25', 'delayed'],
      ])
    })
  })

  it('are the last trade, else the mark, else the close, which is never live', async () => {
    await watching({}, async (lived, peer) => {
      lived.broker.watch([instrument(1)])
      await lived.until(() => opened(peer).length === 1, 'the line')
      const line = lineOf(peer, 1)
      peer.send(1, 6, line, 9, '9.00', '0', 0)
      peer.send(1, 6, line, 37, '9.50', '0', 0)
      peer.send(1, 6, line, 4, '-1', '0', 0)
      peer.send(1, 6, line, 4, '9.75', '100', 0)
      await lived.until(() => lived.of('price').length === 3, 'three prices')
      const told = lived.of('price').map(({ quote }) => [quote.price.toFixed(), quote.source])
      expect(told).toEqual([
        ['9', 'frozen'],
        ['9.5', 'live'],
        ['9.75', 'live'],
      ])
    })
  })

  it('of a currency pair lie between bid and ask', async () => {
    await watching({}, async (lived, peer) => {
      lived.broker.watch([instrument(1, 'CASH', 'IDEALPRO')])
      await lived.until(() => opened(peer).length === 1, 'the line')
      peer.send(1, 6, lineOf(peer, 1), 1, '1.0851', '1', 0)
      peer.send(1, 6, lineOf(peer, 1), 2, '1.0853', '1', 0)
      await lived.until(() => lived.of('price').length === 1, 'the price')
      expect(lived.of('price')[0]?.quote.price.toFixed()).toBe('1.0852')
    })
  })

  it('leave the line to the next when not subscribed, and say so once in the log', async () => {
    await watching({ marketDataLines: 1 }, async (lived, peer) => {
      peer.answers.set('1', (reply, request) => {
        if (request[3] === '1') reply(4, 2, request[2]!, 354, 'Not subscribed', '')
      })
      lived.broker.watch([instrument(1), instrument(2)])
      await lived.until(() => opened(peer).length === 2, 'the next line')
      lived.broker.watch([instrument(1), instrument(2)])
      await lived.until(() => lived.lines.some((line) => line.includes('"code":354')))
      expect(conIdsOf(opened(peer))).toEqual([1, 2])
      expect(lived.lines.filter((line) => line.includes('"code":354'))).toHaveLength(1)
    })
  })

  it('flow on after an advisory message', async () => {
    await watching({}, async (lived, peer) => {
      lived.broker.watch([instrument(1)])
      await lived.until(() => opened(peer).length === 1, 'the line')
      peer.send(4, 2, lineOf(peer, 1), 10167, 'Displaying delayed market data.', '')
      peer.send(1, 6, lineOf(peer, 1), 68, '5', '1', 0)
      await lived.until(() => lived.of('price').length === 1, 'the price')
    })
  })

  it('keep to fewer lines when TWS has no more of them', async () => {
    await watching({}, async (lived, peer) => {
      peer.answers.set('1', (reply, request) => {
        if (request[3] === '3') reply(4, 2, request[2]!, 101, 'Max number of tickers', '')
      })
      lived.broker.watch([instrument(1), instrument(2), instrument(3), instrument(4)])
      await lived.until(() => closed(peer).length > 0 || opened(peer).length >= 4, 'the lines')
      await lived.until(() => lived.lines.some((line) => line.includes('"code":101')))
    })
  })

  it('are asked for again when a farm comes back, and in a new session', async () => {
    await watching({}, async (lived, peer) => {
      lived.broker.watch([instrument(1)])
      await lived.until(() => opened(peer).length === 1, 'the line')
      peer.send(4, 2, -1, 2103, 'Market data farm connection is broken:usfarm', '')
      peer.send(4, 2, -1, 2104, 'Market data farm connection is OK:usfarm', '')
      await lived.until(() => opened(peer).length === 2, 'the line again')
      expect(closed(peer)).toHaveLength(1)
      peer.drop()
      await lived.until(() => opened(peer).length === 3, 'the line in the new session')
      expect(closed(peer)).toHaveLength(1)
    })
  })
})
