import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Adjustment } from '#domain/adjustment.ts'
import { carriedInBase } from '#domain/carried.ts'
import { concerns } from '#domain/adjustment.ts'
import type { Fill } from '#domain/fill.ts'
import { foldPosition } from '#domain/fold.ts'
import { handedOver } from '#domain/handed-over.ts'
import { supersedingCommand, type LateExecution } from '#domain/late-execution.ts'
import { flat } from '#domain/position.ts'
import { slotOf } from '#domain/slot.ts'
import { supersede } from '#domain/superseding.ts'
import { EVERY_STRATEGY, execId, strategyId, UNATTRIBUTED, type StrategyId } from '#shared/ids.ts'
import { D, money, price, quantity, text, ZERO } from '#shared/money.ts'
import { aFill, anAdjustment, anInstrument, secondsIn, SPY } from '../fakes/builders.ts'

const CARRY = strategyId('carry')
const VALUE = strategyId('value')
const OWNERS = [CARRY, VALUE, UNATTRIBUTED]
const instrument = anInstrument()
const fx = { baseCurrency: 'USD', rates: new Map() }

const residual = (id: string, strategy: StrategyId, over: Partial<Adjustment> = {}): Adjustment =>
  anAdjustment({
    ...{ id, kind: 'residual', command: 'settle-1', strategy, effectiveAt: secondsIn(100) },
    ...{ recordedAt: secondsIn(200), quantity: quantity('30'), cost: new D(378), ...over },
  })

type State = { size: number; paid: number; charged: number | null }
const fillOf = ({ size, paid, charged }: State, revision: number): Fill =>
  aFill(
    {
      ...{ execId: execId(`0009.0${revision}`), executedAt: secondsIn(90) },
      ...{ shares: quantity(String(size)), price: price(String(paid)) },
    },
    {
      strategy: CARRY,
      charge:
        charged === null ? null : { amount: money(String(charged)), currency: 'USD', revision: 1 },
    },
  )

const lateOf = (fill: Fill): LateExecution => ({
  ...{ root: fill.fillId, conId: SPY, strategy: CARRY, slot: slotOf(fill) },
  ...{ quantity: fill.execution.shares, price: fill.execution.price },
  ...{ charge: fill.charge?.amount ?? ZERO, knownAt: secondsIn(400) },
})

/** One news of the execution: what it wrote, and what was handed over by it. */
function news(before: readonly Adjustment[], fill: Fill, was: Fill | null) {
  const recordedAt = secondsIn(500)
  const entries = supersede(
    before,
    { conId: SPY, executions: [lateOf(fill)] },
    {
      ...{ command: supersedingCommand(fill.fillId), author: 'truebook', reason: '' },
      ...{ effectiveAt: secondsIn(90), recordedAt },
    },
  )
  const adjustments = [...before, ...entries]
  return { adjustments, carried: handedOver({ adjustments, entries, fill, was, recordedAt }) }
}

type Book = { readonly all: readonly Adjustment[]; readonly fill: Fill | null }

/** All a strategy made at a price, less what it was charged. */
function gained(strategy: StrategyId, { all, fill }: Book, mark: number) {
  const fills = fill === null || strategy !== CARRY ? [] : [fill]
  const adjustments = all.filter((one) => concerns(one, { strategy, conId: SPY }))
  const { position } = foldPosition(flat(strategy, SPY), { fills, adjustments })
  const { quantity: held, cost, realizedPoints } = position
  const charged = fills[0]?.charge?.amount ?? ZERO
  return realizedPoints.plus(held.times(mark)).minus(cost).minus(charged)
}

const flowOf = (strategy: StrategyId, handing: ReturnType<typeof news>, mark: number) =>
  handing.carried
    .filter((one) => one.strategy === strategy)
    .reduce(
      (sum, one) => sum.plus(carriedInBase(one, instrument, { fx, mark: new D(mark) })),
      new D(0),
    )

describe('an execution that takes the place of another strategy’s residual', () => {
  it('brings its strategy what it made, and takes that from whoever had the residual', () => {
    const handing = news([residual('settle-1-00001', VALUE)], fillOf(at('10'), 1), null)
    expect(
      handing.carried.map((one) => [one.strategy, text(one.quantity), text(one.points)]),
    ).toEqual([
      ['value', '-10', '120'],
      ['carry', '10', '-120'],
    ])
    expect([flowOf(VALUE, handing, 14), flowOf(CARRY, handing, 14)].map(text)).toEqual([
      '-20',
      '20',
    ])
  })

  it('of its own strategy hands over nothing', () => {
    expect(news([residual('settle-1-00001', CARRY)], fillOf(at('10'), 1), null).carried).toEqual([])
  })

  it('brings it only the part that a residual stood for', () => {
    const charged = { size: 40, paid: 12, charged: 4 }
    const handing = news([residual('settle-1-00001', VALUE)], fillOf(charged, 1), null)
    expect(text(flowOf(CARRY, handing, 14))).toBe('57')
  })

  it('in today’s units, where the instrument was split since', () => {
    const split = anAdjustment({
      ...{ id: 'split-1', kind: 'split', strategy: EVERY_STRATEGY, quantity: quantity('0') },
      ...{ ratio: { to: new D(2), from: new D(1) }, effectiveAt: secondsIn(300), cost: new D(0) },
    })
    const handing = news([residual('settle-1-00001', VALUE), split], fillOf(at('10'), 1), null)
    expect([flowOf(VALUE, handing, 7), flowOf(CARRY, handing, 7)].map(text)).toEqual(['-20', '20'])
  })
})

function at(size: string): State {
  return { size: Number(size), paid: 12, charged: null }
}

const states = fc.array(
  fc.record({
    size: fc.integer({ min: 1, max: 50 }),
    paid: fc.integer({ min: 9, max: 15 }),
    charged: fc.option(fc.integer({ min: 0, max: 3 })),
  }),
  { minLength: 1, maxLength: 4 },
)

describe('whatever becomes of the execution', () => {
  it('moves the equity of whoever had the residual by what is handed over, and no more', () =>
    fc.assert(
      fc.property(states, fc.integer({ min: 5, max: 20 }), (revisions, mark) => {
        let all: readonly Adjustment[] = [
          residual('settle-1-00001', VALUE),
          residual('settle-1-00002', UNATTRIBUTED, { quantity: quantity('5'), cost: new D(60) }),
        ]
        let was: Fill | null = null
        for (const [index, state] of revisions.entries()) {
          const fill: Fill = fillOf(state, index + 1)
          const handing = news(all, fill, was)
          for (const strategy of OWNERS) {
            const before = gained(strategy, { all, fill: was }, mark)
            const moved = gained(strategy, { all: handing.adjustments, fill }, mark).minus(before)
            const beyond = moved.minus(flowOf(strategy, handing, mark))
            // The execution's strategy keeps what the part beyond every residual made.
            const own =
              strategy === CARRY
                ? part(state, mark).minus(part(was && revisions[index - 1]!, mark))
                : ZERO
            expect(text(beyond.minus(own).toDecimalPlaces(12))).toBe('0')
          }
          all = handing.adjustments
          was = fill
        }
      }),
    ))
})

/** What the part of an execution made that is more than the 35 of the residuals. */
function part(state: State | null, mark: number) {
  if (state === null || state.size <= 35) return new D(0)
  const beyond = new D(state.size - 35)
  const charged = beyond.times(state.charged ?? 0).dividedBy(state.size)
  return beyond.times(mark - state.paid).minus(charged)
}
