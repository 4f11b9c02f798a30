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
    ...(batch.breaks.length + batch.runs.length > 0 ? (['reconciliation'] as const) : []),
  ],
})
