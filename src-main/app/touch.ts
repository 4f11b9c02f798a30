import { LIVE_FILLS, LIVE_ORDERS } from '#shared/api/live.ts'
import type { Batch } from './batch.ts'
import type { Touch } from './live.ts'
import type { BookMemory } from './memory.ts'
import { fillRow, orderRow } from './rows.ts'

/** What a committed batch changes on the screen: no more rows than it shows at once are made. */
export const touchOf = (batch: Batch, memory: BookMemory): Omit<Touch, 'account'> => ({
  positions: [...batch.holdings].map(({ key }) => key),
  fills: batch
    .fills()
    .slice(-LIVE_FILLS)
    .map((fill) => fillRow(fill, memory)),
  orders: batch.orders.slice(-LIVE_ORDERS).map((order) => orderRow(order, memory)),
  parts: [
    ...(['book', 'status'] as const),
    ...(reconciles(batch) ? (['reconciliation'] as const) : []),
  ],
})

/** Runs and breaks, and whatever moves holdings between strategies: what was closed by hand. */
const reconciles = ({ breaks, runs, adjustments, reattributed }: Batch): boolean =>
  [breaks, runs, adjustments, reattributed].some(({ length }) => length > 0)
