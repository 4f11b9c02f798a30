import { describe, expect, it } from 'vitest'
import { Settled } from '#app/settled.ts'
import type { BrokerPosition, BrokerSnapshot } from '#ports/broker.ts'
import type { Execution } from '#domain/execution.ts'
import { conId, execId, type ConId } from '#shared/ids.ts'
import { price, quantity } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'
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
  takenAt: utcMillis(1_772_461_800_000 + executions.length),
})

const sizesOf = (whole: BrokerSnapshot | null) =>
  whole?.positions.map((position) => `${position.conId} ${position.quantity.toFixed()}`).sort()

describe('a snapshot of an account that never stands still as a whole', () => {
  it('is the snapshot itself when everything stood still', () => {
    const still = snapshot({ spy: '100', qqq: '40' }, [])
    expect(new Settled().merge(still)).toEqual(still)
  })

  it('has each instrument from a moment at which it did not trade', () => {
    const settled = new Settled()
    const first = inQqq('0001.0001.01')
    expect(settled.merge(snapshot({ spy: '100', qqq: '40' }, [QQQ]))).toBeNull()
    const whole = settled.merge(snapshot({ spy: '107', qqq: '50' }, [SPY], [first]))
    expect(sizesOf(whole)).toEqual([`${QQQ} 50`, `${SPY} 100`])
    expect(whole?.executions).toEqual([first])
    expect(whole?.inFlight.size).toBe(0)
    expect(whole?.takenAt).toBe(1_772_461_800_000)
  })

  it('looks again at an instrument whose execution was corrected', () => {
    const settled = new Settled()
    const before = [inQqq('0001.0001.01')]
    const after = [inQqq('0001.0001.02')]
    expect(settled.merge(snapshot({ spy: '1', qqq: '50' }, [SPY], before))).toBeNull()
    expect(settled.merge(snapshot({ spy: '1', qqq: '49' }, [QQQ], after))).toBeNull()
    const whole = settled.merge(snapshot({ spy: '2', qqq: '49' }, [SPY], after))
    expect(sizesOf(whole)).toEqual([`${QQQ} 49`, `${SPY} 1`])
    expect(whole?.executions).toEqual(after)
  })
})
