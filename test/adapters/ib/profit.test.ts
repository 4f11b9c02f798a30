import { afterEach, describe, expect, it } from 'vitest'
import { living } from './harness.ts'
import { startPeer, type Peer } from './peer.ts'

const peers: Peer[] = []
afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.close()))
})

/** IB's mark for a number that is not set. */
const UNSET = '1.7976931348623157E308'

async function asked(answers: readonly string[], accounts = 'DU1234567') {
  const peer = await startPeer({ accounts })
  peers.push(peer)
  const wanted: (string | undefined)[] = []
  peer.answers.set('92', (reply, [, id, account, model]) => {
    wanted.push([account, model].join(' of '))
    for (const daily of answers) reply(94, Number(id), daily, '0', '0')
  })
  return { peer, wanted }
}

describe('The P&L of the day as TWS counts it', () => {
  it('is an account value of each account, unknown when it is not set', async () => {
    const { peer, wanted } = await asked(['-12.5', UNSET], 'DU1234567,DU7654321')
    await living({ ports: [peer.port] }, async (lived) => {
      const told = () => lived.of('account-value').filter(({ value }) => value.key === 'DailyPnL')
      await lived.until(() => told().length === 4, 'all of it')
      expect(wanted).toEqual(['DU1234567 of ', 'DU7654321 of '])
      expect(told().map(({ value }) => [value.account, value.currency, value.value])).toEqual([
        ['DU1234567', 'BASE', '-12.5'],
        ['DU1234567', 'BASE', ''],
        ['DU7654321', 'BASE', '-12.5'],
        ['DU7654321', 'BASE', ''],
      ])
    })
  })

  it('is asked for again in the next session', async () => {
    const { peer, wanted } = await asked(['3'])
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.until(() => wanted.length === 1, 'the first')
      peer.drop()
      await lived.until(() => wanted.length === 2, 'the second')
    })
  })

  it('is done without where TWS refuses it', async () => {
    const { peer } = await asked([])
    peer.answers.set('92', (reply, [, id]) => reply(4, 2, Number(id), 321, 'Not allowed', ''))
    await living({ ports: [peer.port] }, async (lived) => {
      await lived.until(() => lived.lines.some((line) => line.includes('P&L of the day')))
      expect(lived.broker.link().state).toBe('connected')
      expect(lived.of('notice')).toEqual([])
    })
  })
})
