import fc from 'fast-check'
import { standing, type Adjustment, type AdjustmentKind } from '#domain/adjustment.ts'
import type { Batch } from '#app/batch.ts'
import type { Book } from '#app/book.ts'
import type { BookMemory } from '#app/memory.ts'
import { refoldHolding } from '#app/refold.ts'
import { EVERY_STRATEGY, strategyId, UNATTRIBUTED, type StrategyId } from '#shared/ids.ts'
import { D, ZERO, type Quantity } from '#shared/money.ts'
import { anAdjustment, secondsIn } from '../fakes/builders.ts'
import type { HandClock } from '../fakes/clock.ts'
import { feed } from './opened-book.ts'
import { history, INSTRUMENTS, type Told } from './told.ts'

/** The life of a book, step by step: what is told of, who it is given to, what is settled. */

export type Step =
  | { readonly does: 'tells'; readonly told: readonly Told[] }
  | { readonly does: 'gives'; readonly fill: number; readonly to: StrategyId }
  | { readonly does: 'settles'; readonly entry: Drawn }
  | { readonly does: 'takes back'; readonly entry: number }
  | { readonly does: 'restarts' }

type Drawn = {
  readonly kind: Exclude<AdjustmentKind, 'reversal' | 'stand-in'>
  readonly strategy: StrategyId
  readonly instrument: number
  readonly units: number
  readonly isCostKnown: boolean
  readonly second: number
}

const STRATEGIES = [strategyId('momentum'), strategyId('value'), UNATTRIBUTED]

const entry: fc.Arbitrary<Drawn> = fc.record({
  kind: fc.constantFrom('residual', 'opening', 'cost', 'split', 'transfer', 'expiry'),
  strategy: fc.constantFrom(...STRATEGIES),
  instrument: fc.integer({ min: 0, max: 2 }),
  units: fc.integer({ min: -300, max: 300 }).filter((units) => units !== 0),
  isCostKnown: fc.boolean(),
  second: fc.integer({ min: 0, max: 6 }),
})

const command: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constant('gives' as const),
    fill: fc.nat(),
    to: fc.constantFrom(...STRATEGIES),
  }),
  fc.record({ does: fc.constant('settles' as const), entry }),
  fc.record({ does: fc.constant('takes back' as const), entry: fc.nat() }),
  fc.constant({ does: 'restarts' as const }),
)

/** Everything told in any order, some of it twice, with commands and restarts in between. */
export const lives: fc.Arbitrary<readonly Step[]> = history.chain((told) =>
  fc
    .tuple(
      fc.shuffledSubarray([...told, ...told.slice(0, 3)], { minLength: told.length }),
      fc.array(command, { maxLength: 8 }),
      fc.integer({ min: 1, max: 3 }),
    )
    .chain(([things, commands, size]) => {
      const steps: Step[] = [...commands]
      for (let from = 0; from < things.length; from += size) {
        steps.push({ does: 'tells', told: things.slice(from, from + size) })
      }
      return fc.shuffledSubarray(steps, { minLength: steps.length })
    }),
)

/** Does one step to a book, and waits until it is durable. */
export async function doStep(
  book: Book,
  step: Exclude<Step, { does: 'restarts' }>,
  clock: HandClock,
) {
  switch (step.does) {
    case 'tells':
      return feed(book, step.told)
    case 'gives':
      return give(book, step, clock)
    case 'settles':
      return post(book, [drawnEntry(step.entry, clock)], clock)
    case 'takes back':
      return takeBack(book, step.entry, clock)
  }
}

/** Gives a fill to another strategy, then folds both positions anew. */
async function give(book: Book, step: Extract<Step, { does: 'gives' }>, clock: HandClock) {
  const fills = [...book.memory.fills.values()]
  const fill = fills[step.fill % Math.max(1, fills.length)]
  if (fill === undefined) return
  const { conId } = fill.execution
  await book.command(async (memory, batch) => {
    const given = { ...fill, strategy: step.to, attributedBy: 'trader' }
    memory.keepFill(given)
    batch.changeFill(given)
    const recordedAt = clock.stamp()
    batch.attributions.push({ fillId: fill.fillId, recordedAt, strategy: step.to, by: 'trader' })
    await Promise.resolve()
  })
  await book.command(async (memory, batch) => {
    for (const strategy of [fill.strategy, step.to]) {
      await refoldHolding({ ledger: book.ledger, clock, memory, batch }, { strategy, conId })
    }
  })
}

function drawnEntry(drawn: Drawn, clock: HandClock): Adjustment {
  const { kind, units } = drawn
  const recordedAt = clock.stamp()
  const isSplit = kind === 'split'
  const moves = !isSplit && kind !== 'cost'
  const conId = INSTRUMENTS[drawn.instrument]!.conId
  return anAdjustment({
    ...{ id: `${kind}-${recordedAt}`, kind, conId, recordedAt, command: `c-${recordedAt}` },
    strategy: isSplit ? EVERY_STRATEGY : drawn.strategy,
    effectiveAt: secondsIn(drawn.second),
    quantity: moves ? (new D(units) as Quantity) : ZERO,
    cost: isSplit ? null : drawn.isCostKnown || !moves ? new D(units).times('10.5') : null,
    ratio: isSplit ? { to: new D(Math.abs(units)), from: new D(7) } : null,
  })
}

const hasOpening = (adjustments: readonly Adjustment[]): boolean =>
  standing(adjustments).some(({ kind }) => kind === 'opening')

/** Writes entries, and folds every position anew that they, or a moved opening, concern. */
async function post(book: Book, entries: readonly Adjustment[], clock: HandClock) {
  await book.command(async (memory, batch) => {
    const isOpening = entries.some(({ kind }) => kind === 'opening')
    // A book is opened once.
    if (isOpening && hasOpening(memory.adjustments)) return
    await write({ book, memory, batch, clock }, entries)
  })
}

async function takeBack(book: Book, which: number, clock: HandClock) {
  await book.command(async (memory, batch) => {
    const stands = standing(memory.adjustments)
    const wrong = stands[which % Math.max(1, stands.length)]
    if (wrong === undefined) return
    const recordedAt = clock.stamp()
    const reversal: Adjustment = {
      ...{ ...wrong, id: `reversal-${recordedAt}`, kind: 'reversal', recordedAt },
      ...{ reverses: wrong.id, standsFor: null },
    }
    await write({ book, memory, batch, clock }, [reversal])
  })
}

type Writing = {
  readonly book: Book
  readonly memory: BookMemory
  readonly batch: Batch
  readonly clock: HandClock
}

async function write({ book, memory, batch, clock }: Writing, entries: readonly Adjustment[]) {
  memory.addAdjustments(entries)
  batch.adjustments.push(...entries)
  const own = entries.filter(({ strategy }) => strategy !== EVERY_STRATEGY)
  const held = [...memory.holdings.values()].map(({ position }) => position)
  // A moved opening books fills of positions there are none of yet.
  const told = await book.ledger.positionKeys()
  for (const { strategy, conId } of [...own, ...held, ...told]) {
    await refoldHolding({ ledger: book.ledger, clock, memory, batch }, { strategy, conId })
  }
}
