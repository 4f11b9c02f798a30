import { entriesAsOf } from '#domain/as-of.ts'
import type { Span } from '#domain/explain.ts'
import { changeKindOf } from '#domain/explain.ts'
import { standing } from '#domain/adjustment.ts'
import { ledgerEquity, type EquityBook } from '#domain/equity.ts'
import { strategySpan } from '#domain/explain-strategy.ts'
import type { Since } from '#domain/span.ts'
import type { Clock } from '#ports/clock.ts'
import type { PositionRecord } from '#ports/ledger.ts'
import { UNALLOCATED, type StrategyId } from '#shared/ids.ts'
import type { Decimal } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { foldPastBook } from './as-of.ts'
import { bookNow } from './book-now.ts'
import type { Book } from './book.ts'
import { isCashOpen } from './cash-open.ts'
import { betweenOf, pricesIn, pricesOf, ratesIn, type Ends, type Known } from './ends.ts'
import { equityBookOf, type Pricing } from './run-worth.ts'

/** The book as it is, and what happened since an instant. */
export type BookSince = {
  readonly since: Since
  /** Every position, of the same moment as those in `since`. */
  readonly records: readonly PositionRecord[]
}

type Place = { readonly book: Book; readonly clock: Clock }

/**
 * What happened to a strategy, UNATTRIBUTED or UNALLOCATED between two instants, by what is known
 * of both now; refused in words.
 */
export async function spanOfStrategy(
  place: Place,
  strategy: StrategyId,
  { since, records, ends }: BookSince & { readonly ends: Ends },
): Promise<Result<Span, string>> {
  const { memory } = place.book
  if (strategy === UNALLOCATED && !isCashOpen(memory))
    return err('What is UNALLOCATED is not known yet: reconcile once nothing trades.')
  const { allocations } = memory
  const opening = await equityThen(place, ends.opening)
  const closing = ends.isNow
    ? equityBookOf(bookNow(memory, records), pricingOf(ends.closing, allocations))
    : await equityThen(place, ends.closing)
  if (![opening, closing].some((book) => hasStrategy(book, strategy)))
    return err('There is no strategy of that name in this book: look at the list of strategies.')
  const movedAt = await marksWhenMoved(place, { since, ends })
  return ok(
    strategySpan(strategy, {
      ...{ opening, closing, allocations },
      since: { ...since, movedAt },
      between: betweenOf(ends),
      pricesOf: pricesOf(ends),
    }),
  )
}

const hasStrategy = (book: EquityBook, strategy: StrategyId): boolean =>
  ledgerEquity(book).buckets.some((bucket) => bucket.strategy === strategy)

function pricingOf(known: Known, allocations: Pricing['allocations']): Pricing {
  const prices = pricesIn(known)
  const get = (conId: Parameters<typeof prices.get>[0]): Decimal | undefined =>
    prices.get(conId) ?? undefined
  return { fx: ratesIn(known), marks: { get }, allocations, at: known.at }
}

/** What equity was made of at an instant, folded from all that is known of it today. */
async function equityThen({ book, clock }: Place, known: Known): Promise<EquityBook> {
  const { memory } = book
  const moment = { at: known.at, knownAt: clock.stamp() }
  const { positions } = await foldPastBook({ book, clock }, moment)
  const records = positions.map((one): PositionRecord => ({ ...one, changedAt: known.at }))
  const { adjustments } = entriesAsOf(memory.adjustments, moment)
  const cashEntries = memory.cashEntries.filter(({ at }) => at <= known.at)
  const { instruments } = memory
  const then = bookNow({ instruments, adjustments, cashEntries }, records)
  return equityBookOf(then, pricingOf(known, memory.allocations))
}

/** What transferred holdings were worth when they were, by the last snapshot until then. */
async function marksWhenMoved(
  { book }: Place,
  { since, ends }: Pick<BookSince, 'since'> & { readonly ends: Ends },
): Promise<ReadonlyMap<string, Decimal>> {
  const { after, until } = betweenOf(ends)
  const moved = standing(since.adjustments).filter(
    (one) =>
      changeKindOf(one) === 'transfer' && one.effectiveAt > after && one.effectiveAt <= until,
  )
  const marks = new Map<string, Decimal>()
  for (const { id, conId, effectiveAt } of moved) {
    const then = await book.ledger.snapshots.pricesAt(effectiveAt)
    const price = then?.prices.get(conId)
    if (price !== undefined) marks.set(id, price)
  }
  return marks
}
