import {
  endAccountFold,
  foldAccountChunk,
  startAccountFold,
  type AccountCost,
} from '#domain/account-cost.ts'
import { standing } from '#domain/adjustment.ts'
import { isBooked } from '#domain/fill.ts'
import { slotOf, type Slot } from '#domain/slot.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { ConId } from '#shared/ids.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { BookMemory } from './memory.ts'
import { metAdjustments } from './met.ts'

/** Fills read and folded before others get their turn: some milliseconds' worth. */
const CHUNK = 1_000

type Place = {
  readonly ledger: Pick<Ledger, 'fillsAfter' | 'fillsOfOrders'>
  readonly clock: Pick<Clock, 'turn'>
  readonly memory: BookMemory
}

/**
 * What an instrument cost the whole account, from every committed fill whatever its strategy; null
 * while the instrument is unknown.
 */
export const accountCostOf = (place: Place, conId: ConId): Promise<AccountCost | null> =>
  accountCostUntil(place, conId, null)

/** The same from what counted before a moment; null: all of it. */
export async function accountCostUntil(
  place: Place,
  conId: ConId,
  moment: UtcNanos | null,
): Promise<AccountCost | null> {
  const { ledger, clock, memory } = place
  const isBefore = (at: UtcNanos): boolean => moment === null || at < moment
  const instrument = memory.instruments.get(conId)
  if (instrument === undefined) return null
  const met = await metAdjustments({ ledger, memory, batch: null }, conId)
  const adjustments = standing(met).filter(({ effectiveAt }) => isBefore(effectiveAt))
  const { openingMoment } = memory
  let folding = startAccountFold(instrument, adjustments)
  let after: Slot | null = null
  for (;;) {
    const fills = await ledger.fillsAfter(conId, after, CHUNK)
    const until = fills.filter(({ execution }) => isBefore(execution.executedAt))
    const booked = until.filter((fill) => isBooked(fill, openingMoment))
    folding = foldAccountChunk(folding, booked)
    const last = fills.at(-1)
    const isEnd = fills.length < CHUNK || until.length < fills.length
    if (last === undefined || isEnd) return endAccountFold(folding)
    after = slotOf(last)
    await clock.turn()
  }
}
