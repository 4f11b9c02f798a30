import { afterEach, describe, expect, it } from 'vitest'
import { startGateway, type Gateway } from '#gateway/gateway.ts'
import { realTime } from '#gateway/real-time.ts'
import { accountId } from '#shared/ids.ts'
import { living } from './harness.ts'

const gateways: Gateway[] = []
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.close()))
})

async function trading(scenario: string, masterClientId: number | null): Promise<Gateway> {
  const time = realTime(() => Date.now(), 1)
  const gateway = await startGateway({
    clock: time,
    scheduler: time,
    wall: () => Date.now(),
    scenario,
    masterClientId,
    replayDays: 7,
  })
  gateways.push(gateway)
  return gateway
}

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
