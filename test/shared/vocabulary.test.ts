import { describe, expect, it } from 'vitest'
import { assert, present } from '#shared/assert.ts'
import { err, ok } from '#shared/result.ts'
import { isoOf, millisOf, nanosOf, utcMillis, utcNanos } from '#shared/time.ts'

describe('a moment', () => {
  const opened = Date.UTC(2026, 2, 2, 14, 30)

  it('is the same in milliseconds and nanoseconds', () => {
    expect(nanosOf(utcMillis(opened))).toBe(BigInt(opened) * 1_000_000n)
    expect(millisOf(nanosOf(utcMillis(opened)))).toBe(opened)
  })

  it('loses in milliseconds what tells rows of one instant apart', () => {
    const stamp = utcNanos(BigInt(opened) * 1_000_000n + 999n)
    expect(millisOf(stamp)).toBe(opened)
  })

  it('is written in UTC', () => {
    expect(isoOf(utcMillis(opened))).toBe('2026-03-02T14:30:00.000Z')
  })
})

describe('a broken invariant', () => {
  it('stops what was going to be written, saying what is not so', () => {
    expect(() => assert(false, 'the book is short')).toThrow('Broken invariant: the book is short')
    expect(() => present(null, 'the contract')).toThrow('the contract is missing')
  })

  it('is not a value that is there, be it zero', () => {
    expect([present(0, 'zero'), present('', 'text')]).toEqual([0, ''])
  })
})

describe('a result', () => {
  it('is a value or the reason there is none', () => {
    expect([ok(1), err('late')]).toEqual([
      { ok: true, value: 1 },
      { ok: false, error: 'late' },
    ])
  })
})
