import { afterEach, describe, expect, it } from 'vitest'
import { living } from './harness.ts'
import { startPeer, type Peer } from './peer.ts'

const peers: Peer[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()))
})

/** The tokens of a row of the account window: a US stock and its mark. */
const portfolioRow = (account: string, mark: string) => [
  ...[7, 8, 265598, 'AAPL', 'STK', '', '0.0', '', '', 'NASDAQ', 'USD', 'AAPL', 'NMS'],
  ...['100', mark, '20000', '201.5', '0', '0', account],
]

describe('The windows of several accounts', () => {
  it('are gone through one after the other, so that each has marks', async () => {
    const peer = await startPeer({ accounts: 'DU1234567,DU7654321' })
    peers.push(peer)
    const windows: string[] = []
    peer.answers.set('6', (reply, request) => {
      const account = request[3] ?? ''
      windows.push(account)
      reply(...portfolioRow(account, String(200 + windows.length)))
      reply(54, 1, account)
    })
    const settings = { ports: [peer.port], accountWindowMs: 20, pollExecutionsMs: 60_000 }
    await living(settings, async (lived) => {
      await lived.reach('connected')
      expect(windows.slice(0, 2)).toEqual(['DU1234567', 'DU7654321'])
      await lived.until(() => windows.length >= 5, 'another round')
      const marks = lived.of('mark').map(({ mark }) => [mark.account, mark.marketPrice?.toFixed()])
      expect(marks.slice(0, 4)).toEqual([
        ['DU1234567', '201'],
        ['DU7654321', '202'],
        ['DU1234567', '203'],
        ['DU7654321', '204'],
      ])
    })
  })

  it('go on when one of them does not answer', async () => {
    const peer = await startPeer({ accounts: 'DU1234567,DU7654321' })
    peers.push(peer)
    const windows: string[] = []
    peer.answers.set('6', (reply, request) => {
      const account = request[3] ?? ''
      windows.push(account)
      if (account !== 'DU1234567' || windows.length < 3) reply(54, 1, account)
    })
    const settings = { ports: [peer.port], accountWindowMs: 20, pollExecutionsMs: 60_000 }
    await living(settings, async (lived) => {
      await lived.reach('connected')
      await lived.until(() => windows.length >= 6, 'rounds')
      expect(windows.slice(2, 6)).toEqual(['DU1234567', 'DU7654321', 'DU1234567', 'DU7654321'])
    })
  })
})

describe('The values of an account', () => {
  it('are named the same by a TWS that marks those of one currency', async () => {
    const peer = await startPeer()
    peers.push(peer)
    const value = (key: string, amount: string, currency: string) =>
      [6, 2, key, amount, currency, 'DU1234567'] as const
    peer.answers.set('6', (reply) => {
      reply(...value('NetLiquidation', '2000.00', 'USD'))
      reply(...value('$LEDGER-CashBalance', '1000.00', 'USD'))
      reply(...value('$LEDGER-ExchangeRate', '1.10', 'EUR'))
      reply(...value('$LEDGER-AccruedCash', '3.00', 'USD'))
      reply(...value('AccruedCash', '9.00', 'USD'))
      reply(54, 1, 'DU1234567')
    })
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.reach('connected')
      const told = lived
        .of('account-value')
        .map(({ value: { key, ...one } }) => [...[key, one.value, one.currency]])
      expect(told.slice(0, 4)).toEqual([
        ['NetLiquidation', '2000.00', 'USD'],
        ['CashBalance', '1000.00', 'USD'],
        ['ExchangeRate', '1.10', 'EUR'],
        ['AccruedCash', '3.00', 'USD'],
      ])
      expect(told.filter(([, amount]) => amount === '9.00')).toEqual([])
    })
  })
})
