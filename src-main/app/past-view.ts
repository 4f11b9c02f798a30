import type { PositionAsOf } from '#domain/as-of.ts'
import { movesPosition } from '#domain/fill.ts'
import { flat, positionKey } from '#domain/position.ts'
import { inCurrency, valuePosition } from '#domain/valuation.ts'
import type { Clock } from '#ports/clock.ts'
import type { PositionRecord } from '#ports/ledger.ts'
import type { PricesThen } from '#ports/snapshot.ts'
import type { AsOfView, PastPosition } from '#shared/api/as-of-views.ts'
import type { Instrument } from '#shared/instrument.ts'
import { text, textOrNull, toLedgerScale } from '#shared/money.ts'
import { isoOf, millisOf, nanosOf, utcNanos, type UtcMillis } from '#shared/time.ts'
import type { Account } from './account.ts'
import { foldPastBook, type PastBook } from './as-of.ts'
import type { Book } from './book.ts'
import type { BookMemory } from './memory.ts'
import { refuse } from './refuse.ts'
import { nameOf, shownDecimals } from './rows.ts'

/** An instant to look at the book of, and with whose eyes. */
export type PastAsked = { readonly at: UtcMillis; readonly known: AsOfView['known'] }

/** The book of an account as it was; refuses in a sentence what it cannot answer. */
export async function pastView(
  { account, book }: { readonly account: Account; readonly book: Book },
  { at, known }: PastAsked,
  clock: Clock,
): Promise<AsOfView> {
  if (at > clock.now()) refuse('That instant is in the future: choose one up to now.')
  const now = clock.stamp()
  // What was stamped before is committed once a command had its turn; on a ledger in trouble
  // nothing is, and the answer is of what was.
  if (account.trouble === null) await book.command(() => Promise.resolve())
  const last = utcNanos(nanosOf(at) + 999_999n)
  const until = last < now ? last : now
  const moment = { at: until, knownAt: known === 'then' ? until : now }
  const { openingMoment } = book.memory
  if (known === 'now' && openingMoment !== null && until < openingMoment) {
    const begins = isoOf(millisOf(openingMoment))
    refuse(`The book begins at ${begins}: choose an instant after it.`)
  }
  const past = await foldPastBook({ book, clock }, moment)
  if (past.fills === 0 && past.entries === 0) refuseNothing(known)
  const prices = await book.ledger.snapshots.pricesAt(moment.at)
  return {
    ...{ account: account.id, at, known, fills: past.fills, pricedAt: prices?.at ?? null },
    positions: rowsOf(past, { memory: book.memory, prices }),
  }
}

function refuseNothing(known: PastAsked['known']): never {
  refuse(
    known === 'then'
      ? 'Nothing had been recorded in this book by then: choose a later instant, or ask for it ' +
          'as known now.'
      : 'Nothing in this book had happened by then: choose a later instant.',
  )
}

type Beside = { readonly memory: BookMemory; readonly prices: PricesThen | null }

function rowsOf({ positions }: PastBook, beside: Beside): PastPosition[] {
  const then = new Map(
    positions.map((one) => [positionKey(one.position.strategy, one.position.conId), one]),
  )
  for (const [key, { position }] of beside.memory.committed) {
    if (then.has(key) || position.quantity.isZero()) continue
    const nothing = flat(position.strategy, position.conId)
    then.set(key, { position: nothing, commissions: new Map(), commissionsPending: 0 })
  }
  return [...then].flatMap(([key, one]) => {
    const instrument = beside.memory.instruments.get(one.position.conId)
    // What a conversion moved is cash, and no holding.
    if (instrument === undefined || !movesPosition(instrument.secType)) return []
    return [pastRow(key, one, { ...beside, instrument })]
  })
}

function pastRow(
  key: string,
  { position, commissions, commissionsPending }: PositionAsOf,
  { memory, prices, instrument }: Beside & { readonly instrument: Instrument },
): PastPosition {
  const quoted = prices?.prices.get(position.conId) ?? null
  const value = valuePosition(position, instrument, quoted)
  const price = quoted && inCurrency(quoted, instrument)
  return {
    ...{ key, strategy: position.strategy, conId: position.conId },
    ...{ symbol: instrument.symbol, name: nameOf(instrument), secType: instrument.secType },
    currency: instrument.currency,
    multiplier: text(instrument.multiplier),
    priceDecimals: shownDecimals(instrument),
    quantity: text(position.quantity),
    averageCost: textOrNull(value.averageCost),
    realized: textOrNull(value.realized),
    commissions: [...commissions]
      .filter(([, amount]) => !amount.isZero())
      .map(([currency, amount]) => ({ currency, amount: text(amount) })),
    commissionsPending,
    price: textOrNull(price && toLedgerScale(price)),
    marketValue: textOrNull(value.marketValue),
    unrealized: textOrNull(value.unrealized),
    changedAt: position.lastSlot && millisOf(position.lastSlot.at),
    ...sinceThen({ position, value }, memory.committed.get(key), instrument),
  }
}

type Then = Pick<PositionAsOf, 'position'> & { readonly value: ReturnType<typeof valuePosition> }

function sinceThen(
  { position, value }: Then,
  now: PositionRecord | undefined,
  instrument: Instrument,
): Pick<PastPosition, 'quantityNow' | 'quantitySince' | 'realizedSince'> {
  const held = now?.position ?? flat(position.strategy, position.conId)
  const { realized } = valuePosition(held, instrument, null)
  return {
    quantityNow: text(held.quantity),
    quantitySince: text(held.quantity.minus(position.quantity)),
    realizedSince: textOrNull(realized && value.realized && realized.minus(value.realized)),
  }
}
