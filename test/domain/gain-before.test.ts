import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Adjustment } from '#domain/adjustment.ts'
import { signedQuantity, type Fill } from '#domain/fill.ts'
import { foldPosition } from '#domain/fold.ts'
import { gainBefore } from '#domain/gain-before.ts'
import { valueHolding } from '#domain/holding-value.ts'
import { noRates } from '#domain/fx.ts'
import { flat } from '#domain/position.ts'
import { holdingSpans } from '#domain/span.ts'
import { execId } from '#shared/ids.ts'
import { D, decimal, quantity, text, textOrNull, toLedgerScale, type Price } from '#shared/money.ts'
import { utcNanos } from '#shared/time.ts'
import { aFill, anAdjustment, anInstrument, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { fillSequence, prices, RUNS } from './arbitraries.ts'

const END = utcNanos(9_223_372_036_854_775_807n)

type Happened = {
  readonly fills?: readonly Fill[]
  readonly adjustments?: readonly Adjustment[]
  /** What was worth how much when it was transferred. */
  readonly movedAt?: ReadonlyMap<string, ReturnType<typeof decimal>>
}

/** What a position's gain is measured from, a second into the day. */
function before(
  { fills = [], adjustments = [], movedAt = new Map() }: Happened,
  openingPrice: string | null,
) {
  const { position } = foldPosition(flat(MOMENTUM, SPY), { fills, adjustments })
  const since = { fills, adjustments, positions: [position], entries: [], movedAt }
  const [span] = holdingSpans(
    { ...since, instruments: new Map([[SPY, anInstrument()]]) },
    { after: secondsIn(1), until: END },
    () => ({ opening: openingPrice === null ? null : decimal(openingPrice), closing: null }),
  )
  return { position, points: gainBefore(position, span) }
}

/** The day's P&L at a price, opened at another. */
function daily(happened: Happened, openingPrice: string | null, last: string | null) {
  const { position, points } = before(happened, openingPrice)
  const { local } = valueHolding(
    { position, instrument: anInstrument(), quoted: last === null ? null : decimal(last) },
    { fx: noRates('USD'), pointsBefore: points },
  )
  return textOrNull(local.dailyPnl)
}

const bought = (second: number, at: string, shares = '100') =>
  aFill({
    execId: execId(`0001.${second}.01`),
    ...{ shares: quantity(shares), price: decimal(at) as Price },
    executedAt: secondsIn(second),
  })
const sold = (second: number, at: string, shares = '100') =>
  aFill({
    execId: execId(`0002.${second}.01`),
    side: 'sell',
    ...{ shares: quantity(shares), price: decimal(at) as Price },
    executedAt: secondsIn(second),
  })
const entry = (over: Partial<Adjustment>) =>
  anAdjustment({ strategy: MOMENTUM, effectiveAt: secondsIn(5), ...over })

describe('the P&L of the day', () => {
  it('is the change of price of what was held when it began', () => {
    expect(daily({ fills: [bought(0, '10')] }, '12', '13')).toBe('100')
  })

  it('counts what was traded since from its own price, sold or bought', () => {
    const held = bought(0, '10')
    expect(daily({ fills: [held, bought(2, '12.5', '50')] }, '12', '13')).toBe('125')
    expect(daily({ fills: [held, sold(2, '11')] }, '12', null)).toBe('-100')
    expect(daily({ fills: [bought(2, '10'), sold(3, '11')] }, null, null)).toBe('100')
  })

  it('is unknown without the price of what was held then, or of what is held now', () => {
    const fills = [bought(0, '10')]
    expect(daily({ fills }, null, '13')).toBeNull()
    expect(daily({ fills }, '12', null)).toBeNull()
    expect(daily({ fills: [bought(2, '10')] }, null, '13')).toBe('300')
  })

  it('is nothing for what was flat, whatever it had made before', () => {
    expect(daily({ fills: [bought(0, '10'), sold(1, '15')] }, null, null)).toBe('0')
  })

  it('looks through a split, and at no cost that was adopted', () => {
    const fills = [bought(0, '10')]
    const split = entry({
      ...{ id: 'split-1', kind: 'split', quantity: quantity('0'), cost: null },
      ratio: { to: new D(2), from: new D(1) },
    })
    expect(daily({ fills, adjustments: [split] }, '12', '6.5')).toBe('100')
    const cost = entry({ id: 'cost-1', kind: 'cost', quantity: quantity('0'), cost: new D(55) })
    expect(daily({ fills, adjustments: [cost] }, '12', '13')).toBe('100')
  })

  it('begins for what was transferred when it came, at its price of then', () => {
    const came = entry({ id: 'transfer-1', kind: 'transfer', cost: new D(900) })
    const movedAt = new Map([[came.id, decimal('12.25')]])
    expect(daily({ adjustments: [came], movedAt }, null, '13')).toBe('75')
  })

  it('is what was held at the change of price and every trade at its own, exactly', () => {
    fc.assert(
      fc.property(fillSequence, prices, prices, (fills, opening, last) => {
        const { position, points } = before({ fills }, text(opening))
        const sinceOpening = fills.filter((fill) => fill.execution.executedAt > secondsIn(1))
        let expected = position.quantity.times(last)
        let held = position.quantity as ReturnType<typeof decimal>
        for (const { execution } of sinceOpening) {
          const traded = signedQuantity(execution)
          expected = expected.minus(toLedgerScale(traded.times(execution.price)))
          held = held.minus(traded)
        }
        expected = expected.minus(held.times(opening))
        const gained = position.realizedPoints
          .plus(position.quantity.times(last))
          .minus(position.cost)
          .minus(points!)
        expect(text(toLedgerScale(gained))).toBe(text(toLedgerScale(expected)))
      }),
      RUNS,
    )
  })

  it('is measured from the same, however much is traded later', () => {
    fc.assert(
      fc.property(fillSequence, prices, (fills, opening) => {
        const early = fills.filter(({ execution }) => execution.executedAt <= secondsIn(2))
        const whole = before({ fills }, text(opening)).points
        expect(text(whole!)).toBe(text(before({ fills: early }, text(opening)).points!))
      }),
      RUNS,
    )
  })
})
