import { describe, expect, it } from 'vitest'
import { COMMISSIONS_WITHIN_MS, takeForOpening } from '#app/take-for-opening.ts'
import type { BookMemory } from '#app/memory.ts'
import type { Fill } from '#domain/fill.ts'
import type { Broker, BrokerPosition, BrokerSnapshot } from '#ports/broker.ts'
import { conId, execId } from '#shared/ids.ts'
import { money, price, quantity } from '#shared/money.ts'
import { ok } from '#shared/result.ts'
import { fakeBroker } from '../fakes/broker.ts'
import { ACCOUNT, aFill, anExecution, anInstrument, SPY } from '../fakes/builders.ts'
import { handClock, passing } from '../fakes/clock.ts'

const QQQ = conId(320227571)
const FIRST = anExecution({ conId: QQQ, execId: execId('0001.0001.01') })
const CHARGE = { amount: money('1'), currency: 'USD', revision: 1 }
const LOOK_MS = 1_000

const held = (id: typeof SPY, size: string): BrokerPosition => ({
  account: ACCOUNT,
  conId: id,
  instrument: anInstrument({ conId: id }),
  quantity: quantity(size),
  averageCost: price('100'),
})

type Known = Pick<BookMemory, 'fills' | 'revisionOf'>
const knowing = (...fills: readonly Fill[]): Known => ({
  fills: new Map(fills.map((fill) => [fill.fillId, fill])),
  revisionOf: () => undefined,
})

/** Takes a snapshot of a still account; what the book knows is asked for after every look. */
async function taken(knownAfter: (elapsedMs: number) => Known) {
  const clock = handClock()
  let looks = 0
  const look = (): BrokerSnapshot => ({
    account: ACCOUNT,
    positions: [held(SPY, '100'), held(QQQ, '50')],
    executions: [FIRST],
    ...{ inFlight: new Set(), contradicted: new Set(), window: null, takenAt: clock.now() },
    clockAheadMs: 0,
  })
  const broker: Broker = {
    ...fakeBroker(clock),
    snapshot: () => {
      looks += 1
      clock.advance(LOOK_MS)
      return Promise.resolve(ok(look()))
    },
  }
  const book = {
    account: ACCOUNT,
    command: () => Promise.resolve(),
    get memory() {
      return knownAfter(clock.monotonic()) as BookMemory
    },
  }
  const snapshot = await passing(clock, takeForOpening(book, { broker, clock }))
  return {
    looks,
    elapsedMs: clock.monotonic(),
    sizes: snapshot?.positions.map((row) => [row.conId, row.quantity.toFixed()]),
  }
}

const ALL = [
  [SPY, '100'],
  [QQQ, '50'],
]

describe('a snapshot to open a book on', () => {
  it('is the first look when the book has taken in everything', async () => {
    const { looks, sizes } = await taken(() => knowing(aFill(FIRST, { charge: CHARGE })))
    expect([looks, sizes]).toEqual([1, ALL])
  })

  it('waits for an execution, and for its commission', async () => {
    const { looks, sizes } = await taken((ms) => {
      if (ms < 2_500) return knowing()
      return knowing(aFill(FIRST, ms < 5_000 ? {} : { charge: CHARGE }))
    })
    expect(sizes).toEqual(ALL)
    expect(looks).toBeGreaterThan(3)
  })

  it('waits no longer for a commission than anybody can say when it comes', async () => {
    const { elapsedMs, sizes } = await taken(() => knowing(aFill(FIRST)))
    expect(sizes).toEqual(ALL)
    expect(elapsedMs).toBeGreaterThanOrEqual(COMMISSIONS_WITHIN_MS)
    expect(elapsedMs).toBeLessThan(COMMISSIONS_WITHIN_MS + 2 * LOOK_MS)
  })

  it('does not wait where thousands of fills have come since', async () => {
    const { looks } = await taken(() => ({ fills: new Map<never, never>(), revisionOf: () => 1 }))
    expect(looks).toBe(1)
  })

  it('does not wait where none is charged: a combination', async () => {
    const { looks } = await taken(() => knowing(aFill(FIRST, { secType: 'BAG' })))
    expect(looks).toBe(1)
  })
})
