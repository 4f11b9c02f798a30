import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signedQuantity, type Fill } from '#domain/fill.ts'
import { flat, applyFill } from '#domain/position.ts'
import { compareSlots, slotOf } from '#domain/slot.ts'
import { endFold, foldChunk, foldInSteps, foldPosition, inSlotOrder } from '#domain/fold.ts'
import { startFold, type Folded } from '#domain/fold.ts'
import { standing, type Adjustment } from '#domain/adjustment.ts'
import { execId } from '#shared/ids.ts'
import { D, text, textOrNull, toLedgerScale, ZERO, type Quantity } from '#shared/money.ts'
import { aFill, anAdjustment, countedFills, MOMENTUM, secondsIn, SPY } from '../fakes/builders.ts'
import { asText, fillSequence, foldedAsText, prices, revisedSequence, RUNS } from './arbitraries.ts'
import { shares, shuffledAndRepeated } from './arbitraries.ts'

const start = flat(MOMENTUM, SPY)
const fold = (fills: readonly Fill[], adjustments: readonly Adjustment[] = []): Folded =>
  foldPosition(start, { fills, adjustments })

/** What all fills paid: Σ d·p. */
const paid = (fills: readonly Fill[]) =>
  fills.reduce(
    (sum, { execution }) =>
      sum.plus(toLedgerScale(signedQuantity(execution).times(execution.price))),
    new D(0),
  )

/** Adjustments of every effect in the middle of the day, of known and of unknown cost. */
const adjustments: fc.Arbitrary<readonly Adjustment[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('opening', 'residual', 'cost', 'split'),
      second: fc.integer({ min: 0, max: 4 }),
      quantity: shares,
      cost: prices,
    }),
    { maxLength: 4 },
  )
  .map((drawn) =>
    drawn.map(({ kind, second, quantity, cost }, index) =>
      anAdjustment({
        id: `${kind}-${index}`,
        kind,
        effectiveAt: secondsIn(second),
        quantity: kind === 'cost' || kind === 'split' ? ZERO : quantity,
        cost: index === 2 ? null : cost,
        ratio: kind === 'split' ? { to: new D(1 + second), from: new D(2) } : null,
      }),
    ),
  )

const taken = (back: Adjustment): Adjustment => ({
  ...back,
  id: `reversal-of-${back.id}`,
  kind: 'reversal',
  quantity: back.quantity.negated() as Quantity,
  cost: back.cost?.negated() ?? null,
  reverses: back.id,
})

describe('a book of any executions', () => {
  it('is the same whatever the order of arrival, the repetitions and the revisions', () => {
    const arrivals = revisedSequence.chain((fills) =>
      fc.tuple(fc.constant(fills), shuffledAndRepeated(fills)),
    )
    fc.assert(
      fc.property(arrivals, ([fills, arrived]) => {
        const asReported = fold(countedFills(fills))
        expect(foldedAsText(fold(countedFills(arrived)))).toEqual(foldedAsText(asReported))
      }),
      RUNS,
    )
  })

  it('has realized minus cost at minus what was paid, to the last digit', () => {
    fc.assert(
      fc.property(fillSequence, (fills) => {
        const { position, realized } = fold(fills)
        const { realizedPoints, cost } = position
        expect(text(realizedPoints.minus(cost))).toBe(text(paid(fills).negated()))
        const parts = [...realized.values()].reduce<typeof cost>(
          (sum, part) => sum.plus(part ?? NaN),
          new D(0),
        )
        expect(text(parts)).toBe(text(realizedPoints))
      }),
      RUNS,
    )
  })

  it('holds what was bought less what was sold, and costs nothing when that is nothing', () => {
    fc.assert(
      fc.property(fillSequence, (fills) => {
        const { quantity, cost } = fold(fills).position
        const moved = fills.reduce(
          (sum, { execution }) => sum.plus(signedQuantity(execution)),
          new D(0),
        )
        expect(text(quantity)).toBe(text(moved))
        if (quantity.isZero()) expect(text(cost)).toBe('0')
      }),
      RUNS,
    )
  })

  it('is the same applied one by one in slot order as folded at once', () => {
    fc.assert(
      fc.property(fillSequence, (fills) => {
        const oneByOne = inSlotOrder(fills).reduce(
          (position, fill) => applyFill(position, fill).position,
          start,
        )
        expect(asText(oneByOne)).toEqual(asText(fold(fills).position))
      }),
      RUNS,
    )
  })

  it('is the same when folding stops at any entry and goes on later', () => {
    const cut = fc.tuple(fillSequence, fc.nat({ max: 14 }), fc.integer({ min: 1, max: 5 }))
    fc.assert(
      fc.property(cut, ([fills, at, stepSize]) => {
        const whole = fold(fills)
        const ordered = inSlotOrder(fills)
        const before = fold(ordered.slice(0, at))
        const rest = foldPosition(before.position, { fills: ordered.slice(at), adjustments: [] })
        expect(asText(rest.position)).toEqual(asText(whole.position))
        const steps = foldInSteps(start, { fills, adjustments: [] }, stepSize)
        let step = steps.next()
        let pauses = 0
        for (; !step.done; step = steps.next()) pauses += 1
        expect(foldedAsText(step.value)).toEqual(foldedAsText(whole))
        expect(pauses).toBe(Math.ceil(fills.length / stepSize) - 1)
      }),
      RUNS,
    )
  })

  it('is the same in chunks of ordered fills as folded at once, adjustments in place', () => {
    const chunked = fc.tuple(fillSequence, adjustments, fc.integer({ min: 1, max: 5 }))
    fc.assert(
      fc.property(chunked, ([fills, posted, size]) => {
        const whole = fold(fills, posted)
        const ordered = inSlotOrder(fills)
        let folding = startFold(start, posted)
        const realized: (string | null)[] = []
        for (let from = 0; from < ordered.length; from += size) {
          const chunk = foldChunk(folding, ordered.slice(from, from + size))
          folding = chunk.folding
          realized.push(...chunk.realized.map(textOrNull))
        }
        expect(asText(endFold(folding))).toEqual(asText(whole.position))
        expect(realized).toEqual([...whole.realized.values()].map(textOrNull))
      }),
      RUNS,
    )
  })

  it('refuses to fold a fill that stands before one it has folded', () => {
    const [first, second] = inSlotOrder([
      aFill({ execId: execId('1.01') }),
      aFill({ execId: execId('2.01') }),
    ])
    const folding = startFold(start, [])
    expect(() => foldChunk(folding, [second!, first!])).toThrow('the fill 1 is folded out of its')
  })

  it('is as if an adjustment had never been, once it is taken back', () => {
    const histories = fc.tuple(fillSequence, adjustments, fc.infiniteStream(fc.boolean()))
    fc.assert(
      fc.property(histories, ([fills, posted, choice]) => {
        const undone = posted.filter(() => choice.next().value)
        const left = posted.filter((one) => !undone.includes(one))
        const history = [...undone.map(taken), ...posted]
        expect(standing(history)).toEqual(left)
        expect(foldedAsText(fold(fills, history))).toEqual(foldedAsText(fold(fills, left)))
      }),
      RUNS,
    )
  })

  it('does not change what an adjustment of known cost adds, whatever the fills do', () => {
    fc.assert(
      fc.property(fillSequence, shares, prices, (fills, quantity, cost) => {
        const opening = anAdjustment({ quantity, cost })
        const { position } = fold(fills, [opening])
        const identity = position.realizedPoints.minus(position.cost)
        expect(text(identity)).toBe(text(paid(fills).plus(cost).negated()))
      }),
      RUNS,
    )
  })
})

describe('two fills of one slot of time', () => {
  it('stand in one total order, which is the same from both sides', () => {
    fc.assert(
      fc.property(fillSequence, (fills) => {
        for (const a of fills) {
          for (const b of fills) {
            const order = compareSlots(slotOf(a), slotOf(b))
            expect(Math.sign(order) + Math.sign(compareSlots(slotOf(b), slotOf(a)))).toBe(0)
            expect(order === 0).toBe(a.fillId === b.fillId)
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  it('are told apart by permId, then cumulative quantity, then root', () => {
    const first = aFill()
    const ordered = [
      aFill({ ...first.execution, permId: 1 as typeof first.execution.permId }),
      aFill({ ...first.execution, cumulativeQuantity: new D(9) as Quantity }),
      first,
      aFill({ ...first.execution, execId: '0001.01' as typeof first.execution.execId }),
    ]
    expect(inSlotOrder([...ordered].reverse())).toEqual(ordered)
  })
})
