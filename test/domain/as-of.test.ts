import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Adjustment } from '#domain/adjustment.ts'
import {
  endBook,
  entriesAsOf,
  fillAsOf,
  foldBook,
  startBook,
  type FillAsOf,
  type FillFacts,
} from '#domain/as-of.ts'
import { foldPosition, inSlotOrder } from '#domain/fold.ts'
import { flat } from '#domain/position.ts'
import type { Execution } from '#domain/execution.ts'
import { EVERY_STRATEGY, execRoot, permId, strategyId, UNATTRIBUTED } from '#shared/ids.ts'
import { D, money, price, quantity, text } from '#shared/money.ts'
import { anAdjustment, anExecution, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { asText, fillSequence, RUNS } from './arbitraries.ts'

const CARRY = strategyId('carry')
const LATER = { at: secondsIn(1000), knownAt: secondsIn(1000) }

const told = (second: number, revision: number, over: Partial<Execution> = {}) => ({
  recordedAt: secondsIn(second),
  revision,
  secType: 'STK' as const,
  execution: anExecution(over),
})

const charged = (second: number, revision: number, amount: string | null) => ({
  recordedAt: secondsIn(second),
  revision,
  amount: amount === null ? null : money(amount),
  currency: 'USD',
})

/** Bought at 10, told a second later; corrected to 11 at 20, charged at 5, given to carry at 30. */
const facts = (over: Partial<FillFacts> = {}): FillFacts => ({
  fillId: execRoot('0000e0d5.6560a1b2.01'),
  revisions: [told(20, 2, { price: price('11') }), told(1, 1)],
  attributions: [
    { recordedAt: secondsIn(30), strategy: CARRY },
    { recordedAt: secondsIn(1), strategy: MOMENTUM },
  ],
  charges: [charged(5, 1, '1.05')],
  ...over,
})

const at = (second: number) => ({ at: secondsIn(second), knownAt: secondsIn(second) })
const seen = (fill: FillAsOf | null) =>
  fill && [text(fill.execution.price), fill.strategy, fill.charge && text(fill.charge.amount)]

describe('a fill as it was', () => {
  it('is not there before it was recorded', () => {
    expect(fillAsOf(facts(), at(0))).toBeNull()
  })

  it('has the revision, the strategy and the charge that were known then', () => {
    expect(seen(fillAsOf(facts(), at(1)))).toEqual(['10', 'momentum', null])
    expect(seen(fillAsOf(facts(), at(5)))).toEqual(['10', 'momentum', '1.05'])
    expect(seen(fillAsOf(facts(), at(20)))).toEqual(['11', 'momentum', '1.05'])
    expect(seen(fillAsOf(facts(), at(30)))).toEqual(['11', 'carry', '1.05'])
  })

  it('is as known now what is known of it now, however early it is asked for', () => {
    const moment = { at: secondsIn(0), knownAt: secondsIn(1000) }
    expect(seen(fillAsOf(facts(), moment))).toEqual(['11', 'carry', '1.05'])
  })

  it('had not happened yet where a correction says so', () => {
    const moved = facts({ revisions: [told(1, 1), told(9, 2, { executedAt: secondsIn(7) })] })
    expect(seen(fillAsOf(moved, { at: secondsIn(3), knownAt: secondsIn(8) }))?.[0]).toBe('10')
    expect(fillAsOf(moved, { at: secondsIn(3), knownAt: secondsIn(9) })).toBeNull()
  })

  it('is charged what was reported last of the highest revision up to its own', () => {
    const charges = [
      charged(2, 1, '1'),
      charged(3, 1, '1.5'),
      charged(4, 2, null),
      charged(6, 3, '9'),
    ]
    expect(seen(fillAsOf(facts({ charges }), at(2)))?.[2]).toBe('1')
    expect(seen(fillAsOf(facts({ charges }), at(25)))?.[2]).toBe('1.5')
  })
})

const fill = (over: Partial<Execution>, root = 'a'): FillAsOf => ({
  fillId: execRoot(root),
  execution: anExecution(over),
  secType: 'STK',
  strategy: UNATTRIBUTED,
  charge: null,
})

const quantityOf = (adjustments: readonly Adjustment[], moment: typeof LATER, fills: FillAsOf[]) =>
  endBook(foldBook(startBook(entriesAsOf(adjustments, moment), fills), fills)).map(
    ({ position }) => [position.strategy, text(position.quantity), text(position.cost)],
  )

describe('the entries of a book as it was', () => {
  const opening = anAdjustment({ recordedAt: secondsIn(10), effectiveAt: secondsIn(5) })
  const reversal = anAdjustment({
    ...{ id: 'reversal-1', kind: 'reversal', reverses: opening.id },
    ...{ recordedAt: secondsIn(20), effectiveAt: secondsIn(5) },
  })

  it('count from when they were recorded until their reversal was', () => {
    const both = [opening, reversal]
    expect(quantityOf(both, at(9), [])).toEqual([])
    expect(quantityOf(both, at(10), [])).toEqual([['UNATTRIBUTED', '100', '1000']])
    expect(quantityOf(both, at(20), [])).toEqual([])
    expect(quantityOf(both, { at: secondsIn(12), knownAt: secondsIn(99) }, [])).toEqual([])
  })

  it('book what was executed before the opening until the opening is recorded', () => {
    const before = fill({ executedAt: secondsIn(3), shares: quantity('7') })
    expect(quantityOf([opening], at(9), [before])).toEqual([['UNATTRIBUTED', '7', '70']])
    expect(quantityOf([opening], at(10), [before])).toEqual([['UNATTRIBUTED', '100', '1000']])
  })

  it('split every strategy from when the split took effect', () => {
    const split = anAdjustment({
      ...{
        id: 'split-1',
        kind: 'split',
        strategy: EVERY_STRATEGY,
        quantity: quantity('0'),
        cost: null,
      },
      ...{ ratio: { to: new D(4), from: new D(1) } },
      ...{ recordedAt: secondsIn(9), effectiveAt: secondsIn(50) },
    })
    const held = [fill({ shares: quantity('10') })]
    expect(quantityOf([split], at(49), held)).toEqual([['UNATTRIBUTED', '10', '100']])
    expect(quantityOf([split], at(50), held)).toEqual([['UNATTRIBUTED', '40', '100']])
  })

  it('leave of a stand-in what its order’s fills do not tell', () => {
    const standIn = anAdjustment({
      ...{ id: 'stand-in-1', kind: 'stand-in', quantity: quantity('100'), cost: new D(1000) },
      standsFor: { permId: permId(7), filled: quantity('100'), averagePrice: price('10') },
    })
    const real = fill({ permId: permId(7), shares: quantity('60') })
    expect(quantityOf([standIn], LATER, [])).toEqual([['UNATTRIBUTED', '100', '1000']])
    expect(quantityOf([standIn], LATER, [real])).toEqual([['UNATTRIBUTED', '100', '1000']])
    const whole = fill({ permId: permId(7), shares: quantity('100'), price: price('9') })
    expect(quantityOf([standIn], LATER, [whole])).toEqual([['UNATTRIBUTED', '100', '900']])
  })
})

describe('a book folded in chunks', () => {
  it('is the same however long the chunks are', () => {
    const property = fc.property(fillSequence, fc.integer({ min: 1, max: 5 }), (fills, size) => {
      const ordered = inSlotOrder(fills)
      let book = startBook(entriesAsOf([], LATER), [])
      for (let from = 0; from < ordered.length; from += size) {
        book = foldBook(book, ordered.slice(from, from + size))
      }
      const whole = foldPosition(flat(MOMENTUM, SPY), { fills, adjustments: [] })
      expect(endBook(book).map(({ position }) => asText(position))).toEqual([
        asText(whole.position),
      ])
      expect(book.fills).toBe(fills.length)
    })
    fc.assert(property, RUNS)
  })
})
