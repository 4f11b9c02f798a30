import { afterEach, describe, expect, it } from 'vitest'
import { problemOf } from './second-decoder.ts'
import { AAPL, ACCOUNT, aGateway, endAll, openRaw, settle } from './support.ts'

/** What the gateway says at every server version it speaks, as the second decoder reads it. */

afterEach(endAll)

const VERSIONS = Array.from({ length: 16 }, (_, index) => 178 + index)
const OPTION = 801200101
const nothing = (count: number): readonly string[] => Array.from({ length: count }, () => '')

describe.each(VERSIONS)('at server version %i', (version) => {
  it('every token of every answer is what and where it must be', async () => {
    const gateway = await aGateway({ scenario: 'busy', masterClientId: 7 })
    gateway.time.advance(5000)
    const client = await openRaw(gateway.port, 7, `v100..${version}`)
    const ask: readonly (readonly (string | number)[])[] = [
      [16, 1],
      [99, 0],
      [61, 1],
      [6, 2, 1, ACCOUNT],
      [7, 3, 5, ...nothing(7)],
      [9, 8, 8, OPTION, ...nothing(11), 0, '', '', ''],
      [62, 1, 9, 'All', '$LEDGER:ALL,NetLiquidation'],
      [74, 1, 10, ACCOUNT, ''],
      [76, 1, 11, ACCOUNT, '', 0],
      [92, 12, ACCOUNT, ''],
      [94, 13, ACCOUNT, '', AAPL],
      [1, 11, 14, OPTION, ...nothing(11), 0, '', 0, 0, ''],
    ]
    for (const tokens of ask) client.send(...tokens)
    await client.message(81)
    gateway.time.advance(1000)
    await settle()
    const told = new Set(client.messages.map(([id]) => id))
    for (const id of [3, 5, 6, 7, 10, 11, 21, 59, 61, 63, 71, 73, 94, 95, 101])
      expect(told).toContain(String(id))
    const problems = client.messages.map((message) => problemOf(message, version))
    expect(problems.filter((problem) => problem !== null)).toEqual([])
  })
})
