import { describe, expect, it } from 'vitest'
import { linkWords } from '#renderer/format/link-words.ts'
import * as number from '#renderer/format/number.ts'
import { ageInMinutes, ageOf, secondsUntil } from '#renderer/format/time.ts'
import { decimal } from '#shared/money.ts'
import { aLink } from './fake-book.ts'

describe('numbers', () => {
  it('shows every digit of a quantity no double could hold', () => {
    expect(number.exact('12345678901234567.123456789012345678')).toBe(
      '12,345,678,901,234,567.123456789012345678',
    )
    expect(number.exact('0.000000000000000001')).toBe('0.000000000000000001')
  })

  it('rounds an amount by its digits, not by the nearest double', () => {
    // As a double 1.005 is 1.00499999999999989…
    expect(number.fixed('1.005', 2)).toBe('1.01')
    expect(number.fixed('9007199254740993.15', 2)).toBe('9,007,199,254,740,993.15')
  })

  it('carries an explicit sign on a profit and a loss, and none on zero', () => {
    expect(number.signed('12.5', 2)).toBe('+12.50')
    expect(number.signed('-12.5', 2)).toBe('\u221212.50')
    expect(number.signed('0', 2)).toBe('0.00')
    expect(number.signed('-0.001', 2)).toBe('0.00')
    expect(number.percent(decimal('-1.239'))).toBe('\u22121.24%')
  })

  it('is coloured by the sign it shows', () => {
    const tones = ['12.5', '-12.5', '0', '-0.001'].map((text) =>
      number.toneOf(number.signed(text, 2)),
    )
    expect(tones).toEqual(['up', 'down', 'none', 'none'])
    expect(number.toneOf(number.signed(null, 2))).toBe('none')
  })

  it('shows unknown as a dash, never as zero', () => {
    const shown = [number.fixed(null, 2), number.exact(null), number.signed(null, 2)]
    expect(shown).toEqual(['—', '—', '—'])
  })

  it('shows a short holding as a negative quantity', () => {
    expect(number.exact('-300')).toBe('\u2212300')
  })

  it('takes the decimals of an amount from its currency', () => {
    expect(['USD', 'JPY', 'KWD', 'USDT'].map(number.digitsOf)).toEqual([2, 0, 3, 2])
  })

  it('never shows a charge as nothing', () => {
    const charges = ['1.0512', '0.00012345', '0'].map((each) => number.charge(each, 2))
    expect(charges).toEqual(['1.05', '0.00012', '0.00'])
  })

  it('says the size of a file', () => {
    expect([0, 999, 12_431_360, 250_000_000].map(number.bytes)).toEqual([
      ...['0 B', '999 B', '12.4 MB', '250 MB'],
    ])
  })
})

describe('times', () => {
  it('says an age in the largest unit that fits', () => {
    const ages = [2, 99, 300, 7200, 200_000].map((seconds) => ageOf(0, seconds * 1000))
    expect(ages).toEqual(['2 s', '99 s', '5 min', '2 h', '2 d'])
  })

  it('tells no seconds where the clock has none', () => {
    const ages = [-30, 0, 59, 60, 119, 120, 7200].map((each) => ageInMinutes(0, each * 1000))
    expect(ages).toEqual(['< 1 min', '< 1 min', '< 1 min', '1 min', '1 min', '2 min', '2 h'])
  })

  it('counts down to the next attempt and not below zero', () => {
    expect([secondsUntil(10_000, 2500), secondsUntil(10_000, 11_000)]).toEqual([8, 0])
  })
})

describe('the link in words', () => {
  const states = [
    ...(['searching', 'connecting', 'catching-up', 'connected'] as const),
    ...(['broker-lost', 'waiting', 'stopped'] as const),
  ]

  it('has a label and a sentence of its own for every state', () => {
    const words = states.map((state) => linkWords(aLink({ state, retryAt: 5000 }), 1000))
    expect(new Set(words.map((each) => each.label)).size).toBe(states.length)
    expect(words.every((each) => each.sentence.endsWith('.'))).toBe(true)
  })

  it('calls only a caught-up link good', () => {
    const good = states.filter((state) => linkWords(aLink({ state }), 0).tone === 'good')
    expect(good).toEqual(['connected'])
  })

  it('counts down to the next attempt', () => {
    expect(linkWords(aLink({ state: 'waiting', retryAt: 8000 }), 1000).label).toBe('Retry in 7 s')
  })
})
