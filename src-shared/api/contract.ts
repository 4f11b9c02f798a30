import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { asOf, LAST_MOMENT } from './as-of-views.ts'
import { attribution } from './attribution.ts'
import { link, prices, settings } from './connection.ts'
import { jobs } from './jobs.ts'
import { journal } from './journal.ts'
import { demo } from './demo.ts'
import { drawdown } from './drawdown.ts'
import { liveMessage } from './live.ts'
import { portfolio } from './portfolio.ts'
import { command, query } from './procedure.ts'
import { loadedWorkspace, workspaceDocument } from './workspace.ts'
import { reconciliationView, runView } from './reconcile-views.ts'
import { autoUpdateView } from './auto-update-view.ts'
import { strategies } from './strategies.ts'
import { settleInput, settleOutcome, settlementView } from './settle-views.ts'
import { transferNow, transferPreview } from './transfer.ts'
import { accountView, bookView, fillRow, healthView, orderRow, positionRow } from './views.ts'

const account = z.string().min(1).optional()

/** Without an account: the one on screen. */
const ofAccount = z.object({ account })

/**
 * A page of rows, newest first, those of one instant by key, the largest first. The next page is
 * asked for with the time and the key of the last row of this one.
 */
const page = z
  .object({
    account,
    limit: z.number().int().min(1).max(5000).default(500).describe('How many rows at most'),
    before: z
      .number()
      .int()
      .min(0)
      .max(LAST_MOMENT)
      .optional()
      .describe(
        'Only rows before this time in milliseconds since 1970 UTC: `executedAt` of a fill, ' +
          '`updatedAt` of an order',
      ),
    beforeKey: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Goes with `before`: also rows of that very time that come after the row with this ' +
          '`fillId` (of an order: `key`)',
      ),
  })
  .refine(({ before, beforeKey }) => beforeKey === undefined || before !== undefined, {
    path: ['beforeKey'],
    message: 'goes with before: give the time of the same row, too',
  })

/**
 * The typed border between the core and every front end: commands, queries and one live stream.
 * Input is parsed here, once.
 *
 * Every procedure is made with `query` or `command` and so has a route of its own: the same
 * contract answers scripts over HTTP, and its document is made from what stands here (docs/api.md).
 */
export const contract = {
  health: {
    /** Over HTTP answered without a token, too, but then with nothing but that it answers. */
    state: query({
      path: '/api/health',
      tag: 'health',
      summary: 'Whether the core can serve: its ledgers, its link, its queues',
    }).output(healthView),
  },
  link,
  demo,
  settings,
  account: {
    list: query({
      path: '/api/accounts',
      tag: 'account',
      summary: 'The accounts behind the link or, offline, those with a ledger',
    }).output(z.array(z.string())),
    summary: query({
      path: '/api/account/summary',
      tag: 'account',
      summary: 'What the broker says of the account as a whole',
    })
      .input(ofAccount)
      .output(accountView),
  },
  jobs,
  portfolio,
  strategies,
  drawdown,
  positions: {
    list: query({
      path: '/api/positions',
      tag: 'positions',
      summary: 'Every position of the account, one row for each strategy and instrument',
    })
      .input(ofAccount)
      .output(z.array(positionRow)),
    transferPreview,
    transfer: transferNow,
  },
  prices,
  fills: {
    list: query({
      path: '/api/fills',
      tag: 'fills',
      summary: 'A page of fills, newest first',
    })
      .input(page)
      .output(z.array(fillRow)),
  },
  orders: {
    list: query({
      path: '/api/orders',
      tag: 'orders',
      summary: 'A page of orders in their latest state, the last changed first',
    })
      .input(page)
      .output(z.array(orderRow)),
  },
  book: {
    state: query({
      path: '/api/book',
      tag: 'book',
      summary: 'How far the book of the account has come',
    })
      .input(ofAccount)
      .output(bookView),
    asOf,
    confirmOpening: command({
      path: '/api/book/opening/confirm',
      tag: 'book',
      summary: 'Accepts the opening position as proposed',
    })
      .input(ofAccount)
      .output(bookView),
    undoOpening: command({
      path: '/api/book/opening/undo',
      tag: 'book',
      summary: 'Takes the opening position back by reversing it; it can be proposed again',
    })
      .input(ofAccount)
      .output(bookView),
    proposeOpening: command({
      path: '/api/book/opening/propose',
      tag: 'book',
      summary: "Takes the broker's holdings as the opening position again, after an undo",
    })
      .input(ofAccount)
      .output(bookView),
    refold: command({
      path: '/api/book/refold',
      tag: 'book',
      summary:
        'Folds every position anew from its fills; answers how many differed, which is normally 0',
    })
      .input(ofAccount)
      .output(z.object({ positions: z.number().int(), differed: z.number().int() })),
  },
  reconcile: {
    state: query({
      path: '/api/reconcile',
      tag: 'reconcile',
      summary: 'The last comparison of the ledger with the broker, and every break',
    })
      .input(ofAccount)
      .output(reconciliationView),
    run: command({
      path: '/api/reconcile/run',
      tag: 'reconcile',
      summary: 'Compares the ledger with the broker now; answers once that is in the ledger',
    })
      .input(ofAccount)
      .output(runView),
    preview: command({
      path: '/api/reconcile/preview',
      tag: 'reconcile',
      summary: 'What settling breaks would write and change; writes nothing',
    })
      .input(settleInput)
      .output(z.array(settleOutcome)),
    settle: command({
      path: '/api/reconcile/settle',
      tag: 'reconcile',
      summary:
        'Settles breaks, each as it was shown: one that moved meanwhile is refused, the others ' +
        'are written together',
    })
      .input(settleInput)
      .output(z.array(settleOutcome)),
    undo: command({
      path: '/api/reconcile/undo',
      tag: 'reconcile',
      summary: 'Takes back what one settlement or transfer wrote, by reversing it',
    })
      .input(ofAccount.extend({ command: z.string().min(1) }))
      .output(z.object({})),
    history: query({
      path: '/api/reconcile/history',
      tag: 'reconcile',
      summary: 'Every settlement and transfer that wrote entries, newest first, undone ones too',
    })
      .input(ofAccount)
      .output(z.array(settlementView)),
  },
  autoUpdate: {
    state: query({
      path: '/api/auto-update',
      tag: 'reconcile',
      summary: 'What is settled by itself, within which limits, and what came of the last run',
    })
      .input(ofAccount)
      .output(autoUpdateView),
  },
  attribution,
  journal,
  live: {
    /**
     * At most about ten messages a second, fills at once. No more than `LIVE_WINDOW` messages are
     * sent ahead of the last acknowledged one; what changes meanwhile is conflated, latest wins.
     */
    subscribe: query({
      path: '/api/live',
      tag: 'live',
      summary: 'One full snapshot, then conflated changes, as server-sent events',
    })
      .input(ofAccount)
      .output(eventIterator(liveMessage)),
    acknowledge: command({
      path: '/api/live/acknowledge',
      tag: 'live',
      summary: 'Says that messages up to this revision have been taken in; events need it not',
    })
      .input(z.object({ subscription: z.string(), revision: z.number().int() }))
      .output(z.object({})),
  },
  workspace: {
    /** A damaged file, or one of a newer version, is kept aside; the notice then says so. */
    load: query({
      path: '/api/workspace',
      tag: 'workspace',
      summary: 'How the panels, columns, keys and theme were arranged',
    }).output(loadedWorkspace),
    save: command({
      path: '/api/workspace/save',
      tag: 'workspace',
      summary: 'Keeps the arrangement for the next start, whichever shell that is',
    })
      .input(workspaceDocument)
      .output(z.object({})),
    reset: command({
      path: '/api/workspace/reset',
      tag: 'workspace',
      summary: 'Forgets the arrangement; what there was is kept aside',
    }).output(z.object({})),
  },
}

/** Messages a subscription may be ahead of the last one acknowledged. */
export const LIVE_WINDOW = 8
