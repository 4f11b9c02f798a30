import { describe, expect, it } from 'vitest'
import type { Context } from '#adapters/ib/context.ts'
import type { Executions, Sighting } from '#adapters/ib/executions.ts'
import { createOrders } from '#adapters/ib/orders.ts'
import { createPolling } from '#adapters/ib/polling.ts'
import { createPollWindow } from '#adapters/ib/poll-window.ts'
import { withDefaults } from '#adapters/ib/settings.ts'
import { startWatchdog } from '#adapters/ib/watchdog.ts'
import type { Execution } from '#domain/execution.ts'
import { accountId, clientId, execId, permId } from '#shared/ids.ts'
import { ok } from '#shared/result.ts'
import { handClock } from '../../fakes/clock.ts'

const settings = withDefaults({ host: 'h', ports: [1], clientId: 7, isSimulated: false })

describe('The watchdog', () => {
  const watch = (isBrokerLost = false) => {
    const clock = handClock()
    const seen = { pings: 0, dead: 0, heardAt: 0 }
    startWatchdog(
      { settings, clock, isBrokerLost: () => isBrokerLost },
      {
        ping: () => (seen.pings += 1),
        heardAt: () => seen.heardAt,
        dead: () => (seen.dead += 1),
      },
    )
    return { clock, seen }
  }

  it('leaves a TWS that answers alone, however quiet it is otherwise', () => {
    const { clock, seen } = watch()
    for (let round = 0; round < 20; round += 1) {
      clock.advance(settings.heartbeatMs)
      seen.heardAt = clock.monotonic()
    }
    expect(seen).toMatchObject({ pings: 20, dead: 0 })
  })

  it('calls a socket dead ten seconds after the first question without an answer', () => {
    const { clock, seen } = watch()
    clock.advance(settings.heartbeatMs + settings.staleAfterMs - 1)
    expect(seen.dead).toBe(0)
    clock.advance(1)
    expect(seen.dead).toBe(1)
  })

  it('is more patient while TWS itself is cut off', () => {
    const { clock, seen } = watch(true)
    clock.advance(60_000)
    expect(seen.dead).toBe(0)
    clock.advance(300_000)
    expect(seen.dead).toBeGreaterThan(0)
  })
})

/** A desk of polls whose TWS knows one execution of another client. */
function polling() {
  const clock = handClock()
  const observers: ((sighting: Sighting) => void)[] = []
  const polls: (string | null)[] = []
  const executions: Executions = {
    listeners: {},
    window: createPollWindow(),
    observe: (observer) => {
      observers.push(observer)
      return () => undefined
    },
    known: () => [],
    hasAll: () => true,
    beginSession: () => undefined,
    fetch: (since) => {
      polls.push(since)
      return Promise.resolve(ok({ roots: new Set<string>() }))
    },
  }
  const quiet = () => undefined
  const log = { info: quiet, warn: quiet, error: quiet }
  // The desk of polls uses no more of its context than this.
  const context = { clock, settings, log } as unknown as Context
  const desk = createPolling(context, executions, quiet)
  const account = accountId('DU1')
  desk.beginSession([account])
  const see = (id: string, isLive: boolean): void => {
    const of = { account, permId: permId(1), clientId: clientId(3) }
    const execution = { ...of, execId: execId(id) } as Execution
    for (const observer of observers) observer({ execution, isLive, isNew: true })
  }
  return { clock, desk, polls, see }
}

describe('The proof of being the master', () => {
  it('falls when an execution found by a poll does not come by itself', () => {
    const { clock, desk, see } = polling()
    desk.start()
    see('a.01', true)
    expect(desk.capabilities().executions).toBe('master')
    see('b.01', false)
    clock.advance(2_000)
    expect(desk.capabilities().executions).toBe('master')
    clock.advance(1_000)
    expect(desk.capabilities().executions).toBe('polling')
  })

  it('stands when it comes a moment later', () => {
    const { clock, desk, see } = polling()
    desk.start()
    see('a.01', true)
    see('b.01', false)
    clock.advance(1_000)
    see('b.01', true)
    clock.advance(10_000)
    expect(desk.capabilities().executions).toBe('master')
  })

  it('slows the polls down to one a minute, and never ends them', async () => {
    const { clock, desk, polls, see } = polling()
    const advance = async (forMs: number): Promise<void> => {
      for (let passed = 0; passed < forMs; passed += 1_000) {
        clock.advance(1_000)
        // A poll is over some promises later.
        for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
      }
    }
    desk.start()
    await advance(30_000)
    expect(polls).toHaveLength(10)
    see('a.01', true)
    await advance(120_000)
    expect(polls.length).toBeLessThanOrEqual(13)
    expect(polls.length).toBeGreaterThanOrEqual(11)
    desk.stop()
    const count = polls.length
    await advance(120_000)
    expect(polls).toHaveLength(count)
  })
})

describe('The polls of orders', () => {
  it('come as often as is set, and the more seldom the longer their answer takes', async () => {
    const clock = handClock()
    const asked: number[] = []
    let takesMs = 10
    let isMaster = false
    const askMarked: Context['requests']['askMarked'] = (marker) => {
      if (marker !== 'completed orders') return Promise.resolve(ok(0))
      asked.push(clock.monotonic())
      return new Promise((settle) => clock.after(takesMs, () => settle(ok(0))))
    }
    const context = { clock, settings, requests: { askMarked } } as unknown as Context
    createOrders(context, () => isMaster).startPolling()
    const advance = async (forMs: number): Promise<void> => {
      for (let passed = 0; passed < forMs; passed += 10) {
        clock.advance(10)
        for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
      }
    }
    await advance(95_000)
    expect(asked).toHaveLength(3)
    takesMs = 500
    await advance(30_000)
    expect(asked).toHaveLength(4)
    await advance(95_000)
    expect(asked).toHaveLength(4)
    await advance(10_000)
    expect(asked).toHaveLength(5)
    takesMs = 60_000
    await advance(500_000)
    expect(asked).toHaveLength(7)
    takesMs = 10
    await advance(400_000)
    const before = asked.length
    // What another client does comes by itself from now on.
    isMaster = true
    await advance(290_000)
    expect(asked.length - before).toBeLessThanOrEqual(1)
    await advance(310_000)
    expect(asked.length - before).toBe(2)
  })
})
