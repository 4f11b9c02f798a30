import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocatedUntil, type Allocation } from '#domain/allocation.ts'
import { assetsByCurrency, netAssets, type EquityBook } from '#domain/equity.ts'
import { explain, type Explanation } from '#domain/explain.ts'
import { strategySpan, type BookSpan } from '#domain/explain-strategy.ts'
import { holdingSpans, postingsBetween, type Since } from '#domain/span.ts'
import { strategyId, UNALLOCATED, UNATTRIBUTED } from '#shared/ids.ts'
import { D, text, type Decimal, type Money } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import { secondsIn } from '../fakes/builders.ts'

import { bookAt, INSTRUMENTS, markets, wholeBooks, type Market } from './whole-book.ts'
import type { WholeBook } from './whole-book.ts'

const THEN = secondsIn(9)
const NOW = secondsIn(20)
const EVERYBODY = [strategyId('momentum'), strategyId('carry'), UNATTRIBUTED, UNALLOCATED] as const

const PARTS = [
  'price',
  'fx',
  'trading',
  'commission',
  'incomeAndFees',
  'flows',
  'unexplained',
] as const

const allocations: fc.Arbitrary<readonly Allocation[]> = fc
  .array(
    fc.record({
      strategy: fc.constantFrom(...EVERYBODY.slice(0, 3)),
      cents: fc.integer({ min: -1_000_000, max: 1_000_000 }),
      second: fc.integer({ min: 0, max: 20 }),
    }),
    { maxLength: 5 },
  )
  .map((drawn) =>
    drawn.map(({ strategy, cents, second }, index) => ({
      ...{ id: `given-${index}`, strategy, baseCurrency: 'USD', author: 'trader', reason: '' },
      amount: new D(cents).dividedBy(100) as Money,
      ...{ at: secondsIn(second), recordedAt: secondsIn(second) },
    })),
  )

/** Each run explains everybody's part of a book. */
const RUNS = { numRuns: 300 }

/** At what the market was when something was moved; of some of it nobody knows. */
const moved = fc.array(fc.option(fc.integer({ min: 1, max: 2_000_000 })), { maxLength: 6 })

type Drawn = {
  readonly book: WholeBook
  readonly before: Market
  readonly after: Market
  readonly given: readonly Allocation[]
  readonly prices: readonly (number | null)[]
}
const drawn: fc.Arbitrary<Drawn> = fc.record({
  ...{ book: wholeBooks, before: markets, after: markets, given: allocations, prices: moved },
})

const equityAt = ({ book, given }: Drawn, at: UtcNanos, market: Market): EquityBook => {
  const { holdings, postings } = bookAt(book, at, market)
  return { fx: market.fx, allocations: allocatedUntil(given, at), holdings, postings }
}

function sinceOf({ book, prices }: Drawn, isOfAccount: boolean): Since {
  const known = book.adjustments.flatMap(({ id }, index): [string, Decimal][] => {
    const units = prices[index] ?? null
    return units === null ? [] : [[id, new D(units).dividedBy(10_000)]]
  })
  return {
    positions: bookAt(book, NOW, {
      marks: new Map(),
      fx: { baseCurrency: 'USD' } as never,
    }).holdings.map(({ position }) => position),
    instruments: new Map(INSTRUMENTS.map((one) => [one.conId, one])),
    fills: book.fills.filter(({ execution }) => execution.executedAt > THEN),
    adjustments: book.adjustments,
    entries: book.entries,
    movedAt: isOfAccount ? null : new Map(known),
  }
}

function spanOf(of: Drawn): BookSpan {
  const { before, after, given } = of
  return {
    opening: equityAt(of, THEN, before),
    closing: equityAt(of, NOW, after),
    since: sinceOf(of, false),
    between: { after: THEN, until: NOW },
    pricesOf: (conId) => ({
      opening: before.marks.get(conId) ?? null,
      closing: after.marks.get(conId) ?? null,
    }),
    allocations: given,
  }
}

/** The whole account between its two balance sheets. */
function accountOf(of: Drawn): Explanation {
  const { book, before, after } = of
  const [then, now] = [bookAt(book, THEN, before), bookAt(book, NOW, after)]
  const { between, pricesOf } = spanOf(of)
  const since = sinceOf(of, true)
  return explain({
    opening: { nav: netAssets(then.assets).amount, fx: before.fx },
    closing: { nav: netAssets(now.assets).amount, fx: after.fx },
    openingValue: assetsByCurrency(then.assets),
    holdings: holdingSpans(since, between, pricesOf),
    postings: postingsBetween(since, between),
    allocated: new D(0),
  })
}

const everybody = (of: Drawn): readonly Explanation[] =>
  EVERYBODY.map((strategy) => explain(strategySpan(strategy, spanOf(of))))

const sumOf = (amounts: readonly Decimal[]): Decimal =>
  amounts.reduce<Decimal>((sum, amount) => sum.plus(amount), new D(0))

describe('the explanation of a strategy', () => {
  it('explains all of its equity, folded apart, and adds up to the last digit', () => {
    fc.assert(
      fc.property(drawn, (of) => {
        for (const told of everybody(of)) {
          expect([text(told.unexplained), told.excluded]).toEqual(['0', []])
          expect(text(sumOf(PARTS.map((part) => told[part])))).toBe(text(told.change))
          expect(text(told.change)).toBe(text(told.closingNav.minus(told.openingNav)))
        }
      }),
      RUNS,
    )
  })

  it('adds up over all of them to the account’s, part by part', () => {
    fc.assert(
      fc.property(drawn, (of) => {
        const all = everybody(of)
        const account = accountOf(of)
        const over = (part: (typeof PARTS)[number]): Decimal => sumOf(all.map((told) => told[part]))
        for (const part of ['price', 'fx', 'commission', 'incomeAndFees', 'unexplained'] as const)
          expect([part, text(over(part))]).toEqual([part, text(account[part])])
        // What is brought in is a flow of the market's value to those who hold it.
        expect(text(over('trading').plus(over('flows')))).toBe(
          text(account.trading.plus(account.flows)),
        )
        expect(text(sumOf(all.map(({ change }) => change)))).toBe(text(account.change))
      }),
      RUNS,
    )
  })

  it('takes capital as a flow, of which UNALLOCATED has the other side', () => {
    const nothing = { fills: [], entries: [], adjustments: [] }
    const market = fc.sample(markets, 1)[0]!
    const capital: Allocation = {
      ...{ id: '1', strategy: EVERYBODY[0], baseCurrency: 'USD', amount: new D(500) as Money },
      ...{ at: secondsIn(15), recordedAt: secondsIn(15), author: 'trader', reason: '' },
    }
    const of = { book: nothing, before: market, after: market, given: [capital], prices: [] }
    expect(everybody(of).map(({ flows, change }) => [text(flows), text(change)])).toEqual([
      ...[
        ['500', '500'],
        ['0', '0'],
        ['0', '0'],
      ],
      ['-500', '-500'],
    ])
  })
})
