import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { standing, type Adjustment } from '#domain/adjustment.ts'
import { supersedingCommand, type LateExecution } from '#domain/late-execution.ts'
import { supersede } from '#domain/superseding.ts'
import { planUndo } from '#domain/undo.ts'
import { conId, execRoot, strategyId, UNATTRIBUTED } from '#shared/ids.ts'
import { D, price, quantity, text, textOrNull } from '#shared/money.ts'
import { anAdjustment, secondsIn, SPY } from '../fakes/builders.ts'

const CARRY = strategyId('carry')
const writing = (root = '0009') => ({
  ...{ command: supersedingCommand(execRoot(root)), author: 'truebook', reason: 'turned up' },
  ...{ effectiveAt: secondsIn(50), recordedAt: secondsIn(500) },
})

/** 30 bought for 378, seen at the broker in the hundredth second, settled in the 200th. */
const residual = (over: Partial<Adjustment> = {}): Adjustment =>
  anAdjustment({
    ...{ id: 'settle-1-00001', kind: 'residual', command: 'settle-1', breakId: 'a break' },
    ...{ effectiveAt: secondsIn(100), recordedAt: secondsIn(200) },
    ...{ quantity: quantity('30'), cost: new D(378) },
    ...over,
  })

/** Executed in the 90th second, told in the 400th. */
const late = (size: string, over: Partial<LateExecution> = {}, at = 90): LateExecution => {
  const root = over.root ?? execRoot('0009')
  return {
    ...{ root, conId: SPY, strategy: CARRY, quantity: quantity(size), price: price('12') },
    ...{ charge: new D(0), knownAt: secondsIn(400) },
    slot: { at: secondsIn(at), permId: 1, cumulative: quantity('1'), root },
    ...over,
  }
}

const told = (...executions: readonly LateExecution[]) => ({ conId: SPY, executions })

const inWords = (adjustments: readonly Adjustment[]) =>
  standing(adjustments).map((one) => [one.strategy, text(one.quantity), textOrNull(one.cost)])

/** What stands once these executions have turned up. */
const left = (adjustments: readonly Adjustment[], ...executions: readonly LateExecution[]) =>
  inWords([...adjustments, ...supersede(adjustments, told(...executions), writing())])

describe('a residual gives way to an execution that turns up', () => {
  it('by all of it, whether the execution is as large or larger', () => {
    expect(left([residual()], late('30'))).toEqual([])
    expect(left([residual()], late('50'))).toEqual([])
  })

  it('by a part, the rest for what is left of its value, in the same settlement', () => {
    expect(left([residual()], late('10'))).toEqual([['UNATTRIBUTED', '20', '258']])
    const [back, rest] = supersede([residual()], told(late('10')), writing())
    expect(back).toMatchObject({ kind: 'reversal', reverses: 'settle-1-00001' })
    expect([back?.command, back?.author, back?.recordedAt]).toEqual([
      ...['supersede-0009', 'truebook', secondsIn(500)],
    ])
    expect(rest).toMatchObject({ command: 'settle-1', breakId: 'a break', reverses: null })
    expect([rest?.id, rest?.effectiveAt]).toEqual(['supersede-0009-00002', secondsIn(100)])
  })

  it('not where it is of another side, later than what was seen, or known by then', () => {
    const none = [['UNATTRIBUTED', '30', '378']]
    expect(left([residual()], late('-30'))).toEqual(none)
    expect(left([residual()], late('30', {}, 101))).toEqual(none)
    expect(left([residual()], late('30', { knownAt: secondsIn(199) }))).toEqual(none)
  })

  it('only while it stands, and no other entry than a residual of its instrument does', () => {
    const undo = { ...writing(), command: 'undo' }
    const plan = planUndo({ command: 'settle-1', adjustments: [residual()], cashEntries: [] }, undo)
    if (!plan.ok) throw new Error(plan.error)
    expect(left([residual(), ...plan.value.adjustments], late('30'))).toEqual([])
    expect(left([residual({ kind: 'exercise' })], late('30'))).toHaveLength(1)
    expect(left([residual({ conId: conId(1) })], late('30'))).toHaveLength(1)
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

  it('with two parts one settlement gave the same strategy', () => {
    const parts = [residual(), residual({ id: 'settle-1-00002', quantity: quantity('10') })]
    expect(left(parts, late('15'))).toEqual([['UNATTRIBUTED', '25', '576']])
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
    const all = [residual(), ...supersede([residual()], told(late('30')), writing())]
    const undoing = { command: 'settle-1', adjustments: all, cashEntries: [] }
    expect(planUndo(undoing, writing('undo'))).toEqual({ ok: false, error: 'is-superseded' })
  })
})

describe('what an execution was charged', () => {
  it('comes out of what is left, so that the cash of all of it stays', () => {
    const charged = late('10', { charge: new D('1.5') })
    expect(left([residual()], charged)).toEqual([['UNATTRIBUTED', '20', '256.5']])
    const all = [residual(), ...supersede([residual()], told(late('10')), writing())]
    expect(left(all, charged)).toEqual([['UNATTRIBUTED', '20', '256.5']])
  })

  it('changes nothing once nothing is left', () => {
    const gone = [residual(), ...supersede([residual()], told(late('30')), writing())]
    const charged = late('30', { charge: new D(1) })
    expect(supersede(gone, told(charged), writing())).toEqual([])
  })
})

describe('an execution that is corrected', () => {
  const after = (...steps: readonly LateExecution[]): readonly Adjustment[] =>
    steps.reduce<readonly Adjustment[]>(
      (all, step) => [...all, ...supersede(all, told(step), writing())],
      [residual()],
    )

  it('takes more, or gives back what it does not tell any more', () => {
    expect(inWords(after(late('10'), late('25')))).toEqual([['UNATTRIBUTED', '5', '78']])
    expect(inWords(after(late('25'), late('10')))).toEqual([['UNATTRIBUTED', '20', '258']])
    expect(inWords(after(late('30'), late('29')))).toEqual([['UNATTRIBUTED', '1', '30']])
    const cheaper = late('10', { price: price('11') })
    expect(inWords(after(late('10'), cheaper))).toEqual([['UNATTRIBUTED', '20', '268']])
  })

  it('to nothing, or to the other side, leaves the residual as it was settled', () => {
    expect(inWords(after(late('30'), late('0')))).toEqual([['UNATTRIBUTED', '30', '378']])
    expect(inWords(after(late('10'), late('-10')))).toEqual([['UNATTRIBUTED', '30', '378']])
  })

  it('lets another take its place that found nothing left to tell', () => {
    const other = late('20', { root: execRoot('0010'), price: price('13') }, 95)
    const both = [residual(), ...supersede([residual()], told(late('30'), other), writing())]
    expect(inWords(both)).toEqual([])
    expect(left(both, late('5'), other)).toEqual([['UNATTRIBUTED', '5', '58']])
  })

  it('gives nothing back to a settlement that was undone', () => {
    const all = after(late('10'))
    const undoing = { command: 'settle-1', adjustments: all, cashEntries: [] }
    const plan = planUndo(undoing, { ...writing(), command: 'undo-1' })
    if (!plan.ok) throw new Error(plan.error)
    expect(left([...all, ...plan.value.adjustments], late('5'))).toEqual([])
  })

  it('takes the cost that was adjusted apart with the last of it, and brings it back', () => {
    const sold = residual({ quantity: quantity('-30'), cost: new D(-300) })
    const apart = { kind: 'cost', quantity: quantity('0'), cost: new D(7) } as const
    const all = [sold, residual({ ...apart, id: 'settle-1-00002' })]
    const partly = [
      ['UNATTRIBUTED', '0', '7'],
      ['UNATTRIBUTED', '-20', '-180'],
    ]
    expect(left(all, late('-10'))).toEqual(partly)
    const gone = [...all, ...supersede(all, told(late('-30')), writing())]
    expect(inWords(gone)).toEqual([])
    expect(left(gone, late('-10'))).toEqual(partly.toReversed())
  })
})

describe('executions that turn up one after the other', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 })
  const roots = (count: number) => Array.from({ length: count }, (_, index) => `000${index}`)

  it('leave the same quantity and value in whatever order and pieces they come', () =>
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 60 }), (pieces, size) => {
        const first = residual({ quantity: quantity(String(size)), cost: new D(size * 13) })
        const executions = roots(pieces.length).map((root, index) =>
          late(String(pieces[index]), { root: execRoot(root) }),
        )
        let all: readonly Adjustment[] = [first]
        for (const [index, { root }] of executions.entries()) {
          const known = told(...executions.slice(0, index + 1))
          all = [...all, ...supersede(all, known, writing(root))]
        }
        const sum = Math.min(
          size,
          pieces.reduce((total, piece) => total + piece, 0),
        )
        const rest = standing(all).map((one) => [text(one.quantity), textOrNull(one.cost)])
        const value = size * 13 - sum * 12
        expect(rest).toEqual(sum === size ? [] : [[String(size - sum), String(value)]])
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
      }),
    ))

  /** Executions in revisions, told in any order: one that is older than what is known is not. */
  const tellings = fc
    .array(
      fc.record({
        at: fc.integer({ min: 80, max: 110 }),
        sizes: fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 3 }),
        paid: fc.integer({ min: 9, max: 15 }),
        isCarry: fc.boolean(),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .chain((executions) => {
      const all = executions.flatMap(({ sizes: told, ...of }, index) =>
        told.map((size, revision) => ({ ...of, size, revision, root: execRoot(`000${index}`) })),
      )
      const orders = fc.shuffledSubarray(all, { minLength: all.length })
      return fc.tuple(orders, orders)
    })

  it('and are corrected leave what the last of each revision leaves, in any order', () =>
    fc.assert(
      fc.property(tellings, (orders) => {
        const parts = [
          residual(),
          residual({ id: 'settle-1-00002', strategy: CARRY, cost: new D(300) }),
          residual({ id: 'a-00001', command: 'a', effectiveAt: secondsIn(95) }),
        ]
        const ends = orders.map((order) => {
          const known = new Map<string, { revision: number; late: LateExecution }>()
          let all: readonly Adjustment[] = parts
          for (const { root, revision, size, paid, at, isCarry } of order) {
            if ((known.get(root)?.revision ?? -1) > revision) continue
            const strategy = isCarry ? CARRY : UNATTRIBUTED
            const one = late(String(size), { root, strategy, price: price(String(paid)) }, at)
            known.set(root, { revision, late: one })
            const executions = [...known.values()].map((of) => of.late)
            all = [...all, ...supersede(all, told(...executions), writing(root))]
          }
          expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
          return inWords(all).sort()
        })
        expect(ends[0]).toEqual(ends[1])
      }),
    ))
})
