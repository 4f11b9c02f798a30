import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cashOfFill, movesPosition, signedQuantity, type CashTerms } from '#domain/fill.ts'
import { SEC_TYPES, type SecType } from '#shared/instrument.ts'
import { D, quantity, text } from '#shared/money.ts'
import { anExecution } from '../fakes/builders.ts'
import { prices, RUNS, shares } from './arbitraries.ts'

const termsOf = (secType: SecType, over: Partial<CashTerms> = {}): CashTerms => ({
  secType,
  currency: 'USD',
  symbol: 'EUR',
  multiplier: new D(1),
  priceMagnifier: new D(1),
  ...over,
})

/** What buying 3 at 2.5 moves, as text. */
const bought = (terms: CashTerms, size = '3', at = '2.5'): readonly string[] =>
  cashOfFill({ quantity: quantity(size), price: new D(at) }, terms).map(
    ({ currency, amount }) => `${text(amount)} ${currency}`,
  )

describe('the cash of a fill', () => {
  it.each(['STK', 'ETF', 'FUND', 'WAR', 'CRYPTO', 'CMDTY'] as const)(
    'of %s is quantity times price',
    (secType) => {
      expect(bought(termsOf(secType))).toEqual(['-7.5 USD'])
      expect(bought(termsOf(secType), '-3')).toEqual(['7.5 USD'])
    },
  )

  it.each(['OPT', 'FOP'] as const)('of %s is multiplied', (secType) => {
    expect(bought(termsOf(secType, { multiplier: new D(100) }))).toEqual(['-750 USD'])
  })

  it('of a bond is its price in percent of the face value', () => {
    const bond = termsOf('BOND', { multiplier: new D(1000) })
    expect(bought(bond, '3', '101.25')).toEqual(['-3037.5 USD'])
  })

  it.each(['FUT', 'CFD'] as const)('of %s is none: its P&L is swept', (secType) => {
    expect(bought(termsOf(secType, { multiplier: new D(50) }))).toEqual([])
  })

  it.each(['BAG', 'IND'] as const)('of %s is none: nothing is booked', (secType) => {
    expect(bought(termsOf(secType))).toEqual([])
  })

  it('of a conversion moves the base leg and the quote leg opposite ways', () => {
    expect(bought(termsOf('CASH'), '10000', '1.0842')).toEqual(['10000 EUR', '-10842 USD'])
    expect(bought(termsOf('CASH'), '-10000', '1.0842')).toEqual(['-10000 EUR', '10842 USD'])
  })

  it('of a stock quoted in pence is in pounds', () => {
    const inPence = termsOf('STK', { currency: 'GBP', priceMagnifier: new D(100) })
    expect(bought(inPence, '1000', '250')).toEqual(['-2500 GBP'])
  })

  it('of any purchase comes back when it is sold at the same price', () => {
    const cases = fc.tuple(fc.constantFrom(...SEC_TYPES), shares, prices)
    fc.assert(
      fc.property(cases, ([secType, size, price]) => {
        const terms = termsOf(secType, { multiplier: new D('0.1') })
        const there = cashOfFill({ quantity: size, price }, terms)
        const back = cashOfFill({ quantity: size.negated(), price }, terms)
        const sums = there.map(({ amount }, leg) => text(amount.plus(back[leg]!.amount)))
        expect(sums.every((sum) => sum === '0')).toBe(true)
      }),
      RUNS,
    )
  })
})

describe('a fill', () => {
  it('adds what is bought and takes what is sold', () => {
    expect(text(signedQuantity(anExecution({ side: 'buy' })))).toBe('100')
    expect(text(signedQuantity(anExecution({ side: 'sell' })))).toBe('-100')
  })

  it('moves no position when it converts currencies, heads a combo or names an index', () => {
    expect(SEC_TYPES.filter((secType) => !movesPosition(secType))).toEqual(['CASH', 'BAG', 'IND'])
  })
})
