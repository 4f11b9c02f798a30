import { describe, expect, it } from 'vitest'
import { concerns, ordersStoodFor, superseded, type Adjustment } from '#domain/adjustment.ts'
import type { Fill } from '#domain/fill.ts'
import { foldPosition } from '#domain/fold.ts'
import { flat, type Position } from '#domain/position.ts'
import { conId, EVERY_STRATEGY, execId, permId, strategyId } from '#shared/ids.ts'
import { D, price, quantity, text, textOrNull } from '#shared/money.ts'
import { aFill, anAdjustment, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'

const start = flat(MOMENTUM, SPY)
const fold = (fills: readonly Fill[], adjustments: readonly Adjustment[] = []): Position =>
  foldPosition(start, { fills, adjustments }).position

/** A fill in the given second: what is bought is positive. */
const traded = (second: number, size: number, at: string): Fill =>
  aFill({
    execId: execId(`000${second}.01`),
    side: size > 0 ? 'buy' : 'sell',
    shares: quantity(String(Math.abs(size))),
    price: price(at),
    executedAt: secondsIn(second),
  })

/** An adjustment of MOMENTUM in the given second. */
const adjusted = (second: number, over: Partial<Adjustment>): Adjustment =>
  anAdjustment({
    id: `adjustment-${second}`,
    kind: 'residual',
    strategy: MOMENTUM,
    effectiveAt: secondsIn(second),
    ...over,
  })

const told = ({ quantity: size, cost, realizedPoints, ...rest }: Position) => ({
  holds: `${text(size)} for ${rest.isCostKnown ? text(cost) : 'unknown'}`,
  realized: rest.isRealizedKnown ? text(realizedPoints) : 'unknown',
})

describe('an adjustment that trades', () => {
  it('opens at its cost on the side that is held', () => {
    const more = adjusted(2, { quantity: quantity('40'), cost: new D(1880) })
    expect(told(fold([traded(1, 60, '52')], [more]))).toEqual({
      holds: '100 for 5000',
      realized: '0',
    })
  })

  it('realizes what it closes, and opens what is beyond at its own price', () => {
    const sold = adjusted(2, { quantity: quantity('-150'), cost: new D(-8250) })
    expect(told(fold([traded(1, 100, '50')], [sold]))).toEqual({
      holds: '-50 for -2750',
      realized: '500',
    })
  })

  it('makes the cost unknown at an unknown price, until what it opened is closed', () => {
    const found = adjusted(2, { quantity: quantity('40'), cost: null })
    expect(told(fold([traded(1, 60, '52')], [found])).holds).toBe('100 for unknown')
    expect(told(fold([traded(1, 60, '52'), traded(3, -100, '50')], [found]))).toEqual({
      holds: '0 for 0',
      realized: 'unknown',
    })
  })

  it('realizes the unknown by closing at an unknown price, and leaves the rest its cost', () => {
    const gone = adjusted(2, { quantity: quantity('-60'), cost: null })
    expect(told(fold([traded(1, 90, '52')], [gone]))).toEqual({
      holds: '30 for 1560',
      realized: 'unknown',
    })
    const turned = adjusted(2, { quantity: quantity('-100'), cost: null })
    expect(told(fold([traded(1, 90, '52')], [turned])).holds).toBe('-10 for unknown')
  })
})

describe('a cost that is adjusted', () => {
  const dearer = adjusted(2, { kind: 'cost', quantity: quantity('0'), cost: new D(120) })

  it('comes out of what was realized: it makes no profit', () => {
    expect(told(fold([traded(1, 100, '50')], [dearer]))).toEqual({
      holds: '100 for 5120',
      realized: '120',
    })
  })

  it('is told where it was unknown, and then realizes nothing', () => {
    const unknown = adjusted(1, { kind: 'opening', quantity: quantity('10'), cost: null })
    expect(told(fold([], [unknown, dearer]))).toEqual({ holds: '10 for 120', realized: '0' })
  })

  it('does nothing where nothing is held', () => {
    expect(told(fold([], [dearer]))).toEqual({ holds: '0 for 0', realized: '0' })
  })
})

describe('a split', () => {
  const split = (second: number, to: number, from: number): Adjustment =>
    adjusted(second, {
      kind: 'split',
      strategy: EVERY_STRATEGY,
      quantity: quantity('0'),
      cost: new D(0),
      ratio: { to: new D(to), from: new D(from) },
    })

  it('changes what was bought before it and not what was bought after', () => {
    const fills = [traded(1, 100, '600'), traded(3, 100, '150')]
    expect(told(fold(fills, [split(2, 4, 1)]))).toEqual({ holds: '500 for 75000', realized: '0' })
  })

  it('leaves a fraction, and the cash for it realizes against its share of the cost', () => {
    const inLieu = adjusted(3, {
      kind: 'cash-in-lieu',
      quantity: quantity('-0.333333333333333333'),
      cost: new D('-12'),
    })
    const held = [traded(1, 100, '9')]
    expect(told(fold(held, [split(2, 1, 3)])).holds).toBe('33.333333333333333333 for 900')
    expect(told(fold(held, [split(2, 1, 3), inLieu]))).toEqual({
      holds: '33 for 891.000000000000000009',
      realized: '3.000000000000000009',
    })
  })

  it('concerns every strategy in its instrument, and no other instrument', () => {
    const [four] = [split(2, 4, 1)]
    expect(concerns(four, { strategy: strategyId('another'), conId: SPY })).toBe(true)
    expect(concerns(four, { strategy: MOMENTUM, conId: conId(1) })).toBe(false)
    const own = adjusted(1, {})
    expect(concerns(own, { strategy: strategyId('another'), conId: SPY })).toBe(false)
    expect(concerns(own, start)).toBe(true)
  })
})

describe('a stand-in for executions that could not be had', () => {
  const standIn = adjusted(9, {
    id: 'stand-in',
    kind: 'stand-in',
    quantity: quantity('40'),
    cost: new D(406),
    standsFor: {
      permId: permId(1001),
      filled: quantity('100'),
      averagePrice: price('10.06'),
    },
  })
  const part = (cumulative: number, size: number, at: string): Fill =>
    aFill({
      execId: execId(`${String(cumulative).padStart(4, '0')}.01`),
      shares: quantity(String(size)),
      price: price(at),
      cumulativeQuantity: quantity(String(cumulative)),
      executedAt: secondsIn(cumulative),
    })
  const first = part(60, 60, '10')
  const second = part(85, 25, '10.12')
  const third = part(100, 15, '10.20')
  const left = (...fills: Fill[]): string =>
    superseded([standIn], fills)
      .map(({ quantity: size, cost }) => `${text(size)} for ${textOrNull(cost) ?? '?'}`)
      .join()

  it('is left with what its order had filled and no execution tells', () => {
    expect(left(first)).toBe('40 for 406')
    expect(left(first, second)).toBe('15 for 153')
    expect(left(third, first)).toBe('25 for 253')
    expect(left(third, second, first)).toBe('')
  })

  it('is not touched by what its order filled later, other orders, sides and instruments', () => {
    const later = part(130, 30, '11')
    const { execution } = second
    const another = aFill({ ...execution, execId: execId('9.01'), permId: permId(7) })
    const other = aFill({ ...execution, execId: execId('8.01'), conId: conId(1) })
    const sold = aFill({ ...execution, execId: execId('7.01'), side: 'sell' })
    expect(left(first, later, another, other, sold)).toBe('40 for 406')
    // Of an execution across the amount that was told, only the part below it counts.
    expect(left(first, part(110, 50, '10.15'))).toBe('')
    expect(left(part(110, 50, '10.15'))).toBe('60 for 600')
  })

  it('is met by the fills of its order whatever their strategy, and never folded before', () => {
    const elsewhere = { ...second, strategy: strategyId('another') }
    expect(left(first, elsewhere)).toBe('15 for 153')
    expect(ordersStoodFor([standIn])).toEqual(new Set([1001]))
    expect(() => fold([first], [standIn])).toThrow('before its order')
    const met = superseded([standIn], [first, second])
    expect(told(fold([first, second], met)).holds).toBe('100 for 1006')
  })

  it('stands for nothing once it is taken back', () => {
    const back = adjusted(9, { id: 'back', kind: 'reversal', reverses: standIn.id })
    expect(superseded([back, standIn], [first])).toEqual([])
    expect(ordersStoodFor([standIn, back])).toEqual(new Set())
  })
})
