import { explain, type Explanation, type Span } from '#domain/explain.ts'
import { isFuture } from '#domain/cash.ts'
import { holdingSpans, postingsBetween, type Since } from '#domain/span.ts'
import type { Clock } from '#ports/clock.ts'
import type { StrategyId } from '#shared/ids.ts'
import { D, type Decimal } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { millisOf, nanosOf, type UtcMillis } from '#shared/time.ts'
import type { Account } from './account.ts'
import { bookSince } from './book-since.ts'
import type { Book } from './book.ts'
import { betweenOf, pricesOf, ratesIn, type Ends, type Known } from './ends.ts'
import { spanOfStrategy } from './explaining-strategy.ts'
import { snapshotOf } from './snapshot-of.ts'
import type { PriceCache } from './price-cache.ts'

export type Explained = {
  readonly explanation: Explanation
  /** Whose value; null: the account's. */
  readonly strategy: StrategyId | null
  readonly baseCurrency: string
  /** When the values were taken that are explained: the last before what was asked for. */
  readonly from: UtcMillis
  readonly to: UtcMillis
}

export type Asked = {
  readonly from: UtcMillis
  /** Null: now. */
  readonly to: UtcMillis | null
  /** Whose value; null: the account's. */
  readonly strategy: StrategyId | null
}

type Place = {
  readonly account: Account
  readonly book: Book
  readonly prices: PriceCache
  readonly clock: Clock
}

/**
 * Says why the account's net liquidation value, less what was due and not paid, changed between
 * two instants: from the snapshots at or before them. Of a strategy, UNATTRIBUTED or UNALLOCATED it
 * says why its equity did, at the prices and rates of those snapshots. Refused in words.
 */
export async function explainBetween(
  place: Place,
  asked: Asked,
): Promise<Result<Explained, string>> {
  const { book, clock, account, prices } = place
  const { snapshots } = book.ledger
  const opening = await snapshots.at(nanosOf(asked.from))
  if (opening === null) {
    const first = await snapshots.first()
    return err(
      first === null
        ? 'No snapshot of the account has been taken yet: ask again in some minutes.'
        : 'There is no snapshot as old as that: choose a later beginning.',
    )
  }
  const closing =
    asked.to === null
      ? snapshotOf({ account, prices }, clock.stamp())
      : await snapshots.at(nanosOf(asked.to))
  if (closing === null) return err('What the account is worth is not known now: connect first.')
  if (closing.at <= opening.at) return err('No snapshot lies between the two: choose a later end.')
  if (closing.baseCurrency !== opening.baseCurrency)
    return err('The base currency of the account changed in between: choose a later beginning.')
  const known = await bookSince(place, opening.at)
  const ends: Ends = { opening, closing, isNow: asked.to === null }
  const { strategy } = asked
  const span =
    strategy === null
      ? ok(accountSpan(known.since, ends))
      : await spanOfStrategy(place, strategy, { ...known, ends })
  if (!span.ok) return span
  return ok({
    explanation: explain(span.value),
    strategy,
    baseCurrency: opening.baseCurrency,
    from: millisOf(opening.at),
    to: millisOf(closing.at),
  })
}

function accountSpan(since: Since, ends: Ends): Span {
  const { opening, closing } = ends
  const between = betweenOf(ends)
  return {
    opening: { nav: navOf(opening), fx: ratesIn(opening) },
    closing: { nav: navOf(closing), fx: ratesIn(closing) },
    openingValue: valueByCurrency(opening, since),
    holdings: holdingSpans(since, between, pricesOf(ends)),
    postings: postingsBetween(since, between),
    allocated: new D(0),
  }
}

/** What is due is in the broker's value already, and in no ledger before it is paid. */
const navOf = ({ equity, accrued }: Known): Decimal => equity.minus(accrued ?? 0)

/** Cash and holdings of each currency; of futures what they made, swept or not. */
function valueByCurrency(
  { currencies, positions }: Known,
  { instruments }: Since,
): ReadonlyMap<string, Decimal> {
  const values = new Map<string, Decimal>()
  const add = (currency: string, amount: Decimal | null): void => {
    if (amount !== null) values.set(currency, (values.get(currency) ?? new D(0)).plus(amount))
  }
  for (const { currency, cash, futuresPnl } of currencies) {
    add(currency, cash)
    add(currency, futuresPnl)
  }
  for (const { conId, currency, marketValue } of positions) {
    const instrument = instruments.get(conId)
    if (instrument === undefined || !isFuture(instrument)) add(currency, marketValue)
  }
  return values
}
