import { afterEach, describe, expect, it } from 'vitest'
import { SCENARIOS } from '#gateway/scenario/scenarios.ts'
import { KNOWN_IDS, problemOf } from './second-decoder.ts'
import {
  AAPL,
  ACCOUNT,
  aGateway,
  endAll,
  openRaw,
  settle,
  type RawClient,
  type TestGateway,
} from './support.ts'

afterEach(endAll)

const NOTHING = Array.from({ length: 11 }, () => '')
const CONTRACT = [AAPL, ...NOTHING]
const OPTION = [801200101, ...NOTHING]

/** Asks for everything that is told again and again. */
function subscribe(client: RawClient): void {
  client.send(61, 1)
  client.send(6, 2, 1, ACCOUNT)
  client.send(62, 1, 801, 'All', 'NetLiquidation,$LEDGER:ALL')
  client.send(74, 1, 802, ACCOUNT, '')
  client.send(76, 1, 803, ACCOUNT, '', 0)
  client.send(92, 804, ACCOUNT, '')
  client.send(94, 805, ACCOUNT, '', AAPL)
  for (const [index, contract] of [CONTRACT, OPTION].entries())
    client.send(1, 11, 810 + index, ...contract, 0, '', 0, 0, '')
  client.send(20, 820, ...CONTRACT, 0, '', '5 mins', '1 D', 1, 'TRADES', 1, 1, '')
}

/** Asks for everything that is answered once. */
function ask(client: RawClient): void {
  client.send(7, 3, 901, '', '', '', '', '', '', '')
  client.send(16, 1)
  client.send(99, 0)
  client.send(8, 1, 1)
  client.send(17, 1)
  client.send(49, 1)
  client.send(9, 8, 902, '', 'AAPL', ...Array.from({ length: 10 }, () => ''), 0, '', '', '')
  client.send(1, 11, 903, ...CONTRACT, 0, '', 1, 0, '')
  client.send(80)
  client.send(104, 904)
  client.send(81, 905, 'A')
  client.send(91, 26)
  client.send(78, 906, 'AAPL', '', 'STK', AAPL)
  client.send(18, 1, 1)
}

/** Everything a client hears in half a minute of a scenario, or until its socket closes. */
async function heard(gateway: TestGateway, range: string): Promise<RawClient> {
  const open = new Set<RawClient>()
  const opening = openRaw(gateway.port, 0, range)
  void opening.then((client) => open.add(client))
  // A slow gateway answers only as time goes by.
  while (open.size === 0) {
    await settle(4)
    gateway.time.advance(400)
  }
  const client = await opening
  subscribe(client)
  for (let round = 0; round < 10; round += 1) {
    await settle(8)
    gateway.time.advance(2500)
  }
  ask(client)
  await settle(30)
  gateway.time.advance(6000)
  await settle(60)
  return client
}

describe.each([
  ['v100..193', 193],
  ['v157..178', 178],
] as const)('offered %s, a reader that shares nothing with the gateway', (range, version) => {
  it.each(SCENARIOS.map(({ name }) => name))('accepts every message of %s', async (name) => {
    const sized = { flood: 'flood:500', 'many-positions': 'many-positions:40' }[name] ?? name
    const gateway = await aGateway({ scenario: sized, masterClientId: 0 })
    const client = await heard(gateway, range)
    const agreed = name === 'version-old' ? 178 : version
    const problems = client.messages.map((message) => problemOf(message, agreed))
    expect(problems.filter((problem) => problem !== null).slice(0, 5)).toEqual([])
    expect(client.messages.length).toBeGreaterThan(100)
  })
})

describe('the messages of one steady scenario', () => {
  it('are all there are but those of what nobody did', async () => {
    const gateway = await aGateway({ scenario: 'manual-trades', masterClientId: 0 })
    const client = await openRaw(gateway.port, 0)
    client.send(15, 1, 1)
    subscribe(client)
    for (let round = 0; round < 8; round += 1) {
      await settle(8)
      gateway.time.advance(2500)
    }
    ask(client)
    await client.message(76)
    const ids = new Set(client.messages.map(([id = '']) => id))
    // 16: the groups of an advisor, whom this login is none of.
    expect(KNOWN_IDS.filter((id) => !ids.has(id))).toEqual(['16'])
  })

  it.each([
    [['62', '1', 'more'], 'left over'],
    [['62'], 'missing'],
    [['59', '1', 'x.01', 'cheap', 'USD', '', '', '0'], 'is no n'],
    [['999'], 'unknown'],
  ])('are refused by that reader when they are wrong: %j', (message, problem) => {
    expect(problemOf(message, 193)).toContain(problem)
  })
})
