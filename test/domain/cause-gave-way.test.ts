import { describe, expect, it } from 'vitest'
import type { CashEntry } from '#domain/cash.ts'
import { causesOfCash } from '#domain/cause-cash.ts'
import type { LateExecution } from '#domain/late-execution.ts'
import { leftOver } from '#domain/superseding.ts'
import { planSettlement } from '#domain/settle.ts'
import { execRoot, strategyId } from '#shared/ids.ts'
import { D, money, price, quantity, text } from '#shared/money.ts'
import { anAdjustment, secondsIn, SPY } from '../fakes/builders.ts'
import { aroundCash, causesIn } from './around-cash.ts'
import { requestFor } from './settling.ts'
import { held } from './sides.ts'

const entry = (over: Partial<CashEntry> = {}): CashEntry => ({
  ...{ id: 'settle-2-00001', class: 'other', currency: 'USD', amount: money('17.5') },
  ...{ at: secondsIn(300), strategy: null, conId: null, evidence: 'Nobody knows' },
  ...{ author: 'trader', reverses: null, recordedAt: secondsIn(300), ...over },
})

const gave = {
  ...{ symbol: 'SPY', command: 'settle-1', settledAt: secondsIn(200) },
  ...{ leftOver: new D('17.5'), executions: ['0009'] },
}

describe('cash that was booked beside a settlement that gave way', () => {
  it('is booked twice, and proposed to be taken back', () => {
    const evidence = aroundCash({ USD: '-17.5' }, { history: [entry()], gaveWay: [gave] })
    expect(causesOfCash(evidence)[0]).toEqual({
      ...{ cause: 'booked twice', certainty: 'likely' },
      sentence:
        'It was booked as other because SPY was settled for another value than was paid; the ' +
        'executions that turned up since tell what was paid.',
      facts: [
        { name: 'booked', value: '17.5' },
        { name: 'booked by', value: 'settle-2' },
        { name: 'settlement that gave way', value: 'settle-1' },
        { name: 'execution', value: '0009' },
      ],
      proposals: [{ how: 'take back', command: 'settle-2' }],
    })
  })

  it('is so only to the cent, when it was booked after, and while it stands', () => {
    const told = (amount: string, history: readonly CashEntry[], of = gave) =>
      causesIn({ USD: amount }, { history, gaveWay: [of] }).some((one) => one.startsWith('booked'))
    expect(told('-17.5', [entry()])).toBe(true)
    expect(told('17.5', [entry()])).toBe(false)
    expect(told('-17.52', [entry()])).toBe(false)
    expect(told('-17.5', [entry()], { ...gave, leftOver: new D('17.52') })).toBe(false)
    expect(told('-17.5', [entry({ recordedAt: secondsIn(199) })])).toBe(false)
    expect(told('-17.5', [entry({ currency: 'EUR' })])).toBe(false)
    const back = entry({ id: 'undo-1-00001', reverses: 'settle-2-00001', amount: money('-17.5') })
    expect(told('-17.5', [entry(), back])).toBe(false)
    const halves = ['10', '7.5'].map((amount, index) =>
      entry({ id: `settle-2-0000${index}`, amount: money(amount) }),
    )
    expect(told('-17.5', halves)).toBe(true)
  })

  it('is taken back by the entries that reverse it', () => {
    const evidence = aroundCash({ USD: '-17.5' })
    const request = requestFor({ fills: [] }, [held('1', '1')], {
      settlement: { how: 'take back', command: 'settle-2' },
      writtenBefore: { adjustments: [], cashEntries: [entry()] },
    })
    const own = { break: evidence.break, revision: evidence.break.revision }
    const plan = planSettlement({ ...request, ...own })
    expect(plan).toMatchObject({
      ok: true,
      value: { cashEntries: [{ reverses: 'settle-2-00001', amount: new D('-17.5') }] },
    })
    const other = aroundCash({ USD: '-17' }).break
    expect(planSettlement({ ...request, break: other, revision: other.revision })).toEqual({
      ...{ ok: false, error: 'not-solvable' },
    })
  })
})

describe('what a settlement was settled for beyond what was paid', () => {
  const kept = anAdjustment({
    ...{ id: 'settle-1-00001', kind: 'residual', command: 'settle-1' },
    ...{ strategy: strategyId('value'), quantity: quantity('30'), cost: new D(378) },
    ...{ effectiveAt: secondsIn(100), recordedAt: secondsIn(200) },
  })
  const late = (size: string): LateExecution => ({
    ...{ root: execRoot('0009'), conId: SPY, strategy: strategyId('carry') },
    ...{ quantity: quantity(size), price: price('12'), charge: new D('0.5') },
    ...{ knownAt: secondsIn(400) },
    slot: { at: secondsIn(90), permId: 1, cumulative: quantity('1'), root: '0009' },
  })

  it('is known once its executions tell all of it', () => {
    const told = (size: string) =>
      leftOver([kept], { conId: SPY, executions: [late(size)] }).map(({ command, points }) => [
        ...[command, text(points)],
      ])
    expect(told('30')).toEqual([['settle-1', '17.5']])
    expect(told('29')).toEqual([])
  })
})
