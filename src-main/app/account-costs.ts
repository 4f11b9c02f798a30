import {
  endAccountFold,
  foldAccountChunk,
  startAccountFold,
  type AccountCost,
} from '#domain/account-cost.ts'
import { isBooked } from '#domain/fill.ts'
import { slotOf, type Slot } from '#domain/slot.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { ConId } from '#shared/ids.ts'
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
export async function accountCostOf(place: Place, conId: ConId): Promise<AccountCost | null> {
  const { ledger, clock, memory } = place
  const instrument = memory.instruments.get(conId)
  if (instrument === undefined) return null
  const adjustments = await metAdjustments({ ledger, memory, batch: null }, conId)
  const { openingMoment } = memory
  let folding = startAccountFold(instrument, adjustments)
  let after: Slot | null = null
  for (;;) {
    const fills = await ledger.fillsAfter(conId, after, CHUNK)
    const booked = fills.filter((fill) => isBooked(fill, openingMoment))
    folding = foldAccountChunk(folding, booked)
    const last = fills.at(-1)
    if (last === undefined || fills.length < CHUNK) return endAccountFold(folding)
    after = slotOf(last)
    await clock.turn()
  }
}
