import { isBooked, type Fill } from '#domain/fill.ts'
import { gainBefore } from '#domain/gain-before.ts'
import { periodOf, type Period } from '#domain/period.ts'
import { positionKey } from '#domain/position.ts'
import { holdingSpans } from '#domain/span.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { PortfolioSnapshot, Snapshots } from '#ports/snapshot.ts'
import type { AccountId, ConId } from '#shared/ids.ts'
import type { Decimal } from '#shared/money.ts'
import { nanosOf, utcNanos, type UtcNanos } from '#shared/time.ts'
import type { Account } from './account.ts'
import {
  fillsExecutedSince,
  fillsOfInstrumentsSince,
  marksWhenMoved,
  sinceOf,
  type BookSince,
} from './book-since.ts'
import type { Book } from './book.ts'
import type { DayOpening, DayRules, Gains } from './day-gains.ts'
import { END, pricesIn } from './ends.ts'
import type { BookMemory } from './memory.ts'
import type { Live } from './live.ts'

/** How often it is looked whether a day has begun, or an older fact has changed. */
const EVERY_MS = 1_000

type Place = {
  readonly settings: { readonly clock: Clock; readonly log: Log }
  readonly accounts: readonly Account[]
  readonly live: Live
}

/**
 * Opens every day on the snapshot its P&L is measured from: the last before the day began or, with
 * none or when it is so set, the first in it. The same rules as those of the drawdown of the day.
 */
export class DayOpenings {
  readonly #desk: Place
  readonly #busy = new Set<AccountId>()
  #rules: DayRules
  #stop: () => void = () => undefined

  constructor(desk: Place, rules: DayRules) {
    this.#desk = desk
    this.#rules = rules
  }

  start(): void {
    this.stop()
    this.#stop = this.#desk.settings.clock.every(EVERY_MS, () => {
      for (const account of this.#desk.accounts) void this.look(account)
    })
  }

  stop(): void {
    this.#stop()
  }

  /** The day that has begun is opened anew by these rules. */
  measureBy(rules: DayRules): void {
    this.#rules = rules
  }

  /** Opens the day, or counts anew what has changed; never rejects. */
  async look(account: Account): Promise<void> {
    const { book, trouble, id } = account
    if (this.#busy.has(id) || book === null || trouble !== null) return
    this.#busy.add(id)
    try {
      await this.#look(account, book)
    } catch (error) {
      this.#desk.settings.log.warn('The day’s P&L could not be measured; it is tried again', {
        reason: String(error),
      })
    } finally {
      this.#busy.delete(id)
    }
  }

  async #look(account: Account, book: Book): Promise<void> {
    const { day } = book.memory
    const { clock } = this.#desk.settings
    const rules = this.#rules
    const period = periodOf('daily', clock.now(), rules.calendar)
    const { opening } = day
    if (opening === null || !isOf(opening, period, rules)) {
      if (opening !== null) day.shut()
      if (!day.hasNews) return
      const found = await openingSnapshot(book.ledger.snapshots, period, rules)
      if (found === null) {
        day.awaitSnapshot()
        return
      }
      await this.#open(account, book, { opening: { day: period, rules, at: found.at }, found })
    } else if (day.doubted.size > 0) await this.#recount(account, book, opening)
    else return
    const positions = book.memory.committed.keys()
    this.#desk.live.touch({ account: account.id, parts: ['account'], positions })
  }

  async #open(account: Account, book: Book, { opening, found }: Opened): Promise<void> {
    const { clock } = this.#desk.settings
    const read = (): Promise<readonly Fill[]> => fillsExecutedSince({ book, clock }, opening.at)
    await count({ account, book, read }, async ({ day, openingMoment }, fills) => {
      const counted = fills.filter((fill) => isCounted(fill, opening, openingMoment))
      day.open(opening, await gainsOf(book, await sinceOf(book, counted), found))
    })
  }

  async #recount(account: Account, book: Book, opening: DayOpening): Promise<void> {
    const { clock } = this.#desk.settings
    const found = await book.ledger.snapshots.at(opening.at)
    if (found === null) return
    const conIds: ReadonlySet<ConId> = new Set(book.memory.day.doubted)
    const read = (): Promise<readonly Fill[]> =>
      fillsOfInstrumentsSince({ book, clock }, conIds, opening.at)
    await count({ account, book, read }, async ({ day, openingMoment }, fills) => {
      if (day.opening !== opening) return
      const counted = fills.filter(
        (fill) => conIds.has(fill.execution.conId) && isCounted(fill, opening, openingMoment),
      )
      day.recount(conIds, await gainsOf(book, await sinceOf(book, counted, conIds), found))
    })
  }
}

/** Booked, and executed since the day was opened. */
const isCounted = (fill: Fill, opening: DayOpening, openingMoment: UtcNanos | null): boolean =>
  fill.execution.executedAt > opening.at && isBooked(fill, openingMoment)

type Reading = {
  readonly account: Account
  readonly book: Book
  readonly read: () => Promise<readonly Fill[]>
}

/**
 * Reads fills while the book goes on, and counts in a turn of the book: then fills and positions
 * are of one moment.
 */
async function count(
  { account, book, read }: Reading,
  run: (memory: BookMemory, fills: readonly Fill[]) => Promise<void>,
): Promise<void> {
  const { day } = book.memory
  day.beginReading()
  try {
    const before = await read()
    await account.attempt(async (now) => {
      const fills = now.day.upToNow(before)
      if (fills !== null) await run(now, fills)
    })
  } finally {
    day.endReading()
  }
}

type Found = Omit<PortfolioSnapshot, 'strategies'>
type Opened = { readonly opening: DayOpening; readonly found: Found }

const isOf = ({ day, rules }: DayOpening, { from, until }: Period, now: DayRules): boolean =>
  day.from === from && day.until === until && rules.openingValue === now.openingValue

/** The snapshot a day opens with; null while there is none. */
async function openingSnapshot(
  snapshots: Snapshots,
  { from }: Period,
  { openingValue }: DayRules,
): Promise<Found | null> {
  const boundary = nanosOf(from)
  const before =
    openingValue === 'lastBeforeBoundary' ? await snapshots.at(utcNanos(boundary - 1n)) : null
  if (before !== null) return before
  const first = await snapshots.next(boundary)
  return first === null ? null : snapshots.at(first)
}

/** What the gain of these positions is measured from since a snapshot. */
async function gainsOf(
  { ledger }: Pick<Book, 'ledger'>,
  { since, records }: BookSince,
  found: Found,
): Promise<Gains> {
  const between = { after: found.at, until: END }
  const movedAt = await marksWhenMoved(ledger, since.adjustments, between)
  const prices = pricesIn(found)
  const spans = holdingSpans({ ...since, movedAt }, between, (conId) => ({
    opening: prices.get(conId) ?? null,
    closing: null,
  }))
  const spanOf = new Map(
    spans.map((span) => [positionKey(span.strategy, span.instrument.conId), span]),
  )
  return new Map(
    records.map(({ position }): [string, Decimal | null] => {
      const key = positionKey(position.strategy, position.conId)
      return [key, gainBefore(position, spanOf.get(key))]
    }),
  )
}
