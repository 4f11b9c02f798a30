import { describe, expect, it } from 'vitest'
import { flat, averageCost, positionKey, type Position } from '#domain/position.ts'
import { foldPosition } from '#domain/fold.ts'
import { standing, type Adjustment } from '#domain/adjustment.ts'
import type { Fill } from '#domain/fill.ts'
import { execId } from '#shared/ids.ts'
import { D, price, quantity, text, textOrNull } from '#shared/money.ts'
import { aFill, anAdjustment, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { foldedAsText } from './arbitraries.ts'

const start = flat(MOMENTUM, SPY)
const fold = (fills: readonly Fill[], adjustments: readonly Adjustment[] = []) =>
  foldPosition(start, { fills, adjustments })

/** A fill in the given second: what is bought is positive. */
const traded = (second: number, size: number, at: string): Fill =>
  aFill({
    execId: execId(`000${second}.01`),
    side: size > 0 ? 'buy' : 'sell',
    shares: quantity(String(Math.abs(size))),
    price: price(at),
    executedAt: secondsIn(second),
  })

const told = ({ quantity: size, cost, realizedPoints, ...rest }: Position) => ({
  quantity: text(size),
  cost: text(cost),
  realized: text(realizedPoints),
  isCostKnown: rest.isCostKnown,
  isRealizedKnown: rest.isRealizedKnown,
})

describe('a position', () => {
  it('is flat when a sale closes the whole purchase', () => {
    expect(told(fold([traded(1, 100, '10'), traded(2, -100, '12')]).position)).toEqual({
      quantity: '0',
      cost: '0',
      realized: '200',
      isCostKnown: true,
      isRealizedKnown: true,
    })
  })

  it('has no average when it is flat', () => {
    expect(averageCost(start)).toBeNull()
    expect(textOrNull(averageCost(fold([traded(1, -3, '10')]).position))).toBe('10')
  })

  it('realizes nothing by opening and only what is closed by turning over', () => {
    const fills = [traded(1, 100, '50'), traded(2, -150, '55'), traded(3, 50, '56')]
    expect(foldedAsText(fold(fills)).realized).toEqual({
      '0001': '0',
      '0002': '500',
      '0003': '-50',
    })
  })

  it('leaves no crumb of a cost that does not divide when the last third is closed', () => {
    const bought = [traded(1, 1, '10'), traded(2, 2, '11')]
    const sold = [traded(3, -1, '0'), traded(4, -1, '0'), traded(5, -1, '0')]
    const { position, realized } = fold([...bought, ...sold])
    expect(told(position)).toMatchObject({ quantity: '0', cost: '0', realized: '-32' })
    expect(textOrNull(realized.get('0003') ?? null)).toBe('-10.666666666666666667')
  })

  it('remembers where its last entry stands', () => {
    const { lastSlot } = fold([traded(3, 1, '1'), traded(1, 1, '1')]).position
    expect([lastSlot?.at, lastSlot?.root]).toEqual([secondsIn(3), '0003'])
    expect(start.lastSlot).toBeNull()
  })

  it('is keyed by strategy and instrument', () => {
    expect(positionKey(MOMENTUM, SPY)).toBe('momentum|756733')
  })
})

describe('a position opened before the book', () => {
  const bought = anAdjustment({ quantity: quantity('100'), cost: new D('1000') })
  const unknown = anAdjustment({ quantity: quantity('100'), cost: null })

  it('stands before the fills of its instant', () => {
    const opening = anAdjustment({ effectiveAt: secondsIn(1) })
    const { realized } = fold([traded(1, -40, '12')], [opening])
    expect(textOrNull(realized.get('0001') ?? null)).toBe('80')
  })

  it('goes on from its cost', () => {
    expect(told(fold([traded(1, -40, '12')], [bought]).position)).toMatchObject({
      quantity: '60',
      cost: '600',
      realized: '80',
    })
  })

  it('has an unknown average, and realizes the unknown, while its cost cannot be told', () => {
    const { position, realized } = fold([traded(1, 50, '10'), traded(2, -30, '12')], [unknown])
    expect(averageCost(position)).toBeNull()
    expect([...realized.values()].map(textOrNull)).toEqual(['0', null])
    expect(told(position)).toMatchObject({ isCostKnown: false, isRealizedKnown: false })
  })

  it('knows its cost again once the unknown is closed, but never what that realized', () => {
    const { position, realized } = fold([traded(1, -150, '12'), traded(2, 20, '11')], [unknown])
    expect([...realized.values()].map(textOrNull)).toEqual([null, '20'])
    expect(textOrNull(averageCost(position))).toBe('12')
    expect(told(position)).toMatchObject({ isCostKnown: true, isRealizedKnown: false })
  })

  it('is gone when it is taken back, and stands again when it is booked anew', () => {
    const reversal = anAdjustment({ id: 'reversal-1', kind: 'reversal', reverses: bought.id })
    const anew = anAdjustment({ id: 'opening-2' })
    expect(standing([reversal, bought])).toEqual([])
    expect(standing([bought, reversal, anew])).toEqual([anew])
  })
})
