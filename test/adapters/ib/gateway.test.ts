import { afterEach, describe, expect, it } from 'vitest'
import { startGateway, type Gateway } from '#gateway/gateway.ts'
import { realTime } from '#gateway/real-time.ts'
import { systemClock } from '#adapters/system/clock.ts'
import { takeSettled, type SettledHolding } from '#app/settled.ts'
import { accountId } from '#shared/ids.ts'
import { ZERO, type Decimal } from '#shared/money.ts'
import type { GatewayOptions } from '#gateway/options.ts'
import { living } from './harness.ts'

const gateways: Gateway[] = []
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()))
})

async function trading(
  scenario: string,
  masterClientId: number | null,
  over: Partial<GatewayOptions> = {},
): Promise<Gateway> {
  const time = realTime(() => Date.now(), 1)
  const gateway = await startGateway({
    clock: time,
    scheduler: time,
    wall: () => Date.now(),
    scenario,
    masterClientId,
    replayDays: 7,
    ...over,
  })
  gateways.push(gateway)
  return gateway
}

/**
 * What was held before today's executions: the same at whichever moment it is looked at. `told` has
 * what each execution moved.
 */
const beforeTheDay = (
  { position, executions }: SettledHolding,
  told: ReadonlyMap<string, Decimal>,
): string =>
  executions
    .map(({ execId }): Decimal => told.get(execId)!)
    .reduce((held, change) => held.minus(change), position?.quantity ?? ZERO)
    .toFixed()

describe('The simulated gateway', () => {
  it('is SIMULATED, tells its whole book and can be asked for a settled snapshot', async () => {
    const gateway = await trading('calm', 7)
    gateway.pause()
    await living({ ports: [gateway.port], requestTimeoutMs: 2_000 }, async (lived) => {
      await lived.reach('connected')
      expect(lived.broker.link().realm).toBe('SIMULATED')
      expect(lived.of('caught-up')).toEqual([{ kind: 'caught-up', missing: [] }])
      const taken = await lived.broker.snapshot(accountId('DEMO1000001'))
      if (!taken.ok) throw new Error(taken.error)
      const told = lived.of('position').map(({ position }) => position)
      expect(taken.value.positions.length).toBeGreaterThan(20)
      expect(new Set(taken.value.positions.map(({ conId }) => conId)).size).toBe(
        taken.value.positions.length,
      )
      expect(told.length).toBeGreaterThanOrEqual(taken.value.positions.length)
      expect(lived.lines.filter((line) => line.startsWith('error'))).toEqual([])
    })
  })

  it(
    'settles under a flood, and position and executions of each instrument agree',
    { timeout: 120_000 },
    async () => {
      const gateway = await trading('calm', 7)
      const account = accountId('DEMO1000001')
      const patience = { requestTimeoutMs: 5_000, snapshotQuietMs: 300 }
      await living({ ports: [gateway.port], ...patience }, async (lived) => {
        const { broker } = lived
        const clock = systemClock()
        await lived.reach('connected')
        const before = await takeSettled(account, { broker, clock, withinMs: 20_000 })
        gateway.flood({ count: 1_000_000, perSecond: 250 })
        await lived.until(() => lived.of('execution').length > 1_000, 'the flood')
        const taken = await takeSettled(account, { broker, clock, withinMs: 60_000 })
        gateway.pause()
        if (!before.ok || !taken.ok) throw new Error('no snapshot')
        expect([before.value.isComplete, taken.value.isComplete]).toEqual([true, true])
        const moved = new Map(
          lived.of('execution').map(({ execution: { execId, side, shares } }) => {
            return [execId, side === 'buy' ? shares : shares.negated()] as const
          }),
        )
        const atFirst = new Map(
          before.value.settled.map((one) => [one.conId, beforeTheDay(one, moved)]),
        )
        const held = taken.value.settled.filter(({ position }) => position !== null)
        for (const one of held) {
          expect(beforeTheDay(one, moved)).toBe(atFirst.get(one.conId) ?? '0')
        }
        expect(held.length).toBeGreaterThan(20)
        expect(taken.value.settled.some(({ executions }) => executions.length > 10)).toBe(true)
      })
    },
  )

  it('never gets more than 50 messages a second, however the screen is scrolled', async () => {
    const gateway = await trading('calm', 7, { messageRate: 50, marketDataLines: 40 })
    await living({ ports: [gateway.port], requestTimeoutMs: 5_000 }, async (lived) => {
      await lived.reach('connected')
      const held = lived.of('position').map(({ position }) => position.instrument)
      const startedAt = performance.now()
      for (let top = 0; performance.now() - startedAt < 4_000; top += 7) {
        const rows = Array.from({ length: 15 }, (_, row) => held[(top + row) % held.length]!)
        lived.broker.watch([...rows, ...held], new Set(rows.map((row) => row.conId)))
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      expect(lived.broker.link().state).toBe('connected')
      expect(lived.of('session')).toHaveLength(1)
      expect(lived.of('notice').filter(({ code }) => code === 100)).toEqual([])
    })
  })

  it('gives delayed prices to who has not subscribed, and they say so', async () => {
    const gateway = await trading('calm', 7, { marketData: 'delayed' })
    await living({ ports: [gateway.port], requestTimeoutMs: 5_000 }, async (lived) => {
      await lived.reach('connected')
      lived.broker.watch([lived.of('position')[0]!.position.instrument])
      await lived.until(() => lived.of('price').length > 0, 'a price')
      expect(lived.of('price')[0]?.quote.source).toMatch(/^delayed/)
    })
  })

  it('loses its lines with 1101, and prices go on', async () => {
    const gateway = await trading('calm', 7)
    await living({ ports: [gateway.port], requestTimeoutMs: 5_000 }, async (lived) => {
      await lived.reach('connected')
      const [first] = lived.of('position')
      lived.broker.watch([first!.position.instrument])
      await lived.until(() => lived.of('price').length > 0, 'a price')
      gateway.news(1100, 'Connectivity has been lost.')
      await lived.reach('broker-lost')
      gateway.news(1101, 'Connectivity has been restored - data lost.')
      await lived.until(() => lived.of('caught-up').length === 2, 'the catch-up')
      const before = lived.of('price').length
      await lived.until(() => lived.of('price').length > before, 'a price after it')
      await lived.until(() => lived.of('price-line').at(-1)?.isUp === true, 'the line up')
    })
  })

  it('can flood, and every execution is told once with its commission', async () => {
    const gateway = await trading('calm', 7)
    await living({ ports: [gateway.port], requestTimeoutMs: 5_000 }, async (lived) => {
      await lived.reach('connected')
      gateway.flood({ count: 5_000, perSecond: 0 })
      await lived.until(() => lived.of('execution').length >= 5_000, 'the flood')
      await lived.until(() => lived.of('commission').length >= 5_000, 'the commissions')
      const ids = lived.of('execution').map(({ execution }) => execution.execId)
      expect(new Set(ids).size).toBe(ids.length)
      expect(lived.broker.link().capabilities?.executions).toBe('master')
    })
  })
})
