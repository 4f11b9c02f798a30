import { carriedByFill } from '#domain/carried.ts'
import { isBooked } from '#domain/fill.ts'
import type { Reattributed } from '#ports/history.ts'
import type { Ledger } from '#ports/ledger.ts'
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
 * instant, also before the program started. What was given since then is known by its command.
 */
export async function learnGiven({ ledger, memory }: Place, since: UtcNanos): Promise<void> {
  if (memory.given.isWhole) return
  const rows = await ledger.history.reattributedSince(since)
  for (let from = 0; from < rows.length; from += LOOKED_UP) {
    const chunk = rows.slice(from, from + LOOKED_UP)
    await learn({ ledger, memory }, chunk)
  }
  memory.given.isWhole = true
}

async function learn({ ledger, memory }: Place, rows: readonly Reattributed[]): Promise<void> {
  const { given, openingMoment } = memory
  const fills = new Map(
    (await ledger.findFills(rows.map(({ fillId }) => fillId))).map((fill) => [fill.fillId, fill]),
  )
  for (const row of rows) {
    const fill = fills.get(row.fillId)
    if (fill === undefined || given.byCommand.has(row.command)) continue
    if (isBooked(fill, openingMoment)) given.before.push(...carriedByFill(fill, row))
  }
}
