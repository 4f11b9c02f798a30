import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standing, type Adjustment } from '#domain/adjustment.ts'
import { supersede, supersedeCharge, supersedingCommand } from '#domain/late-execution.ts'
import type { LateExecution } from '#domain/late-execution.ts'
import { planUndo } from '#domain/undo.ts'
import { conId, execRoot, strategyId, UNATTRIBUTED } from '#shared/ids.ts'
import { D, price, quantity, text, textOrNull } from '#shared/money.ts'
import { anAdjustment, secondsIn, SPY } from '../fakes/builders.ts'

const CARRY = strategyId('carry')
const writing = (root = '0009') => ({
  ...{ command: supersedingCommand(execRoot(root)), author: 'truebook', reason: 'turned up' },
  ...{ effectiveAt: secondsIn(50), recordedAt: secondsIn(500) },
})

/** 30 bought for 378, seen at the broker in the hundredth second. */
const residual = (over: Partial<Adjustment> = {}): Adjustment =>
  anAdjustment({
    ...{ id: 'settle-1-00001', kind: 'residual', command: 'settle-1', breakId: 'a break' },
    ...{ effectiveAt: secondsIn(100), quantity: quantity('30'), cost: new D(378) },
    ...over,
  })

const late = (size: string, over: Partial<LateExecution> = {}): LateExecution => ({
  ...{ conId: SPY, strategy: CARRY, executedAt: secondsIn(90) },
  ...{ quantity: quantity(size), price: price('12') },
  ...over,
})

/** What stands once an execution has turned up. */
const left = (adjustments: readonly Adjustment[], of: LateExecution) =>
  standing([...adjustments, ...supersede(adjustments, of, writing())]).map((one) => [
    ...[one.strategy, text(one.quantity), textOrNull(one.cost)],
  ])

describe('a residual gives way to an execution that turns up', () => {
  it('by all of it, whether the execution is as large or larger', () => {
    expect(left([residual()], late('30'))).toEqual([])
    expect(left([residual()], late('50'))).toEqual([])
  })

  it('by a part, the rest for what is left of its value, in the same settlement', () => {
    expect(left([residual()], late('10'))).toEqual([['UNATTRIBUTED', '20', '258']])
    const [back, rest] = supersede([residual()], late('10'), writing())
    expect(back).toMatchObject({ kind: 'reversal', reverses: 'settle-1-00001' })
    expect([back?.command, back?.author, back?.recordedAt]).toEqual([
      ...['supersede-0009', 'truebook', secondsIn(500)],
    ])
    expect(rest).toMatchObject({ command: 'settle-1', breakId: 'a break', reverses: null })
    expect([rest?.id, rest?.effectiveAt]).toEqual(['supersede-0009-00002', secondsIn(100)])
  })

  it('not where it is of another instrument, another side, or later than what was seen', () => {
    expect(supersede([residual()], late('30', { conId: conId(1) }), writing())).toEqual([])
    expect(supersede([residual()], late('-30'), writing())).toEqual([])
    const after = late('30', { executedAt: secondsIn(101) })
    expect(supersede([residual()], after, writing())).toEqual([])
  })

  it('only while it stands, and no other entry than a residual does', () => {
    const undo = { ...writing(), command: 'undo' }
    const plan = planUndo({ command: 'settle-1', adjustments: [residual()], cashEntries: [] }, undo)
    if (!plan.ok) throw new Error(plan.error)
    expect(supersede([residual(), ...plan.value.adjustments], late('30'), writing())).toEqual([])
    expect(supersede([residual({ kind: 'exercise' })], late('30'), writing())).toEqual([])
  })

  it('first what is its own strategy’s, then what is UNATTRIBUTED, the earliest look first', () => {
    const parts = [
      residual({ id: 'b-00001', strategy: strategyId('value'), command: 'b' }),
      residual({ id: 'b-00002', strategy: UNATTRIBUTED, command: 'b' }),
      residual({ id: 'b-00003', strategy: CARRY, command: 'b' }),
      residual({ id: 'a-00001', command: 'a', effectiveAt: secondsIn(95) }),
    ]
    const names = (size: string) => left(parts, late(size)).map(([strategy]) => strategy)
    expect(names('30')).toEqual(['value', 'UNATTRIBUTED', 'carry'])
    expect(names('60')).toEqual(['value', 'UNATTRIBUTED'])
    expect(names('90')).toEqual(['value'])
  })

  it('with the cost that was adjusted apart, once nothing is left of it', () => {
    const sold = residual({ quantity: quantity('-30'), cost: new D(-300) })
    const apart = { kind: 'cost', quantity: quantity('0'), cost: new D(7) } as const
    const all = [sold, residual({ ...apart, id: 'settle-1-00002' })]
    expect(left(all, late('-30'))).toEqual([])
    expect(left(all, late('-10'))).toEqual([
      ['UNATTRIBUTED', '0', '7'],
      ['UNATTRIBUTED', '-20', '-180'],
    ])
  })

  it('keeps an unknown cost unknown', () => {
    expect(left([residual({ cost: null })], late('10'))).toEqual([['UNATTRIBUTED', '20', null]])
  })

  it('in the units of its own time, where the instrument was split in between', () => {
    const split = residual({
      ...{ id: 'split-00001', kind: 'split', quantity: quantity('0'), cost: new D(0) },
      ...{ ratio: { to: new D(2), from: new D(1) }, effectiveAt: secondsIn(95), command: 'split' },
    })
    const all = left([residual(), split], late('10', { price: price('24') }))
    expect(all).toContainEqual(['UNATTRIBUTED', '10', '138'])
  })

  it('and is refused an undo then, for that reason', () => {
    const all = [residual(), ...supersede([residual()], late('30'), writing())]
    const undoing = { command: 'settle-1', adjustments: all, cashEntries: [] }
    expect(planUndo(undoing, writing('undo'))).toEqual({ ok: false, error: 'is-superseded' })
  })
})

describe('what an execution was charged', () => {
  it('comes out of what is left, so that the cash of all of it stays', () => {
    const all = [residual(), ...supersede([residual()], late('10'), writing())]
    const charged = supersedeCharge(all, new D('1.5'), writing())
    const rest = standing([...all, ...charged])
    expect(rest.map((one) => [one.id, text(one.quantity), textOrNull(one.cost)])).toEqual([
      ['supersede-0009-00004', '20', '256.5'],
    ])
  })

  it('changes nothing once nothing is left, nor of what it did not explain', () => {
    const gone = [residual(), ...supersede([residual()], late('30'), writing())]
    expect(supersedeCharge(gone, new D(1), writing())).toEqual([])
    expect(supersedeCharge([residual()], new D(1), writing())).toEqual([])
  })
})

describe('executions that turn up one after the other', () => {
  it('leave the same quantity and value in whatever order and pieces they come', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 60 }),
        (pieces, size) => {
          const first = residual({ quantity: quantity(String(size)), cost: new D(size * 13) })
          let all: readonly Adjustment[] = [first]
          for (const [index, piece] of pieces.entries()) {
            const of = late(String(piece))
            all = [...all, ...supersede(all, of, writing(`000${index}`))]
          }
          const told = Math.min(
            size,
            pieces.reduce((sum, piece) => sum + piece, 0),
          )
          const rest = standing(all).map((one) => [text(one.quantity), textOrNull(one.cost)])
          const value = size * 13 - told * 12
          expect(rest).toEqual(told === size ? [] : [[String(size - told), String(value)]])
          expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
        },
      ),
    ))
})
