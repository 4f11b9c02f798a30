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
  settings: { marketDataLines?: number; lineHoldMs?: number },
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

  it.each([
    ['no price', '-1'],
    ['nothing', '0'],
    ['no number', 'NaN'],
    ['a number that is not set', '1.7976931348623157E308'],
    ['the largest integer', '9223372036854775807'],
  ])('stay unknown when TWS says %s', async (_, said) => {
    await watching({}, async (lived, peer) => {
      lived.broker.watch([instrument(1)])
      await lived.until(() => opened(peer).length === 1, 'the line')
      for (const type of [1, 2, 4, 9, 37]) peer.send(1, 6, lineOf(peer, 1), type, said, '0', 0)
      peer.send(1, 6, lineOf(peer, 1), 4, '7.5', '1', 0)
      await lived.until(() => lived.of('price').length > 0, 'the price after them')
      expect(lived.of('price').map(({ quote }) => quote.price.toFixed())).toEqual(['7.5'])
    })
  })

  it('go to what is seen first, with three lines for ten holdings', async () => {
    await watching({ marketDataLines: 3, lineHoldMs: 30 }, async (lived, peer) => {
      const held = Array.from({ length: 10 }, (_, index) => instrument(index + 1))
      const seen = new Set([conId(8), conId(9)])
      lived.broker.watch([held[7]!, held[8]!, ...held], seen)
      await lived.until(() => opened(peer).length === 3, 'three lines')
      expect(conIdsOf(opened(peer))).toEqual([8, 9, 1])
      lived.broker.watch([held[9]!, held[8]!, ...held], new Set([conId(10), conId(9)]))
      await lived.until(() => opened(peer).length === 4, 'the row scrolled to')
      expect([conIdsOf(opened(peer)).at(-1), closed(peer).length]).toEqual([10, 1])
    })
  })

  it('are asked for in the kind that is set, and anew when that is changed', async () => {
    await watching({}, async (lived, peer) => {
      const kinds = () => peer.requests.filter(([id]) => id === '59').map((of) => of[2])
      lived.broker.watch([instrument(1)])
      await lived.until(() => opened(peer).length === 1, 'the line')
      const choice = { host: '127.0.0.1', ports: [peer.port], clientId: 7 }
      lived.broker.configure({
        ...{ ...choice, handshakeTimeoutMs: 300, pollExecutionsMs: 60_000 },
        ...{ marketDataLines: 90, marketData: 'delayed' },
      })
      await lived.until(() => opened(peer).length === 2, 'the line anew')
      expect([kinds(), closed(peer).length]).toEqual([['4', '3'], 1])
    })
  })

  it('that do not come are told in words, once and together', async () => {
    await watching({}, async (lived, peer) => {
      peer.answers.set('1', (reply, request) => reply(4, 2, request[2]!, 354, 'Not subscribed', ''))
      lived.broker.watch([1, 2, 3, 4, 5, 6, 7].map((id) => instrument(id)))
      const said = () => lived.of('notice').filter(({ code }) => code === 354)
      const names = 'S1, S2, S3, S4, S5 and 2 more'
      await lived.until(() => said().length > 0, 'the notice')
      expect(said()).toEqual([
        {
          kind: 'notice',
          code: 354,
          message: `No prices of ${names}, because nobody has subscribed to this data.`,
          remedy: expect.stringContaining('own mark is shown instead') as unknown,
        },
      ])
    })
  })

  it('that come delayed are told in words, too', async () => {
    await watching({}, async (lived, peer) => {
      lived.broker.watch([instrument(1)])
      await lived.until(() => opened(peer).length === 1, 'the line')
      peer.send(4, 2, lineOf(peer, 1), 10167, 'Displaying delayed market data.', '')
      const said = () => lived.of('notice').filter(({ code }) => code === 10167)
      await lived.until(() => said().length > 0, 'the notice')
      expect(said()[0]?.message).toBe(
        'Prices of S1 come delayed: nobody has subscribed to the live ones.',
      )
    })
  })
})

/** Whether each instrument's price was last said to be what the market says. */
const upOf = (lived: Lived) =>
  Object.fromEntries(lived.of('price-line').map(({ conId: id, isUp }) => [id, isUp]))
const FARM = (code: number, name: string) =>
  [4, 2, -1, code, `Market data farm:${name}`, ''] as const

/** Two lines, each with a price. */
const priced = (test: (lived: Lived, peer: Peer) => Promise<void>): Promise<void> =>
  watching({}, async (lived, peer) => {
    lived.broker.watch([instrument(1), instrument(2)])
    await lived.until(() => opened(peer).length === 2, 'two lines')
    for (const id of [1, 2]) peer.send(1, 6, lineOf(peer, id), 4, '5', '1', 0)
    await lived.until(() => lived.of('price').length === 2, 'two prices')
    expect(upOf(lived)).toEqual({ 1: true, 2: true })
    await test(lived, peer)
  })

describe('A line', () => {
  it('is down while its farm may be, until it moves; a silent one is asked for again', async () => {
    await priced(async (lived, peer) => {
      peer.send(...FARM(2103, 'usfarm'))
      await lived.until(() => upOf(lived)[1] === false && upOf(lived)[2] === false, 'doubt')
      peer.send(1, 6, lineOf(peer, 1), 4, '5.5', '1', 0)
      await lived.until(() => upOf(lived)[1] === true, 'the line that lives')
      peer.send(...FARM(2104, 'usfarm'))
      await lived.until(() => opened(peer).length === 3, 'the silent line again')
      peer.send(1, 6, lineOf(peer, 2), 4, '5', '1', 0)
      await lived.until(() => upOf(lived)[2] === true, 'the other line')
      expect([conIdsOf(opened(peer)), closed(peer).length]).toEqual([[1, 2, 2], 1])
    })
  })

  it('is not touched by farms of history and of contracts', async () => {
    await priced(async (lived, peer) => {
      const before = lived.of('price-line').length
      for (const code of [2105, 2157, 2106, 2158, 2104]) peer.send(...FARM(code, 'other'))
      peer.send(1, 6, lineOf(peer, 1), 4, '6', '1', 0)
      await lived.until(() => lived.of('price').length === 3, 'the next price')
      expect([opened(peer).length, lived.of('price-line').length]).toEqual([2, before])
    })
  })

  it('is asked for again after 1101, once, and not after 1102', async () => {
    await priced(async (lived, peer) => {
      const ends = () => lived.of('caught-up').length
      peer.send(4, 2, -1, 1100, 'Connectivity lost.', '')
      peer.send(4, 2, -1, 1102, 'Connectivity restored, data maintained.', '')
      await lived.until(() => ends() === 2, 'the catch-up after 1102')
      expect([opened(peer).length, upOf(lived)]).toEqual([2, { 1: true, 2: true }])
      peer.send(4, 2, -1, 1100, 'Connectivity lost.', '')
      peer.send(4, 2, -1, 1101, 'Connectivity restored, data lost.', '')
      await lived.until(() => ends() === 3 && opened(peer).length >= 4, 'the lines again')
      expect([conIdsOf(opened(peer)), upOf(lived)]).toEqual([[1, 2, 1, 2], { 1: false, 2: false }])
    })
  })

  it('is down when the link is cut, and in the next session until its first price', async () => {
    await priced(async (lived, peer) => {
      peer.drop()
      await lived.until(() => upOf(lived)[1] === false && upOf(lived)[2] === false, 'both down')
      await lived.until(() => opened(peer).length === 4, 'both asked for again')
      peer.send(1, 6, lineOf(peer, 2), 4, '5', '1', 0)
      await lived.until(() => upOf(lived)[2] === true, 'one up')
      expect([upOf(lived)[1], closed(peer).length]).toEqual([false, 0])
    })
  })
})
