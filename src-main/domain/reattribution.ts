import {
  EVERY_STRATEGY,
  UNALLOCATED,
  type ConId,
  type ExecRoot,
  type StrategyId,
} from '#shared/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Adjustment } from './adjustment.ts'
import { concerns } from './adjustment.ts'
import { effectOf, type StrategyEffect } from './effect.ts'
import type { Fill } from './fill.ts'
import { foldInSteps, toTheEnd } from './fold.ts'
import { flat, positionKey, type Position } from './position.ts'

/** Which strategy a fill belongs to from now on: a row of the ledger's attributions. */
export type AttributionRow = {
  readonly fillId: ExecRoot
  readonly recordedAt: UtcNanos
  readonly strategy: StrategyId
  /** `trader: …` for a person, a rule's name for a rule. */
  readonly by: string
}

/** What is to belong to another strategy: some fills, or all that carry an orderRef. */
export type Chosen = { readonly fillIds: readonly ExecRoot[] } | { readonly orderRef: string }

export type Reattribution = {
  readonly chosen: Chosen
  readonly to: StrategyId
  readonly by: string
  readonly recordedAt: UtcNanos
}

/** What a re-attribution is decided on. */
export type Attributed = {
  /** Every booked fill of the positions concerned: those that give, and those that are given to. */
  readonly fills: readonly Fill[]
  /** Chosen fills that are in no position: they change hands, and move nothing. */
  readonly unbooked?: readonly Fill[]
  /** Stand-ins must have been through `superseded`. */
  readonly adjustments: readonly Adjustment[]
}

export type ReattributionPlan = {
  readonly rows: readonly AttributionRow[]
  /** The fills as they were, and as they are then. */
  readonly before: readonly Fill[]
  readonly fills: readonly Fill[]
  readonly effects: readonly StrategyEffect[]
}

/**
 * `nothing-chosen`: no such fill. `nothing-moves`: all of it is there already. `nothing-left`: what
 * was given has been given to somebody else since.
 */
export type ReattributionRefusal =
  | 'nothing-chosen'
  | 'nothing-moves'
  | 'reserved-name'
  | 'unknown-command'
  | 'is-an-undo'
  | 'already-undone'
  | 'nothing-left'

export const REATTRIBUTION_REFUSALS: Readonly<Record<ReattributionRefusal, string>> = {
  'nothing-chosen': 'There is no such fill in this book.',
  'nothing-moves': 'It belongs to that strategy already: choose another one.',
  'reserved-name': 'This name is reserved: choose a strategy, or UNATTRIBUTED.',
  'unknown-command': 'There is no such re-attribution in this book.',
  'is-an-undo': 'An undo is not undone: give the fills to the strategy again.',
  'already-undone': 'It has been undone already.',
  'nothing-left': 'All of it was given to another strategy since: there is nothing to take back.',
}

/** Fills folded before others may get their turn. */
const STEP = 1_000

/**
 * Gives fills to another strategy: the rows to write, and every position before and after, folded
 * anew from its history. The account as a whole does not change.
 */
export const planReattribution = (
  wanted: Reattribution,
  book: Attributed,
): Result<ReattributionPlan, ReattributionRefusal> =>
  toTheEnd(planReattributionInSteps(wanted, book))

/** The same, stopping now and then so that a long history need not hold anybody up. */
export function* planReattributionInSteps(
  { chosen, to, by, recordedAt }: Reattribution,
  book: Attributed,
): Generator<undefined, Result<ReattributionPlan, ReattributionRefusal>> {
  if (to === UNALLOCATED || to === EVERY_STRATEGY) return err('reserved-name')
  const meant = allOf(book).filter(choosing(chosen))
  if (meant.length === 0) return err('nothing-chosen')
  const moving = meant.filter(({ strategy }) => strategy !== to)
  if (moving.length === 0) return err('nothing-moves')
  const rows = moving.map(({ fillId }) => ({ fillId, recordedAt, strategy: to, by }))
  return ok(yield* planned(rows, book))
}

/** What a re-attribution gave, and to whom each of the fills belonged before it. */
export type Given = {
  readonly rows: readonly AttributionRow[]
  readonly before: readonly Pick<Fill, 'fillId' | 'strategy'>[]
}

/**
 * Gives the fills of a re-attribution back to whom they belonged before it, fill by fill; one that
 * was given to somebody else since stays where it is.
 */
export const undoReattribution = (
  given: Given,
  writing: Pick<Reattribution, 'by' | 'recordedAt'>,
  book: Attributed,
): Result<ReattributionPlan, ReattributionRefusal> =>
  toTheEnd(undoReattributionInSteps(given, writing, book))

/** The same, stopping now and then. */
export function* undoReattributionInSteps(
  { rows, before }: Given,
  { by, recordedAt }: Pick<Reattribution, 'by' | 'recordedAt'>,
  book: Attributed,
): Generator<undefined, Result<ReattributionPlan, ReattributionRefusal>> {
  const was = new Map(before.map((fill) => [fill.fillId, fill.strategy]))
  const given = new Map(rows.map((row) => [row.fillId, row.strategy]))
  const back = allOf(book).flatMap(({ fillId, strategy }): readonly AttributionRow[] => {
    const owner = was.get(fillId)
    if (owner === undefined || given.get(fillId) !== strategy) return []
    return [{ fillId, recordedAt, strategy: owner, by }]
  })
  return back.length === 0 ? err('nothing-left') : ok(yield* planned(back, book))
}

const allOf = ({ fills, unbooked = [] }: Attributed): readonly Fill[] => [...fills, ...unbooked]

/** Tells the fills that are meant by what the trader chose. */
export function choosing(chosen: Chosen): (fill: Fill) => boolean {
  if ('orderRef' in chosen) return ({ execution }) => execution.orderRef === chosen.orderRef
  const ids = new Set(chosen.fillIds)
  return ({ fillId }) => ids.has(fillId)
}

function* planned(
  rows: readonly AttributionRow[],
  book: Attributed,
): Generator<undefined, ReattributionPlan> {
  const given = new Map(rows.map((row) => [row.fillId, row]))
  const after = (fill: Fill): Fill => {
    const row = given.get(fill.fillId)
    return row === undefined ? fill : { ...fill, strategy: row.strategy, attributedBy: row.by }
  }
  const keys = new Map<string, Key>()
  for (const fill of book.fills) {
    if (!given.has(fill.fillId)) continue
    for (const { strategy, execution } of [fill, after(fill)]) {
      const { conId } = execution
      keys.set(positionKey(strategy, conId), { strategy, conId })
    }
  }
  const [were, are] = [byPosition(book.fills), byPosition(book.fills.map(after))]
  const effects: StrategyEffect[] = []
  for (const [name, key] of keys) {
    const before = yield* positionAt(key, were.get(name) ?? [], book.adjustments)
    effects.push(effectOf(before, yield* positionAt(key, are.get(name) ?? [], book.adjustments)))
  }
  const moving = allOf(book).filter(({ fillId }) => given.has(fillId))
  return { rows, before: moving, fills: moving.map(after), effects }
}

type Key = { readonly strategy: StrategyId; readonly conId: ConId }

function byPosition(fills: readonly Fill[]): ReadonlyMap<string, readonly Fill[]> {
  const positions = new Map<string, Fill[]>()
  for (const fill of fills) {
    const key = positionKey(fill.strategy, fill.execution.conId)
    const own = positions.get(key)
    if (own) own.push(fill)
    else positions.set(key, [fill])
  }
  return positions
}

function* positionAt(
  key: Key,
  fills: readonly Fill[],
  adjustments: readonly Adjustment[],
): Generator<undefined, Position> {
  const concerned = adjustments.filter((one) => concerns(one, key))
  const start = flat(key.strategy, key.conId)
  const folded = yield* foldInSteps(start, { fills, adjustments: concerned }, STEP)
  return folded.position
}
