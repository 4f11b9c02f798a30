import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fill } from '#domain/fill.ts'
import { openingHolding, openingMoment, type HeldAtOpening } from '#domain/opening.ts'
import { execId } from '#shared/ids.ts'
import { D, quantity, text, textOrNull, type Decimal, type Money } from '#shared/money.ts'
import type { Price, Quantity } from '#shared/money.ts'
import { aFill, OPENED_AT, secondsIn, SPY } from '../fakes/builders.ts'
import { RUNS } from './arbitraries.ts'

/** What the broker keeps of one instrument: cost in money, opening commission included. */
type BrokerAccount = { readonly quantity: Decimal; readonly cost: Decimal }

/** IB's average cost method at account level, written for this test alone. */
function brokerAfter(held: BrokerAccount, fill: Fill, pointValue: Decimal): BrokerAccount {
  const { side, shares, price } = fill.execution
  const change = side === 'buy' ? shares : shares.negated()
  const charged = fill.charge?.amount ?? new D(0)
  const after = held.quantity.plus(change)
  const opens = (part: Decimal): Decimal =>
    part.times(price).times(pointValue).plus(charged.times(part.abs()).dividedBy(shares))
  if (held.quantity.isZero() || held.quantity.isPositive() === change.isPositive())
    return { quantity: after, cost: held.cost.plus(opens(change)) }
  if (after.isZero() || after.isPositive() === change.isPositive())
    return { quantity: after, cost: after.isZero() ? new D(0) : opens(after) }
  return { quantity: after, cost: held.cost.times(after).dividedBy(held.quantity) }
}

/** One step of the day: it opens so many ten-thousandths, or closes so many percent of the rest. */
type Step = {
  readonly opens: boolean
  readonly size: number
  readonly percent: number
  readonly cents: number
  readonly charge: number
}

type Day = {
  readonly start: BrokerAccount
  readonly pointValue: Decimal
  readonly fills: readonly Fill[]
  readonly end: BrokerAccount
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    opens: fc.boolean(),
    size: fc.integer({ min: 1, max: 50_000_000 }),
    percent: fc.integer({ min: 1, max: 85 }),
    cents: fc.integer({ min: 1, max: 5_000_000 }),
    charge: fc.integer({ min: -200, max: 5_000 }),
  }),
  { maxLength: 8 },
)

type Terms = {
  readonly quantity: number
  readonly isShort: boolean
  readonly averageCents: number
  /** Money of one point: multipliers, pence, and bonds in percent of their face value. */
  readonly pointValue: string
}

const terms: fc.Arbitrary<Terms> = fc.record({
  quantity: fc.integer({ min: 1, max: 100_000_000 }),
  isShort: fc.boolean(),
  averageCents: fc.integer({ min: 1, max: 5_000_000 }),
  pointValue: fc.constantFrom('1', '50', '100', '0.1', '0.01', '10'),
})

/** A day of fills on a holding; a closing of 100 percent or more makes it flat or turns it over. */
function dayOf(drawn: Terms, day: readonly Step[]): Day {
  const sign = drawn.isShort ? -1 : 1
  const held = new D(drawn.quantity).dividedBy(10_000).times(sign)
  const pointValue = new D(drawn.pointValue)
  const cost = held.times(drawn.averageCents).dividedBy(100).times(pointValue)
  const start = { quantity: held, cost }
  const fills: Fill[] = []
  let account: BrokerAccount = start
  for (const step of day) {
    const fill = fillOf(step, account.quantity, fills.length)
    if (fill === null) continue
    fills.push(fill)
    account = brokerAfter(account, fill, pointValue)
  }
  return { start, pointValue, fills, end: account }
}

const charged = (amount: Decimal | string, currency = 'USD') => ({
  ...{ amount: new D(amount) as Money, currency, revision: 1 },
})

function fillOf(step: Step, held: Decimal, index: number): Fill | null {
  const closing = held.abs().times(step.percent).dividedBy(100).toDecimalPlaces(4, D.ROUND_DOWN)
  const size = step.opens ? new D(step.size).dividedBy(10_000) : closing
  if (size.isZero()) return null
  const charge = charged(new D(step.charge).dividedBy(100))
  const execution = {
    execId: execId(`0001.${String(index).padStart(4, '0')}.01`),
    side: step.opens === held.isPositive() ? ('buy' as const) : ('sell' as const),
    shares: size as Quantity,
    price: new D(step.cents).dividedBy(100) as Price,
    executedAt: secondsIn(index),
  }
  return aFill(execution, { charge })
}

const heldAfter = ({ end, pointValue }: Day): HeldAtOpening => ({
  conId: SPY,
  quantity: end.quantity as Quantity,
  averageCost: end.quantity.isZero() ? new D(0) : end.cost.dividedBy(end.quantity),
  currency: 'USD',
  pointValue,
})

describe('the opening holding', () => {
  it('is the holding the day began with, found from where the broker ended', () => {
    fc.assert(
      fc.property(terms, steps, (drawn, drawnSteps) => {
        const day = dayOf(drawn, drawnSteps)
        const opening = openingHolding(heldAfter(day), [...day.fills].reverse())
        expect(text(opening.quantity)).toBe(text(day.start.quantity))
        const cost = day.start.cost.dividedBy(day.pointValue)
        expect(opening.cost?.minus(cost).abs().lessThan('1e-12')).toBe(true)
      }),
      RUNS,
    )
  })

  it('has an unknown cost once the day has touched or crossed flat', () => {
    const crossing = steps.chain((before) =>
      fc.tuple(fc.constant(before), fc.constantFrom(100, 101, 250), steps),
    )
    fc.assert(
      fc.property(terms, crossing, (drawn, [before, percent, after]) => {
        const turn = { opens: false, size: 1, percent, cents: 1234, charge: 100 }
        const day = dayOf(drawn, [...before, turn, ...after])
        // A day may return to what it began with; it began with something.
        const opening = openingHolding(heldAfter(day), day.fills)
        expect([text(opening.quantity), opening.cost]).toEqual([text(day.start.quantity), null])
      }),
      RUNS,
    )
  })

  const held = {
    conId: SPY,
    quantity: quantity('100'),
    averageCost: new D('10'),
    currency: 'USD',
    pointValue: new D(1),
  }

  it('is what the broker holds when nothing was traded today', () => {
    const { quantity: size, cost } = openingHolding(held, [])
    expect([text(size), textOrNull(cost)]).toEqual(['100', '1000'])
  })

  it('is nothing, at no cost, when all was bought today', () => {
    const { quantity: size, cost } = openingHolding(held, [aFill()])
    expect([text(size), textOrNull(cost)]).toEqual(['0', '0'])
  })

  it('is short what was sold today and is not held any more', () => {
    const none = { ...held, quantity: quantity('0'), averageCost: new D(0) }
    const { quantity: size, cost } = openingHolding(none, [aFill()])
    expect([text(size), cost]).toEqual(['-100', null])
  })

  it('has an unknown cost while the broker or the contract leaves it open', () => {
    expect(openingHolding({ ...held, averageCost: null }, []).cost).toBeNull()
    expect(openingHolding({ ...held, pointValue: null }, []).cost).toBeNull()
  })

  const bought = aFill({ shares: quantity('10') }, { charge: null })
  const sold = aFill({ shares: quantity('10'), side: 'sell' }, { charge: null })

  it('has an unknown cost while the commission of what was added is not told', () => {
    expect(openingHolding(held, [bought]).cost).toBeNull()
    expect(openingHolding(held, [bought, aFill({}, { charge: charged('1') })]).cost).toBeNull()
  })

  it('has its cost whatever a sale was charged, which is no part of it', () => {
    expect(textOrNull(openingHolding(held, [sold]).cost)).toBe('1100')
  })

  it('has an unknown cost where what was added was charged in another currency', () => {
    const inEuros = { ...bought, charge: charged('1', 'EUR') }
    expect(openingHolding(held, [inEuros]).cost).toBeNull()
    expect(openingHolding({ ...held, currency: null }, [inEuros]).cost).toBeNull()
    const free = { ...bought, charge: charged('0', 'EUR') }
    expect(textOrNull(openingHolding(held, [free]).cost)).toBe('900')
  })

  it('is quoted in pence where the broker counts pounds', () => {
    const inPounds = { ...held, averageCost: new D('2.5'), pointValue: new D('0.01') }
    expect(textOrNull(openingHolding(inPounds, []).cost)).toBe('25000')
  })
})

describe('the opening moment', () => {
  it('stands just before the first fill, in whatever order they come', () => {
    const fills = [aFill({ executedAt: secondsIn(9) }), aFill({ executedAt: secondsIn(3) })]
    expect(openingMoment(fills, secondsIn(20))).toBe(secondsIn(3) - 1n)
  })

  it('stands just before the holdings were seen, if nothing was traded', () => {
    expect(openingMoment([], OPENED_AT)).toBe(OPENED_AT - 1n)
  })
})
