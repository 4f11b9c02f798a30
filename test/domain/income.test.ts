import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { holdersAt, splitIncome, type QuantityChange } from '#domain/income.ts'
import { conId, strategyId, type StrategyId } from '#shared/ids.ts'
import { D, text, type Decimal } from '#shared/money.ts'
import { MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { RUNS } from './arbitraries.ts'

const CARRY = strategyId('carry')
const VALUE = strategyId('value')

const holding = (...held: readonly (readonly [StrategyId, number])[]) =>
  new Map(held.map(([strategy, quantity]) => [strategy, new D(quantity)]))
/** `strategy amount` of every part. */
const parts = (amount: string, holders: ReadonlyMap<StrategyId, Decimal>, places?: number) =>
  splitIncome(new D(amount), holders, places).map(
    (share) => `${share.strategy ?? '-'} ${text(share.amount)}`,
  )

describe('who held how much when an entitlement began', () => {
  it('is what was bought and not sold before it', () => {
    const change = (quantity: number, second: number, over: Partial<QuantityChange> = {}) => ({
      strategy: MOMENTUM,
      conId: SPY,
      quantity: new D(quantity),
      at: secondsIn(second),
      ...over,
    })
    const changes = [
      change(100, 1),
      change(-40, 5),
      change(7, 2, { strategy: CARRY }),
      change(-7, 3, { strategy: CARRY }),
      change(9, 1, { conId: conId(5) }),
      change(50, 1, { strategy: VALUE }),
    ]
    const at = (second: number) =>
      [...holdersAt(changes, SPY, secondsIn(second))].map(([name, sum]) => name + text(sum))
    expect([at(1), at(3), at(5), at(6)]).toEqual([
      [],
      ['momentum100', 'carry7', 'value50'],
      ['momentum100', 'value50'],
      ['momentum60', 'value50'],
    ])
  })
})

describe('income split among strategies', () => {
  it('goes by quantity', () => {
    expect(parts('30', holding([MOMENTUM, 100], [CARRY, 200]))).toEqual(['carry 20', 'momentum 10'])
  })

  it('leaves cents over to the largest remainders, then by name', () => {
    expect(parts('10', holding([VALUE, 1], [MOMENTUM, 1], [CARRY, 1]))).toEqual([
      'carry 3.34',
      'momentum 3.33',
      'value 3.33',
    ])
    expect(parts('1', holding([CARRY, 15], [MOMENTUM, 85], [VALUE, 6]))).toEqual([
      'carry 0.14',
      'momentum 0.8',
      'value 0.06',
    ])
  })

  it('is paid by who is short', () => {
    expect(parts('10', holding([MOMENTUM, 300], [CARRY, -200]))).toEqual([
      'carry -20',
      'momentum 30',
    ])
    expect(parts('-5', holding([CARRY, -10]))).toEqual(['carry -5'])
  })

  it('is nobody’s when nobody held anything on balance', () => {
    expect(parts('10', holding())).toEqual(['- 10'])
    expect(parts('10', holding([MOMENTUM, 5], [CARRY, -5]))).toEqual(['- 10'])
  })

  it('may be split to other places than cents', () => {
    expect(parts('10', holding([MOMENTUM, 1], [CARRY, 2]), 0)).toEqual(['carry 7', 'momentum 3'])
    expect(parts('0.005', holding([MOMENTUM, 1], [CARRY, 1]))).toEqual([
      'carry 0.005',
      'momentum 0',
    ])
  })

  it('adds up exactly, in whole cents, and is the same whatever the order of holders', () => {
    const drawn = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer()), {
      minLength: 1,
      maxLength: 8,
      selector: ([name]) => name,
    })
    const amounts = fc.integer({ min: -10_000_000, max: 10_000_000 })
    fc.assert(
      fc.property(drawn, amounts, (holders, cents) => {
        const amount = new D(cents).dividedBy(100)
        const held = holders.map(([name, n]) => [strategyId(`s${name}`), n] as const)
        const split = splitIncome(amount, holding(...held))
        const total = split.reduce((sum, share) => sum.plus(share.amount), new D(0))
        expect(text(total)).toBe(text(amount))
        expect(split.every((share) => share.amount.decimalPlaces() <= 2)).toBe(true)
        expect(splitIncome(amount, holding(...[...held].reverse()))).toEqual(split)
        const sum = held.reduce((all, [, n]) => all.plus(n), new D(0))
        for (const share of sum.isZero() ? [] : split) {
          const own = held.find(([name]) => name === share.strategy)![1]
          const exact = amount.times(own).dividedBy(sum)
          expect(share.amount.minus(exact).abs().lessThan('0.01')).toBe(true)
        }
      }),
      RUNS,
    )
  })
})
