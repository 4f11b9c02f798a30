import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { liveMessage } from './live.ts'
import { accountView, bookView, fillRow, linkView, orderRow, positionRow } from './views.ts'

const account = z.string().min(1).optional()

/** Without an account: the one on screen. */
const ofAccount = z.object({ account })
/** A page of rows, newest first; `before` is the time of the last row of the page before. */
const page = z.object({
  account,
  limit: z.number().int().min(1).max(5000).default(500),
  before: z.number().int().optional(),
})

/** Every failure a procedure may answer with, in the user's words. */
const procedure = oc.errors({
  NO_BOOK: { message: 'No book is open for this account yet: connect to TWS or Gateway first.' },
  REFUSED: { message: 'The request cannot be carried out now.' },
})

/**
 * The typed border between the core and every front end: commands, queries and one live stream.
 * Input is parsed here, once.
 */
export const contract = {
  link: {
    /** The state of the socket to TWS or Gateway. */
    state: procedure.output(linkView),
    /** Cuts the link and connects anew. */
    reconnect: procedure.output(z.object({})),
  },
  account: {
    /** The accounts behind the link or, offline, those with a ledger. */
    list: procedure.output(z.array(z.string())),
    /** What the broker says of the account as a whole. */
    summary: procedure.input(ofAccount).output(accountView),
  },
  positions: {
    list: procedure.input(ofAccount).output(z.array(positionRow)),
  },
  fills: {
    list: procedure.input(page).output(z.array(fillRow)),
  },
  orders: {
    list: procedure.input(page).output(z.array(orderRow)),
  },
  book: {
    state: procedure.input(ofAccount).output(bookView),
    /** Accepts the opening position as proposed. */
    confirmOpening: procedure.input(ofAccount).output(bookView),
    /** Takes the opening position back by reversing it; it can be proposed again. */
    undoOpening: procedure.input(ofAccount).output(bookView),
    /** Takes the broker's holdings as the opening position again, after an undo. */
    proposeOpening: procedure.input(ofAccount).output(bookView),
    /**
     * Folds every position anew from its fills; answers how many positions differed (normally 0).
     */
    refold: procedure
      .input(ofAccount)
      .output(z.object({ positions: z.number().int(), differed: z.number().int() })),
  },
  live: {
    /**
     * One full snapshot, then changes: at most about ten a second, fills at once. No more than
     * `LIVE_WINDOW` messages are sent ahead of the last acknowledged one; what changes meanwhile is
     * conflated, latest wins.
     */
    subscribe: procedure.input(ofAccount).output(eventIterator(liveMessage)),
    /** Says that messages up to this revision have been taken in. */
    acknowledge: procedure
      .input(z.object({ subscription: z.string(), revision: z.number().int() }))
      .output(z.object({})),
  },
}

/** Messages a subscription may be ahead of the last one acknowledged. */
export const LIVE_WINDOW = 8
