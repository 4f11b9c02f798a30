import { standing, type Adjustment } from '#domain/adjustment.ts'
import { changeKindOf } from '#domain/explain.ts'
import { isBooked, type Fill } from '#domain/fill.ts'
import { slotOf, type Slot } from '#domain/slot.ts'
import type { Between, Since } from '#domain/span.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger, PositionRecord } from '#ports/ledger.ts'
import { execRoot, permId, type ConId } from '#shared/ids.ts'
import { ZERO, type Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Book } from './book.ts'
import { fillsSince } from './fills-since.ts'
import { metAdjustments } from './met.ts'

/** Fills read before others get their turn. */
const CHUNK = 1_000

/** The book as it is, and what happened since an instant. */
export type BookSince = {
  readonly since: Since
  /** Every position, of the same moment as those in `since`. */
  readonly records: readonly PositionRecord[]
}

type Place = { readonly book: Pick<Book, 'ledger' | 'memory'>; readonly clock: Clock }

/** The committed book, and every fill executed after an instant. */
export async function bookSince({ book, clock }: Place, after: UtcNanos): Promise<BookSince> {
  const { memory, ledger } = book
  const fills: Fill[] = []
  let slot: Slot = { at: after, permId: permId(0), cumulative: ZERO, root: execRoot('') }
  for (;;) {
    const chunk = await ledger.fillsExecuted(slot, CHUNK)
    fills.push(...chunk.filter((fill) => isBooked(fill, memory.openingMoment)))
    const last = chunk.at(-1)
    if (last === undefined || chunk.length < CHUNK) break
    slot = slotOf(last)
    await clock.turn()
  }
  const conIds = new Set(memory.adjustments.map(({ conId }) => conId))
  return sinceOf(book, [...memory.committed.values()], { fills, conIds })
}

/** The same of some instruments alone. */
export async function instrumentsSince(
  { book, clock }: Place,
  conIds: ReadonlySet<ConId>,
  after: UtcNanos,
): Promise<BookSince> {
  const { memory, ledger } = book
  const fills: Fill[] = []
  for (const conId of conIds)
    fills.push(...(await fillsSince({ ledger, clock, memory }, conId, after)))
  const keys = [...conIds].flatMap((conId) => memory.keysOf(conId))
  const records = keys.flatMap((key) => memory.committed.get(key) ?? [])
  return sinceOf(book, records, { fills, conIds })
}

type Heard = { readonly fills: readonly Fill[]; readonly conIds: ReadonlySet<ConId> }

async function sinceOf(
  { memory, ledger }: Place['book'],
  records: readonly PositionRecord[],
  { fills, conIds }: Heard,
): Promise<BookSince> {
  const met = await Promise.all(
    [...conIds].map((conId) => metAdjustments({ ledger, memory, batch: null }, conId)),
  )
  const since: Since = {
    positions: records.map(({ position }) => position),
    instruments: memory.instruments,
    fills,
    adjustments: met.flat(),
    entries: memory.cashEntries,
    movedAt: null,
  }
  return { since, records }
}

/** What transferred holdings were worth when they were, by the last snapshot until then. */
export async function marksWhenMoved(
  { snapshots }: Pick<Ledger, 'snapshots'>,
  adjustments: readonly Adjustment[],
  { after, until }: Between,
): Promise<ReadonlyMap<string, Decimal>> {
  const moved = standing(adjustments).filter(
    (one) =>
      changeKindOf(one) === 'transfer' && one.effectiveAt > after && one.effectiveAt <= until,
  )
  const marks = new Map<string, Decimal>()
  for (const { id, conId, effectiveAt } of moved) {
    const then = await snapshots.pricesAt(effectiveAt)
    const price = then?.prices.get(conId)
    if (price !== undefined) marks.set(id, price)
  }
  return marks
}
