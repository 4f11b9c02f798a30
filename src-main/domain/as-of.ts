import type { ConId, ExecRoot, StrategyId } from '#shared/ids.ts'
import { EVERY_STRATEGY } from '#shared/ids.ts'
import { D, type Money } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import { concerns, openingMomentOf, standing, superseded, type Adjustment } from './adjustment.ts'
import { isBooked, type Charge, type Fill, type FoldedFill } from './fill.ts'
import { endFold, foldChunk, inSlotOrder, startFold, type Folding } from './fold.ts'
import { flat, positionKey, type Position } from './position.ts'

/**
 * The book is asked for as it was: of what had happened until `at`, what had been recorded until
 * `knownAt`. The same instant twice is the book as known then; now as the second, as known now.
 */
export type Moment = { readonly at: UtcNanos; readonly knownAt: UtcNanos }

type Recorded = { readonly recordedAt: UtcNanos }

/** One execution at one revision, as it came. */
export type RevisionFact = Recorded &
  Pick<Fill, 'revision' | 'secType'> & { readonly execution: FoldedFill['execution'] }

export type AttributionFact = Recorded & { readonly strategy: StrategyId }

/** A report of what one revision was charged; null: not determined yet. */
export type ChargeFact = Recorded &
  Pick<Charge, 'revision' | 'currency'> & { readonly amount: Money | null }

/** Everything ever recorded of one execution, in no particular order; the same fact may repeat. */
export type FillFacts = {
  readonly fillId: ExecRoot
  readonly revisions: readonly RevisionFact[]
  readonly attributions: readonly AttributionFact[]
  readonly charges: readonly ChargeFact[]
}

/** A fill as it counted at a moment. */
export type FillAsOf = FoldedFill & Pick<Fill, 'secType' | 'strategy' | 'charge'>

const latest = <Fact extends Recorded>(a: Fact, b: Fact): Fact =>
  b.recordedAt > a.recordedAt ? b : a

const highest = <Fact extends Recorded & { readonly revision: number }>(a: Fact, b: Fact): Fact =>
  a.revision === b.revision ? latest(a, b) : b.revision > a.revision ? b : a

const pick = <Fact>(facts: readonly Fact[], better: (a: Fact, b: Fact) => Fact): Fact | null =>
  facts.length === 0 ? null : facts.reduce(better)

/**
 * What a fill was at a moment: the highest revision then known, the latest attribution, and the
 * charge reported for the highest revision up to its own; of one revision the latest report counts.
 * Null: it was not known, or by what was known it had not been executed yet.
 */
export function fillAsOf(facts: FillFacts, { at, knownAt }: Moment): FillAsOf | null {
  const isKnown = ({ recordedAt }: Recorded): boolean => recordedAt <= knownAt
  const told = pick(facts.revisions.filter(isKnown), highest)
  const given = pick(facts.attributions.filter(isKnown), latest)
  if (told === null || given === null || told.execution.executedAt > at) return null
  const { fillId } = facts
  const { execution, secType, revision } = told
  const charges = facts.charges.filter((fact) => isKnown(fact) && fact.revision <= revision)
  return { fillId, execution, secType, strategy: given.strategy, charge: chargeOf(charges) }
}

function chargeOf(facts: readonly ChargeFact[]): Charge | null {
  const charges = facts.flatMap(({ amount, ...fact }) =>
    amount === null ? [] : [{ ...fact, amount }],
  )
  const best = pick(charges, highest)
  return best && { amount: best.amount, currency: best.currency, revision: best.revision }
}

/** The entries that stood at a moment, and where the book began by them. */
export type EntriesAsOf = {
  readonly openingMoment: UtcNanos | null
  /** Those that had taken effect; stand-ins have not met their fills yet. */
  readonly adjustments: readonly Adjustment[]
}

/** An entry counts once it is recorded and has taken effect, and until a reversal is recorded. */
export function entriesAsOf(
  adjustments: readonly Adjustment[],
  { at, knownAt }: Moment,
): EntriesAsOf {
  const known = adjustments.filter(({ recordedAt }) => recordedAt <= knownAt)
  return {
    openingMoment: openingMomentOf(known),
    adjustments: standing(known).filter(({ effectiveAt }) => effectiveAt <= at),
  }
}

/** One position as it was, with what belongs to its row. */
export type PositionAsOf = {
  readonly position: Position
  /** What was charged, per currency of the charge. */
  readonly commissions: ReadonlyMap<string, Money>
  /** Fills whose commission had not been reported. */
  readonly commissionsPending: number
}

type Part = Omit<PositionAsOf, 'position'> & { readonly folding: Folding }

/** A book that is being folded, chunk by chunk. */
export type FoldingBook = EntriesAsOf & {
  readonly parts: ReadonlyMap<string, Part>
  /** Fills folded or passed over so far. */
  readonly fills: number
}

/**
 * Begins to fold a book: `startBook`, then `foldBook` for each chunk of fills, then `endBook`.
 * @param orderFills every fill of the orders that stand-ins stand for, as it counted.
 */
export function startBook(entries: EntriesAsOf, orderFills: readonly FillAsOf[]): FoldingBook {
  const adjustments = superseded(entries.adjustments, orderFills)
  const parts = new Map<string, Part>()
  for (const { strategy, conId } of adjustments) {
    if (strategy === EVERY_STRATEGY) continue
    parts.set(positionKey(strategy, conId), newPart({ strategy, conId }, adjustments))
  }
  return { openingMoment: entries.openingMoment, adjustments, parts, fills: 0 }
}

const newPart = (
  { strategy, conId }: { readonly strategy: StrategyId; readonly conId: ConId },
  adjustments: readonly Adjustment[],
): Part => ({
  folding: startFold(
    flat(strategy, conId),
    adjustments.filter((one) => concerns(one, { strategy, conId })),
  ),
  commissions: new Map(),
  commissionsPending: 0,
})

/**
 * Folds the next fills, all of them after those before, each into its position.
 * @param fills in any order within the chunk.
 */
export function foldBook(book: FoldingBook, fills: readonly FillAsOf[]): FoldingBook {
  const chunks = new Map<string, FillAsOf[]>()
  for (const fill of inSlotOrder(fills)) {
    if (!isBooked(fill, book.openingMoment)) continue
    const key = positionKey(fill.strategy, fill.execution.conId)
    const chunk = chunks.get(key)
    if (chunk) chunk.push(fill)
    else chunks.set(key, [fill])
  }
  const parts = new Map(book.parts)
  for (const [key, chunk] of chunks) {
    const [first] = chunk
    if (first === undefined) continue
    const { strategy, execution } = first
    const part = parts.get(key) ?? newPart({ strategy, ...execution }, book.adjustments)
    parts.set(key, foldPart(part, chunk))
  }
  return { ...book, parts, fills: book.fills + fills.length }
}

function foldPart(part: Part, fills: readonly FillAsOf[]): Part {
  const commissions = new Map(part.commissions)
  let { commissionsPending } = part
  for (const { charge } of fills) {
    if (charge === null) commissionsPending += 1
    else {
      const before = commissions.get(charge.currency) ?? new D(0)
      commissions.set(charge.currency, before.plus(charge.amount) as Money)
    }
  }
  const { folding } = foldChunk(part.folding, fills)
  return { folding, commissions, commissionsPending }
}

/** Every position after the last fill and the entries that stand after it. */
export const endBook = ({ parts }: FoldingBook): readonly PositionAsOf[] =>
  [...parts.values()].map(({ folding, commissions, commissionsPending }) => ({
    position: endFold(folding),
    commissions,
    commissionsPending,
  }))
