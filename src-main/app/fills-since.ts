import { isBooked, type Fill } from '#domain/fill.ts'
import { slotOf, type Slot } from '#domain/slot.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'
import { execRoot, permId, type ConId } from '#shared/ids.ts'
import { ZERO } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { BookMemory } from './memory.ts'

/** Fills read before others get their turn. */
const CHUNK = 1_000

type Place = {
  readonly ledger: Pick<Ledger, 'fillsAfter'>
  readonly clock: Pick<Clock, 'turn'>
  readonly memory: Pick<BookMemory, 'openingMoment'>
}

/** Booked fills of an instrument from an instant on. */
export async function fillsSince(
  { ledger, clock, memory }: Place,
  conId: ConId,
  from: UtcNanos,
): Promise<readonly Fill[]> {
  const fills: Fill[] = []
  let after: Slot | null = {
    at: from,
    permId: permId(0),
    cumulative: ZERO,
    root: execRoot(''),
  }
  for (;;) {
    const chunk: readonly Fill[] = await ledger.fillsAfter(conId, after, CHUNK)
    fills.push(...chunk.filter((fill) => isBooked(fill, memory.openingMoment)))
    const last = chunk.at(-1)
    if (last === undefined || chunk.length < CHUNK) return fills
    after = slotOf(last)
    await clock.turn()
  }
}
