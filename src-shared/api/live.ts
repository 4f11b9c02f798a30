import { z } from 'zod'
import { jobView } from './jobs.ts'
import { reconciliationView } from './reconcile-views.ts'
import {
  accountView,
  bookView,
  fillRow,
  linkView,
  orderRow,
  positionRow,
  statusView,
} from './views.ts'

/** How many of the latest fills and orders the live stream carries; older ones are queried. */
export const LIVE_FILLS = 500
export const LIVE_ORDERS = 500

const head = {
  /** Names this subscription in `live.acknowledge`. */
  subscription: z.string(),
  /** Grows by one with every message of the subscription. */
  revision: z.number().int(),
}

/** Everything the screen shows, at one instant. Fills and orders newest first. */
export const liveSnapshot = z.object({
  kind: z.literal('snapshot'),
  ...head,
  accounts: z.array(z.string()),
  link: linkView,
  book: bookView.nullable(),
  account: accountView,
  status: statusView,
  /** Null while no book is open. */
  reconciliation: reconciliationView.nullable(),
  jobs: z.array(jobView),
  positions: z.array(positionRow),
  fills: z.array(fillRow),
  orders: z.array(orderRow),
})
export type LiveSnapshot = z.infer<typeof liveSnapshot>

/**
 * What has changed since the message before: whole rows, the latest of each; absent is unchanged.
 */
export const liveChanges = z.object({
  kind: z.literal('changes'),
  ...head,
  link: linkView.optional(),
  book: bookView.optional(),
  account: accountView.optional(),
  status: statusView.optional(),
  reconciliation: reconciliationView.optional(),
  /** All of them, as they stand. */
  jobs: z.array(jobView).optional(),
  /** Rows that are new or different. */
  positions: z.array(positionRow).optional(),
  /** Keys of rows that are gone: flat, with no P&L left to show. */
  positionsGone: z.array(z.string()).optional(),
  fills: z.array(fillRow).optional(),
  orders: z.array(orderRow).optional(),
})
export type LiveChanges = z.infer<typeof liveChanges>

export const liveMessage = z.discriminatedUnion('kind', [liveSnapshot, liveChanges])
export type LiveMessage = LiveSnapshot | LiveChanges
