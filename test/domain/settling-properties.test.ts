import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { followUp } from '#domain/break-life.ts'
import type { BrokerHolding } from '#domain/broker-side.ts'
import { reconcile } from '#domain/reconcile.ts'
import { planSettlement } from '#domain/settle.ts'
import type { SettlePlan, Settlement } from '#domain/settlement.ts'
import { planTransfer } from '#domain/transfer.ts'
import { planUndo } from '#domain/undo.ts'
import { D, text, toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'
import { SPY } from '../fakes/builders.ts'
import { RUNS, shares } from './arbitraries.ts'
import { bothSides, costsOf, positionsOf, type Happened } from './sides.ts'
import { aWriting, breaksOf, NOW, requestFor, withPlan } from './settling.ts'
import { fillsOfThree, folded, STRATEGIES } from './settling-arbitraries.ts'

/** What the broker may hold: nothing, or some at a price, or some whose cost it does not tell. */
const brokers: fc.Arbitrary<readonly BrokerHolding[]> = fc.oneof(
  fc.constant([]),
  fc
    .tuple(shares, fc.boolean(), fc.option(fc.bigInt(1n, 10_000_000n)))
    .map(([size, isShort, average]) => [
      {
        conId: SPY,
        quantity: isShort ? size.negated() : size,
        averageCost: average === null ? null : new D(average.toString()).dividedBy(1000),
      },
    ]),
)

const settlements: fc.Arbitrary<Settlement> = fc.oneof(
  fc.constantFrom(...STRATEGIES).map((strategy): Settlement => ({
    how: 'assign',
    strategy,
    price: null,
  })),
  fc.constant<Settlement>({ how: 'keep unattributed' }),
)

const books = fc.tuple(fillsOfThree, brokers, settlements)
const sumOf = (happened: Happened): Decimal =>
  positionsOf(happened).reduce<Decimal>((sum, { quantity }) => sum.plus(quantity), ZERO)
const quantityAt = (broker: readonly BrokerHolding[]): Decimal => broker[0]?.quantity ?? ZERO

function planFor(
  book: Happened,
  broker: readonly BrokerHolding[],
  settlement: Settlement,
): SettlePlan | null {
  const broken = breaksOf(book, broker).find(({ kind }) => kind === 'quantity')
  if (broken === undefined) return null
  const plan = planSettlement(requestFor(book, broker, { settlement, break: broken }))
  if (!plan.ok) throw new Error(plan.error)
  return plan.value
}

describe('any book and any broker', () => {
  it('have after settling Σ strategies + UNATTRIBUTED at what the broker holds', () => {
    fc.assert(
      fc.property(books, ([fills, broker, settlement]) => {
        const book: Happened = { fills }
        const plan = planFor(book, broker, settlement)
        if (plan === null) return
        const after = withPlan(book, plan)
        expect(text(sumOf(after))).toBe(text(quantityAt(broker)))
        const cost = costsOf(after).get(SPY)!
        expect(text(cost.position.quantity)).toBe(text(quantityAt(broker)))
        const { disagreements } = reconcile(bothSides(after, { broker }))
        expect(disagreements).toEqual([])
      }),
      RUNS,
    )
  })

  it('come to the same reconciled twice as once', () => {
    fc.assert(
      fc.property(books, ([fills, broker]) => {
        const sides = bothSides({ fills }, { broker })
        const once = reconcile(sides)
        expect(reconcile(sides)).toEqual(once)
        const found = followUp([], once, NOW).map(({ after }) => after)
        const again = followUp(found, once, utcMillis(NOW + 1))
        expect(again.map(({ after }) => ({ ...after, status: 'opened', timesSeen: 1 }))).toEqual(
          found.map((one) => ({ ...one, lastSeenAt: NOW + 1 })),
        )
      }),
      RUNS,
    )
  })

  it('are as they were once the settlement is undone', () => {
    fc.assert(
      fc.property(books, ([fills, broker, settlement]) => {
        const book: Happened = { fills }
        const plan = planFor(book, broker, settlement)
        if (plan === null) return
        const { adjustments } = plan
        const back = planUndo(
          { command: 'settle-1', adjustments, cashEntries: [] },
          aWriting({ command: 'undo-1' }),
        )
        if (!back.ok) throw new Error(back.error)
        const undone = { fills, adjustments: [...back.value.adjustments, ...adjustments] }
        const before = folded(book)
        const names = new Set(before.map(({ strategy }) => strategy))
        expect(folded(undone).filter(({ strategy }) => names.has(strategy))).toEqual(before)
        expect(costsOf(undone)).toEqual(costsOf(book))
        expect(breaksOf(undone, broker)).toEqual(breaksOf(book, broker))
      }),
      RUNS,
    )
  })

  it('move profit by a transfer only to who stood on the other side, and none in all', () => {
    const moves = fc.tuple(
      fillsOfThree,
      fc.constantFrom(...STRATEGIES),
      fc.integer({ min: 1, max: 4 }),
    )
    fc.assert(
      fc.property(moves, ([fills, to, quarter]) => {
        const positions = positionsOf({ fills })
        const giver = positions.find((one) => one.strategy !== to && !one.quantity.isZero())
        if (giver === undefined) return
        const quantity = toLedgerScale(giver.quantity.times(quarter).dividedBy(4))
        const transfer = { conId: SPY, from: giver.strategy, to, quantity }
        const plan = planTransfer(transfer, { positions, writing: aWriting() })
        if (!plan.ok) throw new Error(plan.error)
        const after = { fills, adjustments: plan.value.adjustments }
        expect(costsOf(after)).toEqual(costsOf({ fills }))
        const gave = plan.value.effects.find(({ strategy }) => strategy === giver.strategy)
        expect(text(gave!.realizedPoints!)).toBe('0')
        expect(text(netOf(after))).toBe(text(netOf({ fills })))
      }),
      RUNS,
    )
  })
})

/** Σ over strategies of realized − cost. */
const netOf = (happened: Happened): Decimal =>
  positionsOf(happened).reduce<Decimal>(
    (sum, { realizedPoints, cost }) => sum.plus(realizedPoints).minus(cost),
    ZERO,
  )
