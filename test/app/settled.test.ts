import { describe, expect, it } from 'vitest'
import { COMMISSIONS_WITHIN_MS, Settled } from '#app/settled.ts'
import type { BrokerPosition, BrokerSnapshot } from '#ports/broker.ts'
import type { Execution } from '#domain/execution.ts'
import type { Fill } from '#domain/fill.ts'
import { conId, execId, type ConId } from '#shared/ids.ts'
import { money, price, quantity } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'
import { ACCOUNT, aFill, anExecution, anInstrument, SPY } from '../fakes/builders.ts'

const QQQ = conId(320227571)
const BEGUN = utcMillis(1_772_461_800_000)

const held = (id: ConId, size: string): BrokerPosition => ({
  account: ACCOUNT,
  conId: id,
  instrument: anInstrument({ conId: id }),
  quantity: quantity(size),
  averageCost: price('100'),
})

const inQqq = (id: string): Execution => anExecution({ conId: QQQ, execId: execId(id) })

/** A book with these fills. */
const bookOf = (...fills: readonly Fill[]) => ({
  fills: new Map(fills.map((fill) => [fill.fillId, fill])),
  revisionOf: (): number | undefined => undefined,
})

const CHARGE = { amount: money('1'), currency: 'USD', revision: 1 }
const FIRST = inQqq('0001.0001.01')
/** It has taken in every execution, with its commission. */
const WHOLE = bookOf(aFill(FIRST, { charge: CHARGE }))

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
  takenAt: BEGUN,
})
const after = (taken: BrokerSnapshot, ms: number): BrokerSnapshot => ({
  ...taken,
  takenAt: utcMillis(BEGUN + ms),
})

const sizesOf = (whole: BrokerSnapshot | null) =>
  whole?.positions.map((position) => `${position.conId} ${position.quantity.toFixed()}`).sort()

describe('a snapshot of an account that never stands still as a whole', () => {
  it('is the snapshot itself when everything stood still', () => {
    const still = snapshot({ spy: '100', qqq: '40' }, [])
    expect(new Settled().merge(still, WHOLE)).toEqual(still)
  })

  it('has each instrument from a moment at which it did not trade', () => {
    const settled = new Settled()
    expect(settled.merge(snapshot({ spy: '100', qqq: '40' }, [QQQ]), WHOLE)).toBeNull()
    const traded = after(snapshot({ spy: '107', qqq: '50' }, [SPY], [FIRST]), 5)
    const whole = settled.merge(traded, WHOLE)
    expect(sizesOf(whole)).toEqual([`${QQQ} 50`, `${SPY} 100`])
    expect(whole?.executions).toEqual([FIRST])
    expect(whole?.inFlight.size).toBe(0)
    expect(whole?.takenAt).toBe(BEGUN)
  })

  it('looks again at an instrument whose execution was corrected', () => {
    const settled = new Settled()
    const before = [FIRST]
    const corrected = [inQqq('0001.0001.02')]
    expect(settled.merge(snapshot({ spy: '1', qqq: '50' }, [SPY], before), WHOLE)).toBeNull()
    expect(settled.merge(snapshot({ spy: '1', qqq: '49' }, [QQQ], corrected), WHOLE)).toBeNull()
    const whole = settled.merge(snapshot({ spy: '2', qqq: '49' }, [SPY], corrected), WHOLE)
    expect(sizesOf(whole)).toEqual([`${QQQ} 49`, `${SPY} 1`])
    expect(whole?.executions).toEqual(corrected)
  })
})

describe('an instrument whose commission is still to come', () => {
  const bought = snapshot({ spy: '100', qqq: '50' }, [], [FIRST])
  const uncharged = bookOf(aFill(FIRST))

  it('is waited for, with the others as they stood', () => {
    const settled = new Settled()
    expect(settled.merge(bought, uncharged)).toBeNull()
    expect(sizesOf(settled.merge(after(bought, 2_000), WHOLE))).toEqual([`${QQQ} 50`, `${SPY} 100`])
  })

  it('is waited for until nobody can say when it comes, each time anew', () => {
    const settled = new Settled()
    const late = after(bought, COMMISSIONS_WITHIN_MS)
    expect(settled.merge(bought, uncharged)).toBeNull()
    expect(settled.merge(after(bought, COMMISSIONS_WITHIN_MS - 1), uncharged)).toBeNull()
    expect(settled.merge(late, uncharged)).toEqual({ ...bought, takenAt: BEGUN })
    expect(settled.merge(late, uncharged)).toBeNull()
  })

  it('is waited for while the book has not even its execution', () => {
    expect(new Settled().merge(bought, bookOf())).toBeNull()
  })

  it('is not waited for where thousands of fills have come since', () => {
    const forgetful = { fills: new Map<never, never>(), revisionOf: () => 1 }
    expect(new Settled().merge(bought, forgetful)).toEqual(bought)
  })

  it('is not waited for where none is charged: a conversion, a combination', () => {
    for (const secType of ['CASH', 'BAG'] as const) {
      expect(new Settled().merge(bought, bookOf(aFill(FIRST, { secType })))).toEqual(bought)
    }
  })
})
