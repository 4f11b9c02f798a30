import type { Adjustment } from '#domain/adjustment.ts'
import { carriedByFill } from '#domain/carried.ts'
import { isBooked, type Fill } from '#domain/fill.ts'
import { handedOver } from '#domain/handed-over.ts'
import { supersededBy, supersedingCommand } from '#domain/late-execution.ts'
import { commandOf } from '#domain/settlement.ts'
import type { Reattributed } from '#ports/history.ts'
import type { Ledger } from '#ports/ledger.ts'
import { execRoot, type ExecRoot } from '#shared/ids.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { BookMemory } from './memory.ts'

/** Fills looked up at once. */
const LOOKED_UP = 1_000

type Place = {
  readonly ledger: Pick<Ledger, 'findFills' | 'history'>
  readonly memory: BookMemory
}

/**
 * Makes sure that memory knows what fills carried that were given to other strategies since an
 * instant, or took the place of another's residual, also before the program started. What was
 * given since then is known by its command.
 */
export async function learnGiven({ ledger, memory }: Place, since: UtcNanos): Promise<void> {
  const { given, openingMoment } = memory
  if (given.isWhole) return
  const rows = await ledger.history.reattributedSince(since)
  const written = supersededSince(memory, since)
  const roots = [...rows.map(({ fillId }) => fillId), ...written.map(({ root }) => root)]
  const fills = await fillsOf(ledger, [...new Set(roots)])
  const before = rows.flatMap((row) => {
    const fill = fills.get(row.fillId)
    if (fill === undefined || given.byCommand.has(row.command)) return []
    return isBooked(fill, openingMoment) ? carriedByFill(fill, row) : []
  })
  const handed = written.flatMap(({ root, entries, recordedAt }) => {
    const fill = fills.get(root)
    if (fill === undefined) return []
    const { conId } = fill.execution
    const adjustments = memory.adjustments.filter((one) => one.conId === conId)
    const strategy = whoseAt(fill, recordedAt, rows)
    // What was known of the execution until then is not: it is taken for what it is now.
    return handedOver({
      ...{ adjustments, entries, recordedAt, was: null },
      fill: { ...fill, strategy },
    })
  })
  given.before.push(...before, ...handed)
  given.isWhole = true
}

async function fillsOf(
  ledger: Place['ledger'],
  roots: readonly ExecRoot[],
): Promise<ReadonlyMap<ExecRoot, Fill>> {
  const fills = new Map<ExecRoot, Fill>()
  for (let from = 0; from < roots.length; from += LOOKED_UP) {
    const chunk = await ledger.findFills(roots.slice(from, from + LOOKED_UP))
    for (const fill of chunk) fills.set(fill.fillId, fill)
  }
  return fills
}

type Superseding = {
  readonly root: ExecRoot
  readonly recordedAt: UtcNanos
  readonly entries: readonly Adjustment[]
}

/** What executions wrote that took the place of residuals, unless it is known by its command. */
function supersededSince(
  { adjustments, given }: BookMemory,
  since: UtcNanos,
): readonly Superseding[] {
  const all = new Map<string, Superseding>()
  for (const one of adjustments) {
    const written = supersededBy(commandOf(one.id))
    if (written === null || one.recordedAt <= since) continue
    const root = execRoot(written)
    const key = supersedingKey(root, one.recordedAt)
    if (given.byCommand.has(key)) continue
    const entries = [...(all.get(key)?.entries ?? []), one]
    all.set(key, { root, recordedAt: one.recordedAt, entries })
  }
  return [...all.values()]
}

/** What one news of an execution wrote: it may write again, once it is corrected or charged. */
export const supersedingKey = (root: ExecRoot, recordedAt: UtcNanos): string =>
  `${supersedingCommand(root)}|${recordedAt}`

/** Whose a fill was at an instant, by who it was given to since. */
function whoseAt(fill: Fill, at: UtcNanos, given: readonly Reattributed[]): Fill['strategy'] {
  const next = given.find(({ fillId, recordedAt }) => fillId === fill.fillId && recordedAt > at)
  return next?.was ?? fill.strategy
}
