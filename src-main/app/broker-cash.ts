import { compareCash, ledgerFutures, openingCash } from '#domain/cash-check.ts'
import type { CashComparison, CashSide } from '#domain/cash-check.ts'
import { cashOfBook, type BookNow } from '#domain/book-cash.ts'
import { isFuture } from '#domain/cash.ts'
import type { Priced } from '#domain/holding-value.ts'
import { quotedMark } from '#domain/mark.ts'
import type { AccountWindow } from '#ports/broker.ts'
import type { ConId } from '#shared/ids.ts'
import { D, type Decimal } from '#shared/money.ts'
import { nanosOf } from '#shared/time.ts'
import { AccountValues } from './account-values.ts'
import type { BookMemory } from './memory.ts'

/** What a window says of its account, rates included. */
export function valuesIn(window: AccountWindow): AccountValues {
  const values = new AccountValues()
  for (const value of window.values) values.take(value, window.askedAt)
  return values
}

/** What the broker says of the cash of each currency, by CashBalance and FuturesPNL. */
function brokerCash(window: AccountWindow): ReadonlyMap<string, CashSide> {
  const values = valuesIn(window)
  const futures = values.amountsOf('FuturesPNL')
  return new Map(
    [...values.amountsOf('CashBalance')].map(([currency, cash]) => [
      currency,
      { cash, unsweptFutures: futures.get(currency) ?? null },
    ]),
  )
}

/** The prices of the window, as quoted. */
export function marksIn(window: AccountWindow, memory: BookMemory): ReadonlyMap<ConId, Decimal> {
  const marks = new Map<ConId, Decimal>()
  for (const mark of window.marks) {
    const quoted = quotedMark(mark, memory.instruments.get(mark.conId) ?? mark.instrument)
    if (quoted !== null) marks.set(mark.conId, quoted)
  }
  return marks
}

/** The book beside a window of its account: both of one moment, as far as nothing moved since. */
export type CashBasis = {
  readonly book: BookNow
  readonly window: AccountWindow
  readonly marks: ReadonlyMap<ConId, Decimal>
}

/** Every currency's cash on both sides. */
export function cashComparisons(basis: CashBasis): readonly CashComparison[] {
  const { balances, excluded } = cashOfBook(basis.book)
  return compareCash({
    ledger: { balances, excluded, futures: futuresOf(basis) },
    broker: brokerCash(basis.window),
  })
}

/**
 * The opening cash of every currency the broker tells that makes both sides meet; null while
 * anything it takes is unknown.
 */
export function openingBalances(basis: CashBasis): ReadonlyMap<string, Decimal> | null {
  const { balances, excluded } = cashOfBook(basis.book)
  if (excluded.length > 0) return null
  const futures = futuresOf(basis)
  if (futures.excluded.length > 0) return null
  const opening = new Map<string, Decimal>()
  for (const [currency, side] of brokerCash(basis.window)) {
    const amount = openingCash(side, {
      movedSince: balances.get(currency) ?? new D(0),
      futures: futures.unswept.get(currency) ?? new D(0),
    })
    if (amount === null) return null
    opening.set(currency, amount)
  }
  return opening
}

function futuresOf({ book, marks }: CashBasis): ReturnType<typeof ledgerFutures> {
  const priced = book.booked
    .filter(({ instrument }) => isFuture(instrument))
    .map(({ position, instrument }): Priced => ({
      position,
      instrument,
      quoted: marks.get(position.conId) ?? null,
    }))
  return ledgerFutures(priced, book.entries)
}

/**
 * Currencies whose cash the book may have moved since the window was asked for, or that something
 * in flight moves: what the window says of them is not what the book is compared with.
 */
export function busyCurrencies(
  memory: BookMemory,
  { askedAt }: AccountWindow,
  inFlight: Iterable<ConId>,
): ReadonlySet<string> {
  const since = nanosOf(askedAt)
  const busy = new Set(inFlight)
  for (const { position, changedAt } of memory.holdings.values()) {
    if (changedAt >= since) busy.add(position.conId)
  }
  const currencies = new Set<string>()
  for (const conId of busy) {
    const instrument = memory.instruments.get(conId)
    if (instrument === undefined) continue
    currencies.add(instrument.currency)
    if (instrument.secType === 'CASH') currencies.add(instrument.symbol)
    for (const key of memory.keysOf(conId)) {
      for (const currency of memory.holdings.get(key)?.commissions.keys() ?? []) {
        currencies.add(currency)
      }
    }
  }
  return currencies
}
