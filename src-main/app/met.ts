import { ordersStoodFor, standing, superseded, type Adjustment } from '#domain/adjustment.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { ConId } from '#shared/ids.ts'
import type { Batch } from './batch.ts'
import type { BookMemory } from './memory.ts'

type Place = {
  readonly ledger: Pick<Ledger, 'fillsOfOrders'>
  readonly memory: BookMemory
  /** What is decided and not in the ledger yet; null: nothing. */
  readonly batch: Batch | null
}

/**
 * The adjustments of an instrument as they count beside the executions there are: a stand-in is
 * left with what its order filled and no execution tells. Few books ever have one.
 */
export async function metAdjustments(
  { ledger, memory, batch }: Place,
  conId: ConId,
): Promise<readonly Adjustment[]> {
  const own = memory.adjustments.filter((one) => one.conId === conId)
  const orders = ordersStoodFor(own)
  if (orders.size === 0) return own
  const fills = new Map(
    (await ledger.fillsOfOrders([...orders])).map((fill) => [fill.fillId, fill]),
  )
  for (const fill of batch?.fills() ?? []) fills.set(fill.fillId, fill)
  return superseded(standing(own), [...fills.values()])
}
