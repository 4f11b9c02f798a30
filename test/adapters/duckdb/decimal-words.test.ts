import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WORDS_PER_DECIMAL, writeDecimal } from '#adapters/duckdb/decimal-words.ts'
import { D, type Decimal } from '#shared/money.ts'

/** What the words say, as DuckDB reads them: a signed 128-bit integer of 10⁻¹⁸. */
function scaledOf(value: Decimal): bigint {
  // What a decimal written before left behind must not show.
  const words = new Uint32Array(WORDS_PER_DECIMAL + 2).fill(0xdeadbeef)
  writeDecimal(words, 1, value)
  expect([words[0], words.at(-1)]).toEqual([0xdeadbeef, 0xdeadbeef])
  const unsigned = words
    .subarray(1, 1 + WORDS_PER_DECIMAL)
    .reduceRight((sum, word) => (sum << 32n) | BigInt(word), 0n)
  return BigInt.asIntN(128, unsigned)
}

const LARGEST = 10n ** 38n - 1n

const textOf = (scaled: bigint): string => {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(19, '0')
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -18)}.${digits.slice(-18)}`
}

describe('a decimal in the ledger’s words', () => {
  it('is exactly its number of 10⁻¹⁸, whatever its size and sign', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -LARGEST, max: LARGEST }), (scaled) => {
        // Of 38 digits, more than sums keep: made as they are, not computed.
        expect(scaledOf(new D(textOf(scaled)))).toBe(scaled)
      }),
      { numRuns: 20_000 },
    )
  })

  it('is exact for amounts as they come, of few decimals', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
        fc.nat(18),
        (digits, places) => {
          const scaled = BigInt(digits) * 10n ** BigInt(18 - places)
          expect(scaledOf(new D(digits).dividedBy(new D(10).pow(places)))).toBe(scaled)
        },
      ),
      { numRuns: 20_000 },
    )
  })

  it.each(['0', '-0', '0.000000000000000001', '-1', '9999999', '10000000', '0.0000001'])(
    'writes %s',
    (text) => {
      expect(scaledOf(new D(text))).toBe(BigInt(new D(text).times('1e18').toFixed()))
    },
  )

  it.each(['0.0000000000000000001', '100000000000000000000', 'NaN', '-Infinity', '1e-30'])(
    'refuses %s, which the ledger cannot hold',
    (text) => {
      expect(() => scaledOf(new D(text))).toThrow('does not fit DECIMAL(38,18)')
    },
  )
})
