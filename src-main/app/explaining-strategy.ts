import { entriesAsOf } from '#domain/as-of.ts'
import type { Span } from '#domain/explain.ts'
import { ledgerEquity, type EquityBook } from '#domain/equity.ts'
import { strategySpan } from '#domain/explain-strategy.ts'
import type { Clock } from '#ports/clock.ts'
import type { PositionRecord } from '#ports/ledger.ts'
import { UNALLOCATED, type StrategyId } from '#shared/ids.ts'
import type { Decimal } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { foldPastBook } from './as-of.ts'
import { bookNow } from './book-now.ts'
import { marksWhenMoved, type BookSince } from './book-since.ts'
import type { Book } from './book.ts'
import { isCashOpen } from './cash-open.ts'
import { betweenOf, pricesIn, pricesOf, ratesIn, type Ends, type Known } from './ends.ts'
import { equityBookOf, type Pricing } from './run-worth.ts'

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
  const movedAt = await marksWhenMoved(place.book.ledger, since.adjustments, betweenOf(ends))
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
