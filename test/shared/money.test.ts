import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { D, decimal, notional, price, quantity, text } from '#shared/money.ts'
import { textOrNull, toLedgerScale } from '#shared/money.ts'

describe('a decimal string', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-12.50', '-12.5'],
    ['+3', '3'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['007', '7'],
    ['0.000000000000000001', '0.000000000000000001'],
    ['12345678901234567890.123456789012345678', '12345678901234567890.123456789012345678'],
  ])('%s is read exactly and written as %s', (written, plain) => {
    expect(text(decimal(written))).toBe(plain)
  })

  it.each(['', ' ', '.', '-', '1e3', '1E-7', 'NaN', 'Infinity', '-Infinity', '1,000', '0x10'])(
    '"%s" is refused',
    (written) => {
      expect(() => decimal(written)).toThrow(RangeError)
    },
  )

  it.each(['1 ', ' 1', '1_000', '--1', '1.2.3', '１', '1\n', '٣', '$1'])(
    '"%s" is refused',
    (written) => {
      expect(() => decimal(written)).toThrow(RangeError)
    },
  )

  it('of unknown is unknown', () => {
    expect([textOrNull(null), textOrNull(decimal('1.0'))]).toEqual([null, '1'])
  })

  it('survives being written and read, to 18 decimals', () => {
    const units = fc.bigInt(-(10n ** 33n), 10n ** 33n)
    fc.assert(
      fc.property(units, (drawn) => {
        const value = new D(drawn.toString()).dividedBy('1000000000000000000')
        expect(decimal(text(value)).equals(value)).toBe(true)
        expect(text(value)).not.toMatch(/e/i)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('money', () => {
  it('is rounded once, half to even, at 18 places', () => {
    expect(text(toLedgerScale(decimal('0.0000000000000000005')))).toBe('0')
    expect(text(toLedgerScale(decimal('0.0000000000000000015')))).toBe('0.000000000000000002')
    expect(text(toLedgerScale(decimal('-0.0000000000000000025')))).toBe('-0.000000000000000002')
  })

  it('adds where doubles would not', () => {
    expect(text(decimal('0.1').plus(decimal('0.2')))).toBe('0.3')
  })

  it('is worth quantity times price times multiplier', () => {
    expect(text(notional(quantity('-2'), price('5000.25'), new D(50)))).toBe('-500025')
  })

  it('leaves the global settings of decimal.js as they are', () => {
    expect([Decimal.precision, Decimal.rounding]).toEqual([20, Decimal.ROUND_HALF_UP])
    expect([D.precision, D.rounding]).toEqual([34, Decimal.ROUND_HALF_EVEN])
  })
})
