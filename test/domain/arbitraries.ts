import fc from 'fast-check'
import type { Fill } from '#domain/fill.ts'
import type { Folded } from '#domain/fold.ts'
import type { Position } from '#domain/position.ts'
import { execId, permId } from '#shared/ids.ts'
import { D, text, textOrNull, type Decimal, type Price, type Quantity } from '#shared/money.ts'
import { aFill, secondsIn } from '../fakes/builders.ts'

/** Every property is tried on this many sequences. */
export const RUNS = { numRuns: 1000 }

const scaled = (units: bigint, places: number): Decimal =>
  new D(units.toString()).dividedBy(new D(10).pow(places))

/** Shares traded: to 8 decimals, never zero. Round lots are common, so that books go flat. */
export const shares: fc.Arbitrary<Quantity> = fc
  .oneof(
    fc.bigInt(1n, 100_000_000_000_000n),
    fc.bigInt(1n, 5n).map((lots) => lots * 10_000_000_000n),
  )
  .map((units) => scaled(units, 8) as Quantity)

/** Prices to 10 decimals; zero and negative ones happen, as spreads have them. */
export const prices: fc.Arbitrary<Price> = fc
  .oneof(
    fc.bigInt(-1_000_000_000_000n, 1_000_000_000_000_000n),
    fc.bigInt(90n, 110n).map((whole) => whole * 10_000_000_000n),
  )
  .map((units) => scaled(units, 10) as Price)

const execution = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const),
  shares,
  price: prices,
  // Few seconds and few orders: ties in time are the rule.
  second: fc.integer({ min: 0, max: 4 }),
  order: fc.integer({ min: 1, max: 3 }),
  cumulative: fc.integer({ min: 1, max: 4 }),
})

const fillOf = (index: number, revision: number, from: typeof execution): fc.Arbitrary<Fill> =>
  from.map((drawn) =>
    aFill({
      execId: execId(`0001.${String(index).padStart(4, '0')}.0${String(revision)}`),
      side: drawn.side,
      shares: drawn.shares,
      price: drawn.price,
      executedAt: secondsIn(drawn.second),
      permId: permId(drawn.order),
      cumulativeQuantity: new D(drawn.cumulative) as Quantity,
    }),
  )

/** Fills of different executions, each at one revision, in no order. */
export const fillSequence: fc.Arbitrary<readonly Fill[]> = fc
  .integer({ min: 1, max: 14 })
  .chain((count) =>
    fc.tuple(...Array.from({ length: count }, (_, index) => fillOf(index, 1, execution))),
  )

/** Executions with up to three revisions of each, sorted by execution and revision. */
export const revisedSequence: fc.Arbitrary<readonly Fill[]> = fc
  .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 8 })
  .chain((revisions) =>
    fc.tuple(
      ...revisions.flatMap((last, index) =>
        Array.from({ length: last }, (_, before) => fillOf(index, before + 1, execution)),
      ),
    ),
  )

/** The same things in any order, some of them more than once. */
export const shuffledAndRepeated = <Thing>(
  things: readonly Thing[],
): fc.Arbitrary<readonly Thing[]> =>
  fc.array(fc.constantFrom(...things), { maxLength: 6 }).chain((again) =>
    fc.shuffledSubarray([...things, ...again], {
      minLength: things.length + again.length,
    }),
  )

/** A position as plain text, so that whole values can be compared. */
export const asText = ({ lastSlot, ...position }: Position) => ({
  ...position,
  quantity: text(position.quantity),
  cost: text(position.cost),
  realizedPoints: text(position.realizedPoints),
  lastSlot: lastSlot && [lastSlot.at, lastSlot.permId, text(lastSlot.cumulative), lastSlot.root],
})

/** What a fold came to, as plain text: the position and what each fill realized. */
export const foldedAsText = ({ position, realized }: Folded) => ({
  position: asText(position),
  realized: Object.fromEntries([...realized].map(([fill, points]) => [fill, textOrNull(points)])),
})
