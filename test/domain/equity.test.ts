import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ledgerEquity, netAssets, unexplainedNav, type EquityBook } from '#domain/equity.ts'
import type { Adjustment } from '#domain/adjustment.ts'
import { broughtIn, postingOf } from '#domain/equity.ts'
import { noRates } from '#domain/fx.ts'
import type { Priced } from '#domain/holding-value.ts'
import { flat, type Position } from '#domain/position.ts'
import { CASH_CLASSES } from '#shared/cash.ts'
import { strategyId, UNALLOCATED, UNATTRIBUTED } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, quantity, text, textOrNull } from '#shared/money.ts'
import {
  anAdjustment,
  anInstrument,
  MOMENTUM,
  OPENED_AT,
  secondsIn,
  SPY,
} from '../fakes/builders.ts'
import { RUNS } from './arbitraries.ts'
import { bookAt, markets, wholeBooks, type Market, type WholeBook } from './whole-book.ts'

const CARRY = strategyId('carry')

/** 10 SPY that cost 1000 after 50 points were realized, at 105. */
const held = (over: Partial<Position> = {}, priced: Partial<Priced> = {}): Priced => ({
  position: {
    ...flat(MOMENTUM, SPY),
    quantity: quantity('10'),
    cost: new D(1000),
    realizedPoints: new D(50),
    ...over,
  },
  instrument: anInstrument(),
  quoted: new D(105),
  ...priced,
})

const book = (over: Partial<EquityBook> = {}): EquityBook => ({
  fx: noRates('USD'),
  allocations: new Map([[MOMENTUM, new D(5000)]]),
  holdings: [held()],
  postings: [],
  ...over,
})

/** Equity by name, NAV, and the reasons of what is left out. */
function equities(of: EquityBook) {
  const { buckets, nav } = ledgerEquity(of)
  return {
    equity: Object.fromEntries(buckets.map(({ strategy, equity }) => [strategy, text(equity)])),
    nav: text(nav.amount),
    excluded: nav.excluded.map(({ reason }) => reason),
  }
}

describe('the equity of a strategy', () => {
  it('is its capital, what it gained, its income less its commission', () => {
    const dollars = (kind: 'income' | 'commission', amount: string) =>
      ({ kind, strategy: MOMENTUM, currency: 'USD', amount: new D(amount) }) as const
    const postings = [dollars('commission', '-3'), dollars('income', '7')]
    const [momentum] = ledgerEquity(book({ postings })).buckets
    const { allocated, gain, commission, income, equity } = momentum!
    expect([allocated, gain, commission, income, equity].map(text)).toEqual([
      '5000',
      '100',
      '-3',
      '7',
      '5104',
    ])
  })

  it('takes its capital from UNALLOCATED, which owns the cash', () => {
    const opening = {
      kind: 'opening',
      strategy: UNALLOCATED,
      currency: 'USD',
      amount: new D(20000),
    } as const
    expect(equities(book({ postings: [opening] }))).toEqual({
      equity: { [MOMENTUM]: '5100', [UNATTRIBUTED]: '0', [UNALLOCATED]: '15000' },
      nav: '20100',
      excluded: [],
    })
  })

  it('has UNATTRIBUTED and UNALLOCATED last, the others by name', () => {
    const holdings = [held({ strategy: UNATTRIBUTED }), held(), held({ strategy: CARRY })]
    const names = ledgerEquity(book({ holdings })).buckets.map(({ strategy }) => strategy)
    expect(names).toEqual([CARRY, MOMENTUM, UNATTRIBUTED, UNALLOCATED])
  })

  it('lets a holding without a price stand at cost and says so', () => {
    const sums = equities(book({ holdings: [held({}, { quoted: null })] }))
    expect([sums.equity[MOMENTUM], sums.excluded]).toEqual(['5050', ['price']])
  })

  it('leaves out what has no rate or no price magnifier, and says so', () => {
    const inEuros = held({}, { instrument: anInstrument({ currency: 'EUR' }) })
    const unknown = held({}, { instrument: anInstrument({ priceMagnifier: null }) })
    const sums = equities(book({ holdings: [inEuros, unknown] }))
    expect([sums.equity[MOMENTUM], sums.excluded]).toEqual(['5000', ['magnifier', 'rate']])
  })

  it('knows what each change of cash is to equity', () => {
    const kinds = (['trade', 'commission', ...CASH_CLASSES] as const).map((kind) => {
      const of = { at: OPENED_AT, strategy: null, conId: null, currency: 'USD' }
      return postingOf({ ...of, kind, amount: new D(1) })?.kind ?? null
    })
    expect(kinds).toEqual([
      null,
      'commission',
      'opening',
      'flow',
      'flow',
      'income',
      'income',
      'income',
      'income',
      'conversion',
      null,
      'income',
      'income',
    ])
  })

  it('counts as brought in what came without cash, at its cost', () => {
    const brought = (adjustment: Partial<Adjustment>, instrument: Partial<Instrument> = {}) =>
      textOrNull(
        broughtIn(anAdjustment({ cost: new D(5), ...adjustment }), anInstrument(instrument))
          ?.amount ?? null,
      )
    const kinds = ['opening', 'residual', 'transfer', 'stand-in', 'cost', 'split'] as const
    expect(kinds.map((kind) => brought({ kind }))).toEqual(['5', null, '5', null, null, null])
    expect(brought({}, { priceMagnifier: 100 })).toBe('0.05')
    expect([
      brought({ cost: null }),
      brought({}, { secType: 'FUT' }),
      brought({}, { priceMagnifier: null }),
    ]).toEqual([null, null, null])
  })
})

describe('what the broker says beyond the ledger', () => {
  it('is unexplained, and unknown while the broker is silent', () => {
    expect(text(unexplainedNav(new D('100.25'), new D(100))!)).toBe('0.25')
    expect(unexplainedNav(null, new D(100))).toBeNull()
  })
})

const NOW = secondsIn(20)
const navOf = (of: WholeBook, market: Market): string => {
  const { holdings, postings } = bookAt(of, NOW, market)
  const allocations = new Map([[MOMENTUM, new D(70_000)]])
  const { nav } = ledgerEquity({ fx: market.fx, allocations, holdings, postings })
  return text(nav.amount)
}

describe('the NAV of any ledger', () => {
  it('is the same as the sum of equities and as cash and holdings', () => {
    fc.assert(
      fc.property(wholeBooks, markets, (of, market) => {
        const { assets } = bookAt(of, NOW, market)
        expect(navOf(of, market)).toBe(text(netAssets(assets).amount))
      }),
      RUNS,
    )
  })

  it('is the same both ways, and names the same, when prices and rates are missing', () => {
    const missing = fc.record({ mark: fc.integer({ min: 1, max: 6 }), rate: fc.boolean() })
    fc.assert(
      fc.property(wholeBooks, markets, missing, (of, market, { mark, rate }) => {
        const marks = new Map([...market.marks].filter(([conId]) => (conId as number) !== mark))
        const known = { marks, fx: rate ? market.fx : noRates('USD') }
        const { assets } = bookAt(of, NOW, known)
        const { amount, excluded } = netAssets(assets)
        expect(navOf(of, known)).toBe(text(amount))
        const unpriced = assets.holdings.filter(
          ({ position, quoted }) => quoted === null && !position.quantity.isZero(),
        )
        expect(excluded.filter(({ reason }) => reason === 'price')).toHaveLength(unpriced.length)
      }),
      RUNS,
    )
  })

  it('does not depend on the order its fills arrived in', () => {
    const arrivals = wholeBooks.chain((of) => {
      const all = { minLength: of.fills.length, maxLength: of.fills.length }
      return fc.tuple(fc.constant(of), fc.shuffledSubarray([...of.fills], all))
    })
    fc.assert(
      fc.property(arrivals, markets, ([of, fills], market) => {
        const equity = (from: WholeBook) => {
          const { holdings, postings } = bookAt(from, NOW, market)
          return equities({ fx: market.fx, allocations: new Map(), holdings, postings })
        }
        expect(equity({ ...of, fills })).toEqual(equity(of))
      }),
      RUNS,
    )
  })
})
