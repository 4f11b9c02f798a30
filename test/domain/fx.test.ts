import { describe, expect, it } from 'vitest'
import { noRates, rateAgeMs, rateOf, rateOfPair, toBase, totalInBase } from '#domain/fx.ts'
import { withRate, type FxQuote, type FxRates } from '#domain/fx.ts'
import { D, text, textOrNull } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'

const TOLD = utcMillis(1_772_461_800_000)
const quote = (rate: string, over: Partial<FxQuote> = {}): FxQuote => ({
  currency: 'EUR',
  rate: new D(rate),
  source: 'broker',
  at: TOLD,
  ...over,
})
/** Dollars at home, a euro for 1.08. */
const FX: FxRates = withRate(noRates('USD'), quote('1.08'))
const euros = (fx: FxRates): string | null => textOrNull(toBase(fx, new D(100), 'EUR'))

describe('a rate', () => {
  it('turns an amount into the base currency', () => {
    expect([euros(FX), text(toBase(FX, new D(7), 'USD')!)]).toEqual(['108', '7'])
  })

  it('that is not known stays unknown, and is not 1', () => {
    expect(toBase(FX, new D(100), 'GBP')).toBeNull()
    expect([euros(noRates('USD')), euros(noRates(null))]).toEqual([null, null])
    expect(rateOf(noRates(null), 'USD')).toBeNull()
  })

  it('is not needed for nothing, and cannot make a known amount of an unknown one', () => {
    expect(text(toBase(FX, new D(0), 'GBP')!)).toBe('0')
    expect(toBase(FX, null, 'EUR')).toBeNull()
  })

  it.each(['0', '-1.08', 'NaN', 'Infinity'])('of %s is refused: unknown', (rate) => {
    expect(euros(withRate(noRates('USD'), quote(rate)))).toBeNull()
    expect(euros(withRate(FX, quote(rate)))).toBe('108')
  })

  it('for the base currency is always 1 and never taken from anybody', () => {
    const told = withRate(noRates('USD'), quote('2', { currency: 'USD' }))
    expect(rateOf(told, 'USD')).toEqual({ rate: new D(1), source: 'base', at: null })
  })

  it('says where it comes from and how old it is', () => {
    const known = rateOf(FX, 'EUR')!
    expect(known.source).toBe('broker')
    expect([1_500, -3].map((later) => rateAgeMs(known, utcMillis(TOLD + later)))).toEqual([1500, 0])
    expect(rateAgeMs(rateOf(FX, 'USD')!, TOLD)).toBeNull()
  })

  it('gives way to a newer one, never to an older one', () => {
    const newer = quote('1.1', { at: utcMillis(TOLD + 1) })
    const older = quote('1.2', { at: utcMillis(TOLD - 1) })
    expect([euros(withRate(FX, newer)), euros(withRate(FX, older))]).toEqual(['110', '108'])
  })
})

describe('the price of a pair', () => {
  const EURUSD = { symbol: 'EUR', currency: 'USD' }
  const said = (base: string, price: string) => {
    const known = rateOfPair(EURUSD, new D(price), base)
    return known && [known.currency, text(known.rate)]
  }

  it('is the rate of its first currency, or the inverse of its second', () => {
    expect([said('USD', '1.25'), said('EUR', '1.25')]).toEqual([
      ['EUR', '1.25'],
      ['USD', '0.8'],
    ])
  })

  it('says nothing without the base currency or when it is not above zero', () => {
    expect([said('GBP', '1.25'), said('EUR', '0'), said('USD', '-1')]).toEqual([null, null, null])
    expect(rateOfPair({ symbol: 'USD', currency: 'USD' }, new D(2), 'USD')).toBeNull()
  })
})

describe('a sum of currencies', () => {
  it('leaves out what has no rate and says so', () => {
    const amounts = new Map([
      ['USD', new D(1)],
      ['EUR', new D(10)],
      ['GBP', new D(5)],
    ])
    const { amount, excluded } = totalInBase(FX, amounts)
    expect([text(amount), excluded]).toEqual([
      '11.8',
      [{ reason: 'rate', strategy: null, conId: null, currency: 'GBP' }],
    ])
  })
})
