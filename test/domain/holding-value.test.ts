import { describe, expect, it } from 'vitest'
import { noRates, withRate } from '#domain/fx.ts'
import {
  exposureOf,
  gainOf,
  totalOfHoldings,
  valueHolding,
  weightOf,
} from '#domain/holding-value.ts'
import type { HoldingAmounts, HoldingContext, HoldingValue, Priced } from '#domain/holding-value.ts'
import { flat, type Position } from '#domain/position.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, quantity, text, textOrNull, type Decimal } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'
import { anInstrument, MOMENTUM, SPY } from '../fakes/builders.ts'

const FX = withRate(noRates('USD'), {
  currency: 'EUR',
  rate: new D('1.5'),
  source: 'market',
  at: utcMillis(0),
})
const IN_USD: HoldingContext = { fx: FX, pointsBefore: new D(4) }

/** 2 held that cost 20 after 3 points were realized. */
const position: Position = {
  ...flat(MOMENTUM, SPY),
  quantity: quantity('2'),
  cost: new D(20),
  realizedPoints: new D(3),
}
function priced(instrument: Partial<Instrument>, quoted: string | null = '12'): Priced {
  const mark = quoted === null ? null : new D(quoted)
  return { position, instrument: anInstrument(instrument), quoted: mark }
}
const valued = (
  instrument: Partial<Instrument>,
  quoted: string | null = '12',
  context = IN_USD,
): HoldingValue => valueHolding(priced(instrument, quoted), context)

const asText = (amounts: HoldingAmounts) =>
  Object.fromEntries(Object.entries(amounts).map(([name, amount]) => [name, textOrNull(amount)]))
const percents = (value: HoldingValue, nav: Decimal | null = new D(1000)) => {
  const { navPercent, exposurePercent } = weightOf(value, nav)
  return [navPercent, exposurePercent].map(textOrNull)
}

describe('a holding in money', () => {
  it('is worth its market value, in its currency and at the rate in the base currency', () => {
    const value = valued({ currency: 'EUR' })
    expect(asText(value.local)).toEqual({
      marketValue: '24',
      contribution: '24',
      unrealized: '4',
      realized: '3',
      dailyPnl: '3',
    })
    expect(asText(value.base)).toEqual({
      marketValue: '36',
      contribution: '36',
      unrealized: '6',
      realized: '4.5',
      dailyPnl: '4.5',
    })
    expect([value.rate?.source, text(value.rate!.rate)]).toEqual(['market', '1.5'])
    expect(percents(value)).toEqual(['3.6', '3.6'])
  })

  it.each([
    ['STK', {}, '24', '24'],
    ['OPT', { multiplier: new D(100) }, '2400', '2400'],
    ['FOP', { multiplier: new D(50) }, '1200', '1200'],
    ['BOND', { multiplier: new D(1000) }, '240', '240'],
    ['FUT', { multiplier: new D(50) }, '1200', '350'],
    ['CFD', {}, '24', '7'],
    ['WAR', { priceMagnifier: 100 }, '0.24', '0.24'],
    ['CRYPTO', {}, '24', '24'],
    ['CASH', {}, '24', '0'],
    ['BAG', {}, '24', '0'],
  ] as const)(
    'as %s has such a market value and adds that to NAV',
    (secType, over, ...expected) => {
      const { marketValue, contribution } = valued({ secType, ...over }).local
      expect([marketValue, contribution].map(textOrNull)).toEqual(expected)
    },
  )

  it('weighs a future by its P&L in NAV and by its notional in exposure', () => {
    const future = { secType: 'FUT', multiplier: new D(50) } as const
    expect(percents(valued(future))).toEqual(['35', '120'])
  })

  it('is unknown in base without a rate, and in all without a price', () => {
    const { base, local, rate } = valued({ currency: 'GBP' })
    expect([textOrNull(local.marketValue), base.marketValue, rate]).toEqual(['24', null, null])
    const unpriced = valued({}, null)
    expect(asText(unpriced.base)).toEqual({
      marketValue: null,
      contribution: null,
      unrealized: null,
      realized: '3',
      dailyPnl: null,
    })
    expect(percents(unpriced)).toEqual([null, null])
  })

  it('has no share of a NAV that is unknown or not above zero', () => {
    for (const nav of [null, new D(0), new D(-5)])
      expect(percents(valued({}, '12'), nav)).toEqual([null, null])
  })

  it('gains what it realized when it is flat, also without a price', () => {
    const closed = { ...priced({}, null), position: { ...position, quantity: quantity('0') } }
    const flatNow = { ...closed, position: { ...closed.position, cost: new D(0) } }
    expect(textOrNull(gainOf(flatNow))).toBe('3')
    expect(valued({}, '12', { ...IN_USD, pointsBefore: null }).local.dailyPnl).toBeNull()
  })
})

describe('a sum of holdings', () => {
  const short = (quoted: string): HoldingValue => {
    const of = priced({}, quoted)
    const sold = { ...position, quantity: quantity('-1'), cost: new D(-10) }
    return valueHolding({ ...of, position: sold }, IN_USD)
  }
  const unknownCost: HoldingValue = valueHolding(
    { ...priced({}), position: { ...position, isCostKnown: false } },
    IN_USD,
  )
  const lacking = [
    valued({}),
    valued({}, null),
    valued({ currency: 'GBP' }),
    valued({ priceMagnifier: null }),
    unknownCost,
  ]
  const said = (name: keyof HoldingAmounts) => {
    const { amount, excluded } = totalOfHoldings(lacking, name)
    return [text(amount), excluded.map(({ reason }) => reason)]
  }

  it('says what it leaves out and why', () => {
    expect(said('marketValue')).toEqual(['48', ['price', 'rate', 'magnifier']])
    expect(said('unrealized')).toEqual(['4', ['price', 'rate', 'magnifier', 'cost']])
    expect(said('realized')).toEqual(['9', ['rate', 'magnifier']])
  })

  it('is gross and net exposure, in percent of NAV', () => {
    const read = (nav: Decimal | null) => {
      const { gross, net, grossPercent, netPercent } = exposureOf([valued({}), short('14')], nav)
      return [gross.amount, net.amount, grossPercent, netPercent].map(textOrNull)
    }
    expect(read(new D(1000))).toEqual(['38', '10', '3.8', '1'])
    expect(read(null)).toEqual(['38', '10', null, null])
  })
})
