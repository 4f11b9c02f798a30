import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { D } from '#shared/money.ts'
import { decimalOf, fixed, fixedText, product, quotient, ratio } from '#gateway/fixed.ts'
import { double, fixedDouble } from '#gateway/wire/text.ts'

/** Any number the books may hold: up to 30 digits, 18 of them after the point. */
const anyFixed = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })

describe('a fixed number', () => {
  it('is the decimal it came from', () => {
    expect(fixed(new D('-0.000000000000000001'))).toBe(-1n)
    expect(fixed(new D('412806.37'))).toBe(412806370000000000000000n)
    fc.assert(
      fc.property(anyFixed, (value) => {
        expect(fixed(decimalOf(value))).toBe(value)
      }),
    )
  })

  it('of a decimal with more places is rounded once, half to even', () => {
    expect(fixed(new D('0.0000000000000000005'))).toBe(0n)
    expect(fixed(new D('0.0000000000000000015'))).toBe(2n)
    expect(fixed(new D('-0.0000000000000000025'))).toBe(-2n)
  })

  it('is written as decimals are', () => {
    expect(fixedText(0n)).toBe('0')
    expect(fixedText(fixed(new D('1000')))).toBe('1000')
    expect(fixedText(fixed(new D('-0.05')))).toBe('-0.05')
    fc.assert(
      fc.property(anyFixed, (value) => {
        expect(fixedText(value)).toBe(new D(value.toString()).dividedBy('1e18').toFixed())
      }),
    )
  })

  it('goes out as the double its decimal would', () => {
    expect(fixedDouble(null)).toBe(double(null))
    expect(fixedDouble(fixed(new D('-12.3456789012345675')))).toBe('-12.34567890123457')
    fc.assert(
      fc.property(anyFixed, (value) => {
        expect(fixedDouble(value)).toBe(double(decimalOf(value)))
      }),
    )
  })
})

describe('a quotient', () => {
  it('is rounded half to even, whatever the signs', () => {
    expect([5n, 15n, -5n, -15n].map((one) => quotient(one, 10n))).toEqual([0n, 2n, 0n, -2n])
    expect([5n, 15n, -5n, -15n].map((one) => quotient(one, -10n))).toEqual([0n, -2n, 0n, 2n])
    expect([quotient(2n, 3n), quotient(-2n, 3n), quotient(1n, 3n)]).toEqual([1n, -1n, 0n])
  })

  it('and a product are what decimals make of them', () => {
    const small = fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n })
    const divisor = small.filter((value) => value !== 0n)
    fc.assert(
      fc.property(small, divisor, (one, other) => {
        const [a, b] = [decimalOf(one), decimalOf(other)]
        expect(product(one, other)).toBe(fixed(a.times(b)))
        expect(quotient(one * 10n ** 18n, other)).toBe(fixed(a.dividedBy(b)))
        expect(ratio(one, other).toFixed()).toBe(a.dividedBy(b).toFixed())
      }),
    )
  })
})
