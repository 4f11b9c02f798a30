import { describe, expect, it } from 'vitest'
import { Settled, takeSettled, wholeOf, type SettledSnapshot } from '#app/settled.ts'
import type { Broker, BrokerPosition, BrokerSnapshot } from '#ports/broker.ts'
import type { Execution } from '#domain/execution.ts'
import { conId, execId, type ConId } from '#shared/ids.ts'
import { price, quantity } from '#shared/money.ts'
import { err, ok } from '#shared/result.ts'
import { utcMillis } from '#shared/time.ts'
import { fakeBroker } from '../fakes/broker.ts'
import { handClock, passing } from '../fakes/clock.ts'
import { ACCOUNT, anExecution, anInstrument, SPY } from '../fakes/builders.ts'

const QQQ = conId(320227571)

const held = (id: ConId, size: string): BrokerPosition => ({
  account: ACCOUNT,
  conId: id,
  instrument: anInstrument({ conId: id }),
  quantity: quantity(size),
  averageCost: price('100'),
})

const inQqq = (id: string): Execution => anExecution({ conId: QQQ, execId: execId(id) })

/** Both are held; what is named trades meanwhile. */
const snapshot = (
  sizes: { readonly spy: string; readonly qqq: string },
  inFlight: readonly ConId[],
  executions: readonly Execution[] = [],
): BrokerSnapshot => ({
  account: ACCOUNT,
  positions: [held(SPY, sizes.spy), held(QQQ, sizes.qqq)],
  executions,
  inFlight: new Set(inFlight),
  contradicted: new Set(),
  window: null,
  takenAt: utcMillis(1_772_461_800_000 + executions.length),
  clockAheadMs: 0,
})

const partsOf = ({ settled }: SettledSnapshot) =>
  settled.map(({ conId: id, position, executions }) => [
    id,
    position?.quantity.toFixed() ?? 'none',
    executions.map(({ execId: one }) => one),
  ])

describe('a snapshot of an account that never stands still as a whole', () => {
  it('is the look itself when everything stood still', () => {
    const still = snapshot({ spy: '100', qqq: '40' }, [])
    const taken = new Settled().merge(still)
    expect([taken.isComplete, taken.inFlight, wholeOf(taken)]).toEqual([true, [], still])
  })

  it('has each instrument from a moment at which it did not trade', () => {
    const settled = new Settled()
    const first = inQqq('0001.0001.01')
    const earlier = settled.merge(snapshot({ spy: '100', qqq: '40' }, [QQQ]))
    expect([earlier.isComplete, earlier.inFlight, partsOf(earlier)]).toEqual([
      false,
      [QQQ],
      [[SPY, '100', []]],
    ])
    expect(wholeOf(earlier)).toBeNull()
    const taken = settled.merge(snapshot({ spy: '107', qqq: '50' }, [SPY], [first]))
    expect(partsOf(taken)).toEqual([
      [SPY, '100', []],
      [QQQ, '50', [first.execId]],
    ])
    expect([taken.isComplete, taken.takenAt]).toEqual([true, 1_772_461_800_000])
  })

  it('has the later of two moments of an instrument', () => {
    const settled = new Settled()
    const first = inQqq('0001.0001.01')
    settled.merge(snapshot({ spy: '100', qqq: '40' }, [SPY]))
    const taken = settled.merge(snapshot({ spy: '100', qqq: '50' }, [SPY], [first]))
    expect(partsOf(taken)).toEqual([[QQQ, '50', [first.execId]]])
  })

  it('looks again at an instrument whose execution was corrected', () => {
    const settled = new Settled()
    const before = [inQqq('0001.0001.01')]
    const after = [inQqq('0001.0001.02')]
    settled.merge(snapshot({ spy: '1', qqq: '50' }, [SPY], before))
    const corrected = settled.merge(snapshot({ spy: '1', qqq: '49' }, [QQQ], after))
    expect([partsOf(corrected), corrected.inFlight]).toEqual([[[SPY, '1', []]], [QQQ]])
    const taken = settled.merge(snapshot({ spy: '2', qqq: '49' }, [SPY], after))
    expect(partsOf(taken)).toEqual([
      [SPY, '1', []],
      [QQQ, '49', ['0001.0001.02']],
    ])
  })

  it('holds nothing of what was closed today, nor of what went without a trade', () => {
    const settled = new Settled()
    const first = inQqq('0001.0001.01')
    settled.merge(snapshot({ spy: '100', qqq: '50' }, []))
    const look = snapshot({ spy: '100', qqq: '0' }, [], [first])
    const closed = settled.merge({ ...look, positions: [held(SPY, '100')] })
    expect(partsOf(closed)).toEqual([
      [SPY, '100', []],
      [QQQ, 'none', [first.execId]],
    ])
    const gone = settled.merge({ ...look, positions: [], executions: [first] })
    expect(partsOf(gone)).toEqual([[QQQ, 'none', [first.execId]]])
  })

  it('marks what the broker contradicts itself about, and is not whole', () => {
    const look = snapshot({ spy: '100', qqq: '40' }, [])
    const taken = new Settled().merge({ ...look, contradicted: new Set([QQQ]) })
    expect([taken.isComplete, taken.contradicted, taken.inFlight, partsOf(taken)]).toEqual([
      false,
      [QQQ],
      [],
      [[SPY, '100', []]],
    ])
  })
})

describe('taking a settled snapshot', () => {
  /** A broker whose looks are those given, one every second; the last one goes on for ever. */
  function taking(looks: readonly Awaited<ReturnType<Broker['snapshot']>>[], withinMs = 5_000) {
    const clock = handClock()
    let asked = 0
    const broker: Broker = {
      ...fakeBroker(clock),
      snapshot: () => {
        clock.advance(1_000)
        asked += 1
        return Promise.resolve(looks[Math.min(asked, looks.length) - 1]!)
      },
    }
    const taken = takeSettled(ACCOUNT, { broker, clock, withinMs })
    return { taken: passing(clock, taken, 10), asked: () => asked }
  }
  const busy = ok(snapshot({ spy: '100', qqq: '40' }, [QQQ]))
  const calm = ok(snapshot({ spy: '100', qqq: '50' }, [SPY]))

  it('ends as soon as everything has stood still once', async () => {
    const { taken, asked } = taking([busy, calm])
    const result = await taken
    expect([result.ok && result.value.isComplete, asked()]).toEqual([true, 2])
  })

  it('ends in time with what is settled, and says what is in flight', async () => {
    const { taken, asked } = taking([busy])
    const result = await taken
    if (!result.ok) throw new Error(result.error)
    expect([result.value.inFlight, partsOf(result.value)]).toEqual([[QQQ], [[SPY, '100', []]]])
    expect(asked()).toBe(5)
  })

  it('goes on after an answer that did not come, and never takes it for flat', async () => {
    const late = await taking([err('timeout'), busy, err('timeout'), calm]).taken
    expect(late.ok && late.value.isComplete).toBe(true)
    expect(await taking([err('timeout')]).taken).toEqual({ ok: false, error: 'timeout' })
  })

  it('ends at once when the link is lost', async () => {
    const { taken, asked } = taking([busy, err('not-connected')])
    expect([await taken, asked()]).toEqual([{ ok: false, error: 'not-connected' }, 2])
  })
})
