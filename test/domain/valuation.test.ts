import { describe, expect, it } from 'vitest'
import { flat, type Position } from '#domain/position.ts'
import { inCurrency, pointValue, valuePosition } from '#domain/valuation.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, quantity, textOrNull } from '#shared/money.ts'
import { anInstrument, MOMENTUM, SPY } from '../fakes/builders.ts'

/** 3 held that cost 31 in all, after 5 points were realized. */
const held = (over: Partial<Position> = {}): Position => ({
  ...flat(MOMENTUM, SPY),
  quantity: quantity('3'),
  cost: new D(31),
  realizedPoints: new D(5),
  ...over,
})

/** Average, realized, market value and unrealized, as text. */
function valued(position: Position, instrument: Partial<Instrument>, quoted: string | null) {
  const mark = quoted === null ? null : new D(quoted)
  const value = valuePosition(position, anInstrument(instrument), mark)
  return [value.averageCost, value.realized, value.marketValue, value.unrealized].map(textOrNull)
}

const AVERAGE = '10.333333333333333333'

describe('a position looked at in money', () => {
  it('is worth quantity times price, and gains what that is above its cost', () => {
    expect(valued(held(), {}, '11')).toEqual([AVERAGE, '5', '33', '2'])
  })

  it('counts the multiplier in money but not in the average', () => {
    const multiplier = new D('0.1')
    expect(valued(held(), { multiplier }, '11')).toEqual([AVERAGE, '0.5', '3.3', '0.2'])
  })

  it('is in pounds where prices are in pence', () => {
    const pence = { priceMagnifier: 100, currency: 'GBP' }
    const average = '0.103333333333333333'
    expect(valued(held(), pence, '11')).toEqual([average, '0.05', '0.33', '0.02'])
  })

  it('takes a bond in percent of its face value', () => {
    const bond = { secType: 'BOND' as const, multiplier: new D(1000) }
    expect(valued(held({ cost: new D(300) }), bond, '101')).toEqual(['100', '50', '3030', '30'])
  })

  it('gains when a short falls', () => {
    const short = held({ quantity: quantity('-3'), cost: new D(-31) })
    expect(valued(short, {}, '10')).toEqual([AVERAGE, '5', '-30', '1'])
  })

  it('is worth nothing when flat, also without a price', () => {
    expect(valued(held({ quantity: quantity('0'), cost: new D(0) }), {}, null)).toEqual([
      null,
      '5',
      '0',
      '0',
    ])
  })
})

describe('what cannot be known of a position', () => {
  it('is its value while there is no price', () => {
    expect(valued(held(), {}, null)).toEqual([AVERAGE, '5', null, null])
  })

  it('is its gain while its cost is unknown', () => {
    expect(valued(held({ isCostKnown: false }), {}, '11')).toEqual([null, '5', '33', null])
  })

  it('is what it realized once an unknown cost was closed', () => {
    expect(valued(held({ isRealizedKnown: false }), {}, '11')[1]).toBeNull()
  })

  it('is any money until the price magnifier is known', () => {
    expect(valued(held(), { priceMagnifier: null }, '11')).toEqual([null, null, null, null])
    const unknown = anInstrument({ priceMagnifier: null })
    expect([pointValue(unknown), inCurrency(new D(1), unknown)]).toEqual([null, null])
  })
})
