import { ordersStoodFor } from '#domain/adjustment.ts'
import {
  endBook,
  entriesAsOf,
  fillAsOf,
  foldBook,
  startBook,
  type FillAsOf,
  type FillFacts,
  type FoldingBook,
  type Moment,
  type PositionAsOf,
} from '#domain/as-of.ts'
import { inSlotOrder } from '#domain/fold.ts'
import { compareSlots, slotOf } from '#domain/slot.ts'
import type { Clock } from '#ports/clock.ts'
import type { FactsPage, FactsQuery } from '#ports/facts.ts'
import { utcNanos } from '#shared/time.ts'
import type { Book } from './book.ts'

/** Fills folded, or picked from their facts, before others get their turn. */
const STEP = 500
/** No execution is older. */
const BEFORE_ALL = utcNanos(-1n)

/** The whole book as it was. */
export type PastBook = {
  readonly positions: readonly PositionAsOf[]
  /** Fills that had been executed, as far as was known. */
  readonly fills: number
  /** Entries that stood and had taken effect. */
  readonly entries: number
}

type Place = {
  readonly book: Pick<Book, 'ledger' | 'memory'>
  readonly clock: Pick<Clock, 'turn'>
}

/**
 * Folds the whole book as it was at a moment, from what the ledger has recorded: page by page, so
 * that it holds a few thousand fills at a time, and others get their turn.
 */
export async function foldPastBook(place: Place, moment: Moment): Promise<PastBook> {
  const { facts } = place.book.ledger
  const entries = entriesAsOf(place.book.memory.adjustments, moment)
  const orders = [...ordersStoodFor(entries.adjustments)]
  const orderFills = picked(await facts.ofOrders(orders), moment)
  let folding = startBook(entries, orderFills)
  let after = BEFORE_ALL
  for (const until of await facts.bounds(moment.at)) {
    const wanted = { after, until, knownAt: moment.knownAt }
    const page = await facts.between(wanted)
    folding = await foldPage(place, folding, await inOrderOf(page, { place, moment, wanted }))
    after = until
  }
  return {
    positions: endBook(folding),
    fills: folding.fills,
    entries: entries.adjustments.length,
  }
}

const picked = (facts: readonly FillFacts[], moment: Moment): readonly FillAsOf[] =>
  facts.flatMap((one) => fillAsOf(one, moment) ?? [])

type Asked = { readonly place: Place; readonly moment: Moment; readonly wanted: FactsQuery }

/** The fills of a page as they counted, those that have changed since among the others. */
async function inOrderOf(
  { fills, changed }: FactsPage,
  { place, moment, wanted }: Asked,
): Promise<readonly FillAsOf[]> {
  let ordered = fills
  for (let from = 0; from < changed.length; from += STEP) {
    const counted = picked(changed.slice(from, from + STEP), moment)
    // By what was known then it may have been executed elsewhere in time: it counts there.
    const own = counted.filter(
      ({ execution: { executedAt } }) => executedAt > wanted.after && executedAt <= wanted.until,
    )
    ordered = merged(ordered, inSlotOrder(own))
    await place.clock.turn()
  }
  return ordered
}

/** Two lists in slot order as one. */
function merged(ours: readonly FillAsOf[], theirs: readonly FillAsOf[]): readonly FillAsOf[] {
  if (theirs.length === 0) return ours
  const both: FillAsOf[] = []
  let next = 0
  for (const fill of ours) {
    for (let one = theirs[next]; one !== undefined; one = theirs[next]) {
      if (compareSlots(slotOf(one), slotOf(fill)) > 0) break
      both.push(one)
      next += 1
    }
    both.push(fill)
  }
  return [...both, ...theirs.slice(next)]
}

async function foldPage(
  { clock }: Place,
  book: FoldingBook,
  fills: readonly FillAsOf[],
): Promise<FoldingBook> {
  let folding = book
  for (let from = 0; from < fills.length; from += STEP) {
    folding = foldBook(folding, fills.slice(from, from + STEP))
    await clock.turn()
  }
  return folding
}
