import { afterEach, describe, expect, it } from 'vitest'
import { tickPrinter } from '#gateway/market/quotes.ts'
import { AAPL, aGateway, endAll, openRaw, settle } from './support.ts'

afterEach(endAll)

/** An option on AAPL. */
const CALL = 801200101
const CONTRACT = [AAPL, '', '', '', '', '', '', 'SMART', '', '', '', '']
const marketData = (requestId: number, contract: readonly (string | number)[] = CONTRACT) => [
  ...[1, 11, requestId],
  ...contract,
  ...[0, '', 0, 0, ''],
]

describe('market data', () => {
  it('begins with its type and its parameters, then the ticks', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    const before = client.messages.length
    client.send(...marketData(900))
    await client.message(1)
    expect(client.messages.slice(before, before + 2)).toEqual([
      ['58', '1', '900', '1'],
      ['81', '900', '0.01', '9c0001', '3'],
    ])
    expect(client.of(1)[0]).toEqual(['1', '6', '900', '1', '271.48', '300', '1'])
    expect(client.of(2)[0]).toEqual(['2', '6', '900', '0', '300'])
  })

  it('is live for who has subscribed, also when delayed data was asked for', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    client.send(59, 1, 3)
    client.send(...marketData(900))
    await client.message(1)
    expect(client.of(58)[0]?.[3]).toBe('1')
    expect(client.of(1)[0]?.[3]).toBe('1')
  })

  it.each([
    ['delayed', 1, 10089],
    ['none', 1, 354],
    ['none', 3, 10168],
  ] as const)(
    'of a user who has %s, asked for as type %i, is error %i',
    async (...[has, type, code]) => {
      const { port } = await aGateway({ marketData: has })
      const client = await openRaw(port, 1)
      client.send(59, 1, type)
      client.send(...marketData(900))
      expect((await client.until((told) => told[2] === '900'))[3]).toBe(String(code))
      client.send(49, 1)
      await client.message(49)
      expect(client.of(58)).toEqual([])
    },
  )

  it('has other tick ids, after a warning, where only delayed data is to be had', async () => {
    const { port } = await aGateway({ marketData: 'delayed' })
    const client = await openRaw(port, 1)
    client.send(59, 1, 3)
    client.send(...marketData(900))
    await client.message(1)
    expect(client.of(4).at(-1)?.slice(2, 4)).toEqual(['900', '10167'])
    expect(client.of(58)[0]?.[3]).toBe('3')
    expect(client.of(1).map((tokens) => tokens[3])).toEqual(
      expect.arrayContaining(['66', '67', '68']) as string[],
    )
  })

  it('of delayed lines has ids of its own throughout, for Greeks, too', async () => {
    const { port } = await aGateway({ marketData: 'delayed' })
    const client = await openRaw(port, 1)
    client.send(59, 1, 4)
    client.send(...marketData(900))
    client.send(...marketData(901, [CALL, ...CONTRACT.slice(1)]))
    const greeks = await client.message(21)
    await client.until(([id, , request, type]) => id === '2' && request === '901' && type === '74')
    expect(greeks[1]).toBe('901')
    expect(new Set(client.of(21).map((tokens) => tokens[2]))).toEqual(
      new Set(['80', '81', '82', '83']),
    )
    const types = (id: number) => new Set(client.of(id).map((tokens) => Number(tokens[3])))
    expect(types(1)).toEqual(new Set([66, 67, 68, 72, 73, 75, 76]))
    expect(types(2)).toEqual(new Set([69, 70, 71, 74]))
    expect(client.of(58).map((tokens) => tokens.slice(2))).toEqual([
      ['900', '3'],
      ['901', '3'],
    ])
  })

  it('frees its line when it is cancelled, and a snapshot takes none', async () => {
    const { port } = await aGateway({ marketDataLines: 1 })
    const client = await openRaw(port, 1)
    const snapshot = (id: number) => [1, 11, id, ...CONTRACT, 0, '', 1, 0, '']
    client.send(...marketData(900))
    client.send(...snapshot(901))
    client.send(...marketData(902))
    client.send(2, 1, 900)
    client.send(...marketData(903))
    await client.until(([id, , request]) => id === '1' && request === '903')
    const refused = client.of(4).filter((tokens) => tokens[2] !== '-1')
    expect(refused.map((tokens) => tokens.slice(2, 4))).toEqual([['902', '101']])
    expect(client.of(57)).toEqual([['57', '1', '901']])
  })

  it('moves with the market and stops when cancelled', async () => {
    const gateway = await aGateway()
    const client = await openRaw(gateway.port, 1)
    client.send(...marketData(900))
    await client.message(1)
    const before = client.messages.length
    gateway.time.advance(5000)
    await client.message(1, before)
    client.send(2, 1, 900)
    await settle()
    const after = client.messages.length
    gateway.time.advance(5000)
    await settle()
    expect(client.messages).toHaveLength(after)
  })

  it('is -1 with size 0 while the market is paused, and comes back', async () => {
    const gateway = await aGateway()
    const client = await openRaw(gateway.port, 1)
    client.send(...marketData(900))
    await client.message(1)
    gateway.pause()
    const none = await client.until((tokens) => tokens[0] === '1' && tokens[4] === '-1.0')
    expect(none[5]).toBe('0')
    const before = client.messages.length
    gateway.resume()
    expect((await client.message(1, before))[4]).toBe('271.48')
  })

  it.each([
    ['frozen', 'live', 2, ['1', '2', '1']],
    ['delayed and frozen', 'delayed', 4, ['3', '4', '3']],
    ['live, asked for as delayed and frozen,', 'live', 4, ['1', '2', '1']],
  ] as const)('that is %s stays while the market is closed', async (...[, has, asked, types]) => {
    const gateway = await aGateway({ marketData: has })
    const client = await openRaw(gateway.port, 1)
    client.send(59, 1, asked)
    client.send(...marketData(900))
    await client.message(1)
    gateway.pause()
    await client.until(([id, , , type]) => id === '58' && type === types[1])
    gateway.time.advance(5000)
    gateway.resume()
    await settle()
    expect(client.of(58).map((told) => told.slice(2))).toEqual(types.map((type) => ['900', type]))
    expect(client.of(1).filter((told) => told[4] === '-1.0')).toEqual([])
  })

  it('asked for as frozen of a closed market is the last there was', async () => {
    const gateway = await aGateway()
    gateway.pause()
    const client = await openRaw(gateway.port, 1)
    client.send(...marketData(900))
    client.send(59, 1, 2)
    client.send(...marketData(901))
    const told = async (requestId: string) =>
      client.until(([id, , request]) => id === '1' && request === requestId)
    expect((await told('900')).slice(4, 6)).toEqual(['-1.0', '0'])
    expect((await told('901')).slice(4, 6)).toEqual(['271.48', '300'])
    expect(client.of(58).map((type) => type.slice(2))).toEqual([
      ['900', '1'],
      ['901', '2'],
    ])
  })

  it('of a snapshot ends by itself', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    client.send(1, 11, 900, ...CONTRACT, 0, '', 1, 0, '')
    expect(await client.message(57)).toEqual(['57', '1', '900'])
  })

  it('is refused for what is unknown, ambiguous, or one line too many', async () => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1)
    const symbol = (name: string) => ['', name, 'OPT', '', '', '', '', 'SMART', '', 'USD', '', '']
    client.send(...marketData(900, symbol('NOPE')))
    client.send(...marketData(901, symbol('AAPL')))
    for (let line = 0; line <= 100; line += 1) client.send(...marketData(1000 + line))
    await client.until((tokens) => tokens[3] === '101')
    const refused = client.of(4).filter((tokens) => tokens[2] !== '-1')
    expect(refused.map((tokens) => tokens.slice(2, 4))).toEqual([
      ['900', '200'],
      ['901', '200'],
      ['1100', '101'],
    ])
  })

  it.each([
    ['0.01', 27149, '271.49'],
    ['0.00005', 23027, '1.15135'],
    ['0.25', 26475, '6618.75'],
    ['0.015625', 7243, '113.171875'],
    ['2', 6761, '13522'],
    ['0.01', -5, '-0.05'],
  ])('prints ticks of %s exactly: %i are %s', (minTick, ticks, price) => {
    expect(tickPrinter(minTick)(ticks).replace(/\.?0+$/, '')).toBe(price)
  })
})

describe('contract details', () => {
  const details = async (contract: readonly (string | number)[], range?: string) => {
    const { port } = await aGateway()
    const client = await openRaw(port, 1, range)
    client.send(9, 8, 900, ...contract, 0, '', '', '')
    await client.until((tokens) => tokens[0] === '52' || (tokens[0] === '4' && tokens[2] === '900'))
    return client
  }

  it('are one for a conId', async () => {
    const client = await details([135542747, '', '', '', '', '', '', '', '', '', '', ''])
    const [row] = client.of(10)
    expect(row?.slice(2, 4)).toEqual(['VOD', 'STK'])
    expect(row).toContain('GB-Eire')
  })

  it('are several when several match', async () => {
    const client = await details([0, 'AAPL', '', '', '', '', '', '', '', '', '', ''])
    expect(client.of(10)).toHaveLength(4)
    expect(client.of(52)).toEqual([['52', '1', '900']])
  })

  it('are error 200 without an end when nothing matches', async () => {
    const client = await details([0, 'NOPE', 'STK', '', '', '', '', '', '', '', '', ''])
    expect(client.of(4).at(-1)?.slice(2, 4)).toEqual(['900', '200'])
    expect(client.of(52)).toEqual([])
  })

  it('are refused for a combination with 321', async () => {
    const client = await details([0, 'AAPL', 'BAG', '', '', '', '', 'SMART', '', 'USD', '', ''])
    expect(client.of(4).at(-1)?.slice(2, 4)).toEqual(['900', '321'])
  })

  it('are two tokens shorter at version 178', async () => {
    const contract = [AAPL, '', '', '', '', '', '', '', '', '', '', '']
    const [now, then] = [await details(contract), await details(contract, 'v178')]
    expect(now.of(10)[0]!.length - then.of(10)[0]!.length).toBe(2)
  })
})
