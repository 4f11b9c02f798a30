import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endAccountFold, foldAccountChunk, startAccountFold } from '#domain/account-cost.ts'
import { superseded, type Adjustment } from '#domain/adjustment.ts'
import { signedQuantity, type Fill } from '#domain/fill.ts'
import { inSlotOrder } from '#domain/fold.ts'
import { EVERY_STRATEGY, permId } from '#shared/ids.ts'
import { D, text, toLedgerScale, ZERO, type Decimal, type Quantity } from '#shared/money.ts'
import { anAdjustment, anInstrument, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { fillSequence, RUNS, shuffledAndRepeated } from './arbitraries.ts'
import { costsOf, positionsOf } from './sides.ts'
import { entries, fillsOfThree, folded } from './settling-arbitraries.ts'

/** The average an order tells has 34 digits. */
const tolerance = new D('0.000000000001')

describe('any fills and entries', () => {
  it('come to the same in whatever order they arrive', () => {
    const arrivals = fc
      .tuple(fillsOfThree, entries)
      .chain(([fills, posted]) =>
        fc.tuple(
          fc.constant({ fills, adjustments: posted }),
          fc.shuffledSubarray([...fills], { minLength: fills.length }),
          fc.shuffledSubarray([...posted], { minLength: posted.length }),
        ),
      )
    fc.assert(
      fc.property(arrivals, ([happened, fills, adjustments]) => {
        const shuffled = { fills, adjustments }
        expect(folded(shuffled)).toEqual(folded(happened))
        expect(costsOf(shuffled)).toEqual(costsOf(happened))
      }),
      RUNS,
    )
  })

  it('have realized minus cost at minus what was paid, entries too, to the last digit', () => {
    fc.assert(
      fc.property(fillsOfThree, entries, (fills, adjustments) => {
        for (const position of positionsOf({ fills, adjustments })) {
          const own = fills.filter(({ strategy }) => strategy === position.strategy)
          const paidByFills = own.reduce<Decimal>(
            (sum, { execution }) =>
              sum.plus(toLedgerScale(signedQuantity(execution).times(execution.price))),
            ZERO,
          )
          // Costs adopted and splits pay nothing.
          const paid = adjustments
            .filter(({ strategy, kind }) => strategy === position.strategy && kind !== 'cost')
            .reduce<Decimal>((sum, { cost }) => sum.plus(cost ?? NaN), paidByFills)
          const { realizedPoints, cost } = position
          expect(text(realizedPoints.minus(cost))).toBe(text(paid.negated()))
        }
      }),
      RUNS,
    )
  })

  it('scale exactly by a split and its reverse, for the same cost', () => {
    const scaled = fc.tuple(fillsOfThree, fc.integer({ min: 2, max: 40 }))
    fc.assert(
      fc.property(scaled, ([fills, by]) => {
        const split = (second: number, to: number, from: number): Adjustment =>
          anAdjustment({
            id: `split-${second}`,
            kind: 'split',
            strategy: EVERY_STRATEGY,
            effectiveAt: secondsIn(second),
            quantity: ZERO,
            cost: new D(0),
            ratio: { to: new D(to), from: new D(from) },
          })
        const before = positionsOf({ fills })
        const after = positionsOf({ fills, adjustments: [split(100, by, 1)] })
        const back = positionsOf({ fills, adjustments: [split(100, by, 1), split(101, 1, by)] })
        before.forEach((was, index) => {
          expect(text(after[index]!.quantity)).toBe(text(was.quantity.times(by)))
          expect(text(after[index]!.cost)).toBe(text(was.cost))
          expect(text(after[index]!.realizedPoints)).toBe(text(was.realizedPoints))
          expect(text(back[index]!.quantity)).toBe(text(was.quantity))
        })
      }),
      RUNS,
    )
  })

  it('cost the account the same folded in chunks as at once', () => {
    const chunked = fc.tuple(fillsOfThree, entries, fc.integer({ min: 1, max: 5 }))
    fc.assert(
      fc.property(chunked, ([fills, adjustments, size]) => {
        const ordered = inSlotOrder(fills)
        let folding = startAccountFold(anInstrument(), adjustments)
        for (let from = 0; from < ordered.length; from += size) {
          folding = foldAccountChunk(folding, ordered.slice(from, from + size))
        }
        expect(endAccountFold(folding)).toEqual(costsOf({ fills, adjustments }).get(SPY))
      }),
      RUNS,
    )
  })
})

describe('any order whose executions were lost', () => {
  /** An order of up to six executions, and the average its status tells. */
  const orders = fillSequence.chain((drawn) => {
    let cumulative: Decimal = ZERO
    let paid: Decimal = ZERO
    const fills = drawn.map((fill): Fill => {
      cumulative = cumulative.plus(fill.execution.shares)
      paid = paid.plus(fill.execution.shares.times(fill.execution.price))
      const cumulativeQuantity = cumulative as Quantity
      const execution = { ...fill.execution, side: 'buy' as const, permId: permId(7) }
      return { ...fill, execution: { ...execution, cumulativeQuantity } }
    })
    const order = {
      permId: permId(7),
      filled: cumulative as Quantity,
      averagePrice: paid.dividedBy(cumulative) as never,
    }
    return fc.tuple(
      fc.constant(fills),
      fc.constant(order),
      fc.subarray(fills, { maxLength: fills.length - 1 }),
      shuffledAndRepeated(fills),
    )
  })

  it('is whole with its stand-in, whatever turns up, and needs none once all has', () => {
    fc.assert(
      fc.property(orders, ([fills, order, told, arrived]) => {
        const standIn = anAdjustment({
          id: 'stand-in',
          kind: 'stand-in',
          strategy: MOMENTUM,
          quantity: order.filled,
          standsFor: order,
          effectiveAt: secondsIn(50),
        })
        const [position] = positionsOf({ fills: told, adjustments: superseded([standIn], told) })
        expect(text(position!.quantity)).toBe(text(order.filled))
        const paid = order.filled.times(order.averagePrice)
        const off = position!.cost.minus(position!.realizedPoints).minus(paid).abs()
        expect(off.lessThan(tolerance)).toBe(true)
        const all = [...new Map(arrived.map((fill) => [fill.fillId, fill])).values()]
        expect(all).toHaveLength(fills.length)
        expect(superseded([standIn], all)).toEqual([])
      }),
      RUNS,
    )
  })
})
