import fc from 'fast-check'
import type { Adjustment } from '#domain/adjustment.ts'
import type { Fill } from '#domain/fill.ts'
import { EVERY_STRATEGY, strategyId, UNATTRIBUTED } from '#shared/ids.ts'
import { D, toLedgerScale, ZERO, type Quantity } from '#shared/money.ts'
import { anAdjustment, MOMENTUM, secondsIn } from '../fakes/builders.ts'
import { asText, fillSequence, prices, shares } from './arbitraries.ts'
import { positionsOf, type Happened } from './sides.ts'

export const STRATEGIES = [MOMENTUM, strategyId('reversion'), UNATTRIBUTED] as const

/** Fills of three strategies in one instrument, each with its commission reported. */
export const fillsOfThree: fc.Arbitrary<readonly Fill[]> = fillSequence.chain((fills) =>
  fc
    .tuple(...fills.map(() => fc.record({ who: fc.nat({ max: 2 }), cents: fc.nat({ max: 500 }) })))
    .map((drawn) =>
      fills.map((fill, index) => ({
        ...fill,
        strategy: STRATEGIES[drawn[index]!.who] ?? MOMENTUM,
        charge: {
          amount: new D(drawn[index]!.cents).dividedBy(100) as never,
          currency: 'USD',
          revision: 1,
        },
      })),
    ),
)

/** Entries of every effect in the middle of the day. */
export const entries: fc.Arbitrary<readonly Adjustment[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('residual', 'transfer', 'expiry', 'cost', 'split'),
      second: fc.integer({ min: 0, max: 5 }),
      who: fc.nat({ max: 2 }),
      quantity: shares,
      isSold: fc.boolean(),
      price: prices,
      ratio: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
    }),
    { maxLength: 5 },
  )
  .map((drawn) =>
    drawn.map(({ kind, second, who, quantity, isSold, price, ratio }, index) => {
      const size = isSold ? quantity.negated() : quantity
      const isSplit = kind === 'split'
      return anAdjustment({
        id: `entry-${index}`,
        kind,
        strategy: isSplit ? EVERY_STRATEGY : STRATEGIES[who]!,
        effectiveAt: secondsIn(second),
        quantity: isSplit || kind === 'cost' ? ZERO : (size as Quantity),
        cost: toLedgerScale(isSplit ? ZERO : size.times(price)),
        ratio: isSplit ? { to: new D(ratio[0]), from: new D(ratio[1]) } : null,
      })
    }),
  )

/** Every position as plain text, by strategy. */
export const folded = (happened: Happened) =>
  positionsOf(happened)
    .map(asText)
    .toSorted((a, b) => (a.strategy < b.strategy ? -1 : 1))
