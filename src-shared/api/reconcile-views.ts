import { z } from 'zod'
import { BREAK_KINDS, BREAK_STATUSES } from '../break.ts'
import { RUN_OUTCOMES, RUN_REASONS } from '../run.ts'
import { decimalString, millis } from './decimal.ts'
import { causeView } from './settle-views.ts'

/** Breaks the screen shows at once; a book with more is far from its broker anyway. */
export const SHOWN_BREAKS = 1_000

/** One disagreement of ledger and broker, as a row. */
export const breakRow = z.object({
  id: z.string(),
  kind: z.enum(BREAK_KINDS),
  /** `high`: a holding one side lacks; `medium`: quantities or cash differ; `low`: costs differ. */
  severity: z.enum(['high', 'medium', 'low']),
  conId: z.number().int().nullable(),
  symbol: z.string(),
  name: z.string(),
  currency: z.string().nullable(),
  status: z.enum(BREAK_STATUSES),
  missing: z.enum(['ledger', 'broker']).nullable(),
  /** Units of a quantity, else money in the currency; null is not known. */
  ledger: decimalString.nullable(),
  broker: decimalString.nullable(),
  /** Broker minus ledger. */
  difference: decimalString.nullable(),
  /** What the difference is worth in the currency; null while there is no price. */
  differenceValue: decimalString.nullable(),
  /** The same in the base currency; null while there is no price or no rate. */
  differenceBase: decimalString.nullable(),
  firstSeenAt: millis,
  lastSeenAt: millis,
  timesSeen: z.number().int(),
  recurrences: z.number().int(),
  /** A settlement names the one it was shown. */
  revision: z.number().int(),
  note: z.string().nullable(),
  settledAt: millis.nullable(),
  /** The command that settled it last: what an undo names. */
  settledBy: z.string().nullable(),
  goneAt: millis.nullable(),
  /** What may lie behind it, the best first; empty before the first run. */
  causes: z.array(causeView),
})
export type BreakRow = z.infer<typeof breakRow>

/** NAV on both sides of one moment, at the same prices and rates, in the base currency. */
const runWorthView = z.object({
  baseCurrency: z.string(),
  brokerNav: decimalString,
  /** Part of it that is due and not paid, so that no ledger has it; null: not told. */
  accrued: decimalString.nullable(),
  ledgerNav: decimalString,
  /** Broker NAV less what is accrued less ledger NAV, in cents. */
  unexplained: decimalString,
  /** How many parts of the ledger's are left out, or taken at cost. */
  excluded: z.number().int(),
})

/** One comparison of the book with the broker. */
export const runView = z.object({
  id: z.string(),
  startedAt: millis,
  endedAt: millis,
  reason: z.enum(RUN_REASONS),
  outcome: z.enum(RUN_OUTCOMES),
  /** Why it failed; null for others. */
  why: z.string().nullable(),
  found: z.number().int(),
  /** Comparisons that could not be made: in flight, or something is unknown. */
  notJudged: z.number().int(),
  /** Null while the broker tells no net liquidation value, or the ledger's cash is not open. */
  worth: runWorthView.nullable(),
})
export type RunView = z.infer<typeof runView>

export const reconciliationView = z.object({
  lastRun: runView.nullable(),
  isRunning: z.boolean(),
  /** What is worth more than this, in the base currency, is settled after one more question. */
  askAbove: decimalString,
  /** Those that are not gone, and those that went last. */
  breaks: z.array(breakRow),
  /**
   * Both sides agree, but a strategy is open the other way than UNATTRIBUTED while the broker is
   * flat: closed by hand, to be moved to it.
   */
  closedByHand: z.array(
    z.object({
      conId: z.number().int(),
      symbol: z.string(),
      from: z.string(),
      to: z.string(),
      quantity: decimalString,
    }),
  ),
})
export type ReconciliationView = z.infer<typeof reconciliationView>
