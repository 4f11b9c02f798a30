import { UNALLOCATED, type StrategyId } from '#shared/ids.ts'
import { D, type Decimal } from '#shared/money.ts'
import type { Allocation } from './allocation.ts'
import { equityByCurrency, ledgerEquity, type EquityBook } from './equity.ts'
import type { Span } from './explain.ts'
import { broughtBetween, holdingSpans, postingsBetween } from './span.ts'
import type { Between, PricesOf, Since } from './span.ts'

/** A book at two instants, and all that happened in between. */
export type BookSpan = {
  /** As it is known now to have been, each at the prices and rates of its instant. */
  readonly opening: EquityBook
  readonly closing: EquityBook
  /** Transfers at what they were worth: see `movedAt`. */
  readonly since: Since
  readonly between: Between
  readonly pricesOf: PricesOf
  readonly allocations: readonly Allocation[]
}

/**
 * What happened between two instants to one strategy, UNATTRIBUTED or UNALLOCATED. Its equity at
 * both is folded apart from what happened in between, so that what is left over shows what does
 * not fit. A holding moved to it brings as a flow what it is worth beyond its cost; the cost is
 * UNALLOCATED's. Over all of them every part adds up to the account's, and so do trading and
 * flows together, which of what was brought in take the market's value apart from the cost.
 */
export function strategySpan(strategy: StrategyId, book: BookSpan): Span {
  const { opening, closing, since, between } = book
  const brought = strategy === UNALLOCATED ? broughtBetween(since, between) : []
  const own = <Thing extends { readonly strategy: StrategyId }>(all: readonly Thing[]) =>
    all.filter((one) => one.strategy === strategy)
  return {
    opening: { nav: equityOf(strategy, opening), fx: opening.fx },
    closing: { nav: equityOf(strategy, closing), fx: closing.fx },
    openingValue: equityByCurrency(strategy, opening),
    holdings: own(holdingSpans(since, between, book.pricesOf)),
    postings: [...own(postingsBetween(since, between)), ...brought],
    allocated: allocatedIn(strategy, book),
  }
}

const equityOf = (strategy: StrategyId, book: EquityBook): Decimal =>
  ledgerEquity(book).buckets.find((one) => one.strategy === strategy)?.equity ?? new D(0)

/** Capital given in between; UNALLOCATED gives what the others are given. */
function allocatedIn(strategy: StrategyId, { allocations, between }: BookSpan): Decimal {
  const given = allocations.filter(({ at }) => at > between.after && at <= between.until)
  const own = given.filter((one) => strategy === UNALLOCATED || one.strategy === strategy)
  const sum = own.reduce<Decimal>((total, { amount }) => total.plus(amount), new D(0))
  return strategy === UNALLOCATED ? sum.negated() : sum
}
