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
export const bookSince = async (place: Place, after: UtcNanos): Promise<BookSince> =>
  sinceOf(place.book, await fillsExecutedSince(place, after))

/** Every booked fill executed after an instant. */
export async function fillsExecutedSince(
  { book: { memory, ledger }, clock }: Place,
  after: UtcNanos,
): Promise<readonly Fill[]> {
  const fills: Fill[] = []
  let slot: Slot = { at: after, permId: permId(0), cumulative: ZERO, root: execRoot('') }
  for (;;) {
    const chunk = await ledger.fillsExecuted(slot, CHUNK)
    fills.push(...chunk.filter((fill) => isBooked(fill, memory.openingMoment)))
    const last = chunk.at(-1)
    if (last === undefined || chunk.length < CHUNK) return fills
    slot = slotOf(last)
    await clock.turn()
  }
}

/** The same of some instruments alone. */
export async function fillsOfInstrumentsSince(
  { book: { memory, ledger }, clock }: Place,
  conIds: ReadonlySet<ConId>,
  after: UtcNanos,
): Promise<readonly Fill[]> {
  const fills: Fill[] = []
  for (const conId of conIds)
    fills.push(...(await fillsSince({ ledger, clock, memory }, conId, after)))
  return fills
}

/** The committed book as these fills have made it; of all instruments, or of some. */
export async function sinceOf(
  { memory, ledger }: Place['book'],
  fills: readonly Fill[],
  only: ReadonlySet<ConId> | null = null,
): Promise<BookSince> {
  const conIds = only ?? new Set(memory.adjustments.map(({ conId }) => conId))
  const all = [...memory.committed.values()]
  const records = only === null ? all : all.filter(({ position }) => only.has(position.conId))
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
