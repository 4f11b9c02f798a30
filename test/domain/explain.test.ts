import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { movementsOfFill } from '#domain/cash.ts'
import { assetsByCurrency, netAssets, postingOf } from '#domain/equity.ts'
import { concerns } from '#domain/adjustment.ts'
import {
  changeKindOf,
  explain,
  type Explanation,
  type HoldingChange,
  type HoldingSpan,
  type Span,
} from '#domain/explain.ts'
import { signedQuantity } from '#domain/fill.ts'
import { noRates, withRate, type FxRates } from '#domain/fx.ts'
import { strategyId, UNALLOCATED } from '#shared/ids.ts'
import { D, text, type Decimal } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'
import { anInstrument, MOMENTUM, secondsIn } from '../fakes/builders.ts'
import { RUNS } from './arbitraries.ts'
import { bookAt, INSTRUMENTS, markets, wholeBooks, type Market } from './whole-book.ts'
import type { WholeBook } from './whole-book.ts'

const dollarsPerEuro = (rate: string): FxRates =>
  withRate(noRates('USD'), {
    currency: 'EUR',
    rate: new D(rate),
    source: 'broker',
    at: utcMillis(0),
  })

/** 10 shares at 100 euros and then 110, the euro from 1.10 to 1.20, nothing else. */
const held = (over: Partial<HoldingSpan> = {}): HoldingSpan => ({
  strategy: MOMENTUM,
  instrument: anInstrument({ currency: 'EUR' }),
  quantity: new D(10),
  openingPrice: new D(100),
  closingPrice: new D(110),
  changes: [],
  ...over,
})
const span = (over: Partial<Span> = {}): Span => ({
  opening: { nav: new D(1100), fx: dollarsPerEuro('1.10') },
  closing: { nav: new D(1320), fx: dollarsPerEuro('1.20') },
  openingValue: new Map([['EUR', new D(1000)]]),
  holdings: [held()],
  postings: [],
  allocated: new D(0),
  ...over,
})

const change = (
  kind: HoldingChange['kind'],
  by: number | Decimal,
  value: number,
): HoldingChange => ({
  ...{ kind, quantity: new D(by), valuePoints: new D(value), costPoints: null },
})

const PARTS = [
  'price',
  'fx',
  'trading',
  'commission',
  'incomeAndFees',
  'flows',
  'unexplained',
] as const

/** The parts that are not nothing, as text. */
const parts = (explanation: Explanation) =>
  Object.fromEntries(
    PARTS.filter((name) => !explanation[name].isZero()).map((name) => [
      name,
      text(explanation[name]),
    ]),
  )

describe('the explanation of P&L', () => {
  it('tells price at the closing rate from the opening value at another rate', () => {
    expect(parts(explain(span()))).toEqual({ price: '120', fx: '100' })
  })

  it('counts what was traded from its price, conversions included', () => {
    const bought = change('fill', 5, 520)
    const converted = [
      { kind: 'conversion', strategy: UNALLOCATED, currency: 'EUR', amount: new D(100) },
      { kind: 'conversion', strategy: UNALLOCATED, currency: 'USD', amount: new D(-115) },
    ] as const
    const holdings = [held({ changes: [bought] })]
    const nav = new D(1100 + 120 + 100 + 36 + 5)
    const closing = { ...span().closing, nav }
    expect(parts(explain(span({ holdings, postings: converted, closing })))).toEqual({
      price: '120',
      fx: '100',
      trading: '41',
    })
  })

  it('puts commission, income, flows and capital where they belong', () => {
    const dollars = (kind: 'commission' | 'income' | 'flow', amount: number) =>
      ({ kind, strategy: UNALLOCATED, currency: 'USD', amount: new D(amount) }) as const
    const postings = [dollars('commission', -2), dollars('income', 3), dollars('flow', 50)]
    const all = explain(
      span({ holdings: [], openingValue: new Map(), postings, allocated: new D(7) }),
    )
    expect(parts(all)).toEqual({
      commission: '-2',
      incomeAndFees: '3',
      flows: '57',
      unexplained: '162',
    })
  })

  it('takes a transfer as a flow at its value, a split as nothing', () => {
    const arrived = change('transfer', 2, 210)
    const own = { quantity: new D(0), openingPrice: null }
    const one = explain(span({ holdings: [held({ ...own, changes: [arrived] })] }))
    expect([one.flows, one.trading, one.price].map(text)).toEqual(['252', '12', '0'])
    const split = change('corporate', 30, 0)
    const two = explain(span({ holdings: [held({ changes: [split], closingPrice: new D(25) })] }))
    expect([two.flows, two.trading, two.price].map(text)).toEqual(['0', '0', '0'])
  })

  it('takes what a strategy was moved as a flow of what it was worth beyond its cost', () => {
    const moved = { ...change('moved', 2, 230), costPoints: new D(210) }
    const own = { quantity: new D(0), openingPrice: null }
    const of = (instrument: HoldingSpan['instrument']) => {
      const holdings = [held({ ...own, instrument, changes: [moved] })]
      const one = explain(span({ holdings }))
      return [one.flows, one.trading, one.price].map(text)
    }
    const { instrument } = held()
    expect(of(instrument)).toEqual(['24', '-12', '0'])
    expect(of({ ...instrument, secType: 'FUT' })).toEqual(['24', '-12', '0'])
  })

  it('needs no price of an instant at which nothing was held', () => {
    const sold = change('fill', -10, -1050)
    const { price, trading, excluded } = explain(
      span({ holdings: [held({ changes: [sold], closingPrice: null })] }),
    )
    expect([[price, trading].map(text), excluded]).toEqual([['0', '60'], []])
  })

  it('names what it cannot count, once', () => {
    const unpriced = held({ openingPrice: null })
    const unknown = held({ instrument: anInstrument({ priceMagnifier: null }) })
    const fx = noRates('USD')
    const lacking = explain(
      span({ holdings: [unpriced, unknown, held()], closing: { nav: new D(0), fx } }),
    )
    expect(lacking.excluded.map(({ reason, strategy }) => `${reason} ${strategy ?? ''}`)).toEqual([
      'price momentum',
      'magnifier momentum',
      'rate momentum',
      'rate ',
    ])
    expect(text(lacking.unexplained)).toBe('-1100')
  })
})

const THEN = secondsIn(9)
const NOW = secondsIn(20)

/** What happened in a book between two instants, for the whole account. */
function spanOf(book: WholeBook, before: Market, after: Market): Span {
  const [then, now] = [bookAt(book, THEN, before), bookAt(book, NOW, after)]
  const between = book.fills.filter(({ execution }) => execution.executedAt > THEN)
  const holdings = then.holdings.map(({ position, instrument }, index): HoldingSpan => {
    const { strategy, conId, quantity } = position
    const own = between.filter((f) => f.strategy === strategy && f.execution.conId === conId)
    const changes = [
      ...own.map(({ execution }): HoldingChange => {
        const by = signedQuantity(execution)
        const valuePoints = by.times(execution.price)
        return { kind: 'fill', quantity: by, valuePoints, costPoints: null }
      }),
      ...book.adjustments
        .filter((one) => one.effectiveAt > THEN && concerns(one, position))
        .flatMap((one): readonly HoldingChange[] => {
          const kind = changeKindOf(one)
          // What splits did is what nothing else did to the quantity.
          if (kind === null || kind === 'corporate') return []
          return [{ kind, quantity: one.quantity, valuePoints: one.cost!, costPoints: null }]
        }),
    ]
    const left = changes.reduce((sum, { quantity: by }) => sum.plus(by), new D(quantity))
    const split = now.holdings[index]!.position.quantity.minus(left)
    return {
      strategy,
      instrument,
      quantity,
      openingPrice: before.marks.get(conId)!,
      closingPrice: after.marks.get(conId)!,
      changes: [...changes, change('corporate', split, 0)],
    }
  })
  const movements = [
    ...between.flatMap((fill) => {
      const { conId } = fill.execution
      return movementsOfFill(
        fill,
        INSTRUMENTS.find((one) => one.conId === conId)!,
      )!
    }),
    ...book.entries.filter(({ at }) => at > THEN).map((one) => ({ ...one, kind: one.class })),
  ]
  return {
    opening: { nav: netAssets(then.assets).amount, fx: before.fx },
    closing: { nav: netAssets(now.assets).amount, fx: after.fx },
    openingValue: assetsByCurrency(then.assets),
    holdings,
    postings: movements.map(postingOf).filter((posting) => posting !== null),
    allocated: new D(0),
  }
}

const sumOf = (explanation: Explanation): Decimal =>
  PARTS.reduce<Decimal>((sum, name) => sum.plus(explanation[name]), new D(0))

describe('the explanation of any two instants of a ledger', () => {
  it('explains everything between two balance sheets', () => {
    fc.assert(
      fc.property(wholeBooks, markets, markets, (book, before, after) => {
        const { unexplained, excluded } = explain(spanOf(book, before, after))
        expect([text(unexplained), excluded]).toEqual(['0', []])
      }),
      RUNS,
    )
  })

  it('adds up to the change to the last digit, whatever NAV is told', () => {
    const told = fc
      .bigInt(-(10n ** 30n), 10n ** 30n)
      .map((n) => new D(n.toString()).dividedBy(1e18))
    fc.assert(
      fc.property(wholeBooks, markets, fc.tuple(markets, told, told), (book, before, more) => {
        const [after, first, last] = more
        const own = spanOf(book, before, after)
        const explanation = explain({
          ...own,
          opening: { ...own.opening, nav: first },
          closing: { ...own.closing, nav: last },
        })
        expect(text(sumOf(explanation))).toBe(text(last.minus(first)))
        expect(text(explanation.change)).toBe(text(last.minus(first)))
      }),
      RUNS,
    )
  })

  it('is nothing from an instant to itself', () => {
    fc.assert(
      fc.property(wholeBooks, markets, (book, market) => {
        const calm = { ...book, fills: book.fills.filter((f) => f.execution.executedAt <= THEN) }
        const entries = book.entries.filter(({ at }) => at <= THEN)
        const adjustments = book.adjustments.filter(({ effectiveAt }) => effectiveAt <= THEN)
        const quiet = { ...calm, entries, adjustments }
        expect(parts(explain(spanOf(quiet, market, market)))).toEqual({})
      }),
      RUNS,
    )
  })
})

it('explains a strategy by its own holdings and capital', () => {
  const carry = strategyId('carry')
  const own = held({ strategy: carry })
  const closing = { nav: new D(1100 + 1000 + 112 + 8), fx: dollarsPerEuro('1.20') }
  // What a strategy made in euros is all the euros it has: its capital is in dollars.
  const openingValue = new Map([['EUR', new D(-80)]])
  const all = explain(span({ holdings: [own], openingValue, allocated: new D(1000), closing }))
  expect(parts(all)).toEqual({ price: '120', fx: '-8', flows: '1000', unexplained: '8' })
})
