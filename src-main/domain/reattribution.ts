import type { ConId, ExecRoot, StrategyId } from '#shared/ids.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Adjustment } from './adjustment.ts'
import { concerns } from './adjustment.ts'
import { effectOf, type StrategyEffect } from './effect.ts'
import type { Fill } from './fill.ts'
import { foldPosition } from './fold.ts'
import { flat, positionKey } from './position.ts'

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

/** Every booked fill of the instruments concerned, whatever its strategy, and every adjustment. */
export type Attributed = {
  readonly fills: readonly Fill[]
  /** Stand-ins must have been through `superseded`. */
  readonly adjustments: readonly Adjustment[]
}

export type ReattributionPlan = {
  readonly rows: readonly AttributionRow[]
  /** The fills as they are then. */
  readonly fills: readonly Fill[]
  readonly effects: readonly StrategyEffect[]
}

/** `nothing-chosen`: no such fill. `nothing-moves`: all of it is there already. */
export type ReattributionRefusal = 'nothing-chosen' | 'nothing-moves'

export const REATTRIBUTION_REFUSALS: Readonly<Record<ReattributionRefusal, string>> = {
  'nothing-chosen': 'There is no such fill in this book.',
  'nothing-moves': 'It belongs to that strategy already: choose another one.',
}

/**
 * Gives fills to another strategy: the rows to write, and every position before and after, folded
 * anew from its history. The account as a whole does not change.
 */
export function planReattribution(
  { chosen, to, by, recordedAt }: Reattribution,
  book: Attributed,
): Result<ReattributionPlan, ReattributionRefusal> {
  const meant = book.fills.filter((fill) => isChosen(fill, chosen))
  if (meant.length === 0) return err('nothing-chosen')
  const moving = meant.filter(({ strategy }) => strategy !== to)
  if (moving.length === 0) return err('nothing-moves')
  const rows = moving.map(({ fillId }) => ({ fillId, recordedAt, strategy: to, by }))
  return ok(planned(rows, book))
}

/**
 * Gives the fills of a re-attribution back to whom they belonged before it, fill by fill; one that
 * was given to somebody else since stays where it is.
 * @param before the fills as they were when it was planned.
 */
export function undoReattribution(
  { rows, before }: { readonly rows: readonly AttributionRow[]; readonly before: readonly Fill[] },
  { by, recordedAt }: Pick<Reattribution, 'by' | 'recordedAt'>,
  book: Attributed,
): Result<ReattributionPlan, ReattributionRefusal> {
  const was = new Map(before.map((fill) => [fill.fillId, fill.strategy]))
  const given = new Map(rows.map((row) => [row.fillId, row.strategy]))
  const back = book.fills.flatMap(({ fillId, strategy }): readonly AttributionRow[] => {
    const owner = was.get(fillId)
    if (owner === undefined || given.get(fillId) !== strategy) return []
    return [{ fillId, recordedAt, strategy: owner, by }]
  })
  return back.length === 0 ? err('nothing-moves') : ok(planned(back, book))
}

const isChosen = ({ fillId, execution }: Fill, chosen: Chosen): boolean =>
  'orderRef' in chosen ? execution.orderRef === chosen.orderRef : chosen.fillIds.includes(fillId)

function planned(rows: readonly AttributionRow[], book: Attributed): ReattributionPlan {
  const given = new Map(rows.map((row) => [row.fillId, row]))
  const all = book.fills.map((fill): Fill => {
    const row = given.get(fill.fillId)
    return row === undefined ? fill : { ...fill, strategy: row.strategy, attributedBy: row.by }
  })
  const keys = new Map<string, Key>()
  for (const { fillId, strategy, execution } of [...book.fills, ...all]) {
    const { conId } = execution
    if (given.has(fillId)) keys.set(positionKey(strategy, conId), { strategy, conId })
  }
  const effects = [...keys.values()].map((key) =>
    effectOf(positionAt(key, book), positionAt(key, { ...book, fills: all })),
  )
  return { rows, fills: all.filter(({ fillId }) => given.has(fillId)), effects }
}

type Key = { readonly strategy: StrategyId; readonly conId: ConId }

function positionAt(key: Key, { fills, adjustments }: Attributed) {
  const own = fills.filter(
    ({ strategy, execution }) => strategy === key.strategy && execution.conId === key.conId,
  )
  const concerned = adjustments.filter((one) => concerns(one, key))
  return foldPosition(flat(key.strategy, key.conId), { fills: own, adjustments: concerned })
    .position
}
