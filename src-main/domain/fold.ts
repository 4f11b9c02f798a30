import { assert } from '#shared/assert.ts'
import type { Decimal } from '#shared/money.ts'
import { standing, type Adjustment } from './adjustment.ts'
import type { Fill, FoldedFill } from './fill.ts'
import { applyAdjustment, applyFill, type Position } from './position.ts'
import { adjustmentSlot, compareSlots, slotOf, type Slot } from './slot.ts'

/** Everything that makes up one position. Stand-ins must have been through `superseded`. */
export type History = {
  readonly fills: readonly Fill[]
  /** All that concern the position (`concerns`), those taken back and their reversals too. */
  readonly adjustments: readonly Adjustment[]
}

/** A position folded from nothing, and what each of its fills realized. */
export type Folded = {
  readonly position: Position
  readonly realized: ReadonlyMap<string, Decimal | null>
}

/**
 * A fold that is under way: a position and the adjustments still to come, in slot order. It takes
 * fills that are in slot order already, chunk by chunk, and keeps none of them.
 */
export type Folding = {
  readonly position: Position
  readonly waiting: readonly Adjustment[]
}

/** What one chunk of fills came to. */
export type FoldedChunk = {
  readonly folding: Folding
  /** What each fill of the chunk realized, before the multiplier; null: its cost is unknown. */
  readonly realized: readonly (Decimal | null)[]
}

/**
 * Begins to fold a history that comes in chunks:
 * `startFold`, then `foldChunk` for each chunk, then `endFold`.
 */
export const startFold = (start: Position, adjustments: readonly Adjustment[]): Folding => ({
  position: start,
  waiting: inOrder(adjustments),
})

/** Adjustments that stand, in slot order. */
export const inOrder = (adjustments: readonly Adjustment[]): readonly Adjustment[] =>
  standing(adjustments).toSorted((a, b) => compareSlots(adjustmentSlot(a), adjustmentSlot(b)))

/**
 * Folds the next fills of a history, each in its place among the adjustments.
 * @throws {Error} when a fill does not stand after all that was folded before it.
 */
export function foldChunk(
  { position, waiting }: Folding,
  fills: Iterable<FoldedFill>,
): FoldedChunk {
  const realized: (Decimal | null)[] = []
  const apply = (at: Position, fill: FoldedFill): Position => {
    const applied = applyFill(at, fill)
    realized.push(applied.realizedPoints)
    return applied.position
  }
  const rules = { slot: lastSlotOf, adjust: applyAdjustment, apply }
  const merged = mergeInOrder({ state: position, waiting }, fills, rules)
  return { folding: { position: merged.state, waiting: merged.waiting }, realized }
}

const lastSlotOf = ({ lastSlot }: Position): Slot | null => lastSlot

/** How something is folded from adjustments and fills. */
type Rules<State, One extends FoldedFill> = {
  /** Where the last entry stands that was folded into it. */
  readonly slot: (state: State) => Slot | null
  readonly adjust: (state: State, adjustment: Adjustment) => State
  readonly apply: (state: State, fill: One) => State
}

/** What is folded so far, and the adjustments that are still to come. */
type Merged<State> = { readonly state: State; readonly waiting: readonly Adjustment[] }

/**
 * Folds fills that are in slot order, and between them the adjustments that stand there.
 * @throws {Error} when a fill does not stand after all that was folded before it.
 */
export function mergeInOrder<State, One extends FoldedFill>(
  { state, waiting }: Merged<State>,
  fills: Iterable<One>,
  rules: Rules<State, One>,
): Merged<State> {
  let at = state
  let next = 0
  for (const fill of fills) {
    const slot = slotOf(fill)
    for (let one = waiting[next]; one !== undefined; one = waiting[next]) {
      if (compareSlots(adjustmentSlot(one), slot) > 0) break
      at = rules.adjust(at, one)
      next += 1
    }
    const last = rules.slot(at)
    const isNext = last === null || compareSlots(last, slot) < 0
    assert(isNext, `the fill ${fill.fillId} is folded out of its order`)
    at = rules.apply(at, fill)
  }
  return { state: at, waiting: next === 0 ? waiting : waiting.slice(next) }
}

/** The position after the last fill and the adjustments that stand after it. */
export const endFold = ({ position, waiting }: Folding): Position =>
  waiting.reduce(applyAdjustment, position)

/** Folds a whole history in slot order, whatever the order it is given in. */
export function foldPosition(start: Position, history: History): Folded {
  return toTheEnd(foldInSteps(start, history, Infinity))
}

/** Runs something that stops now and then without stopping. */
export function toTheEnd<Value>(steps: Generator<undefined, Value>): Value {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same, stopping every `stepSize` fills so that a long history need not hold anybody up. */
export function* foldInSteps(
  start: Position,
  { fills, adjustments }: History,
  stepSize: number,
): Generator<undefined, Folded> {
  const ordered = inSlotOrder(fills)
  const realized = new Map<string, Decimal | null>()
  let folding = startFold(start, adjustments)
  for (let from = 0; from < ordered.length; from += stepSize) {
    if (from > 0) yield
    const chunk = ordered.slice(from, from + stepSize)
    const folded = foldChunk(folding, chunk)
    folding = folded.folding
    chunk.forEach(({ fillId }, index) => realized.set(fillId, folded.realized[index] ?? null))
  }
  return { position: endFold(folding), realized }
}

/** Fills in the order they are folded in. */
export const inSlotOrder = <One extends FoldedFill>(fills: readonly One[]): readonly One[] =>
  fills
    .map((fill) => ({ slot: slotOf(fill), fill }))
    .sort((a, b) => compareSlots(a.slot, b.slot))
    .map(({ fill }) => fill)
