import type { AccountId, ConId } from './ids.ts'
import type { Decimal } from './money.ts'
import type { UtcMillis } from './time.ts'

/** What the ledger and the broker disagree on. A holding one side lacks is of kind `quantity`. */
export const BREAK_KINDS = ['quantity', 'cost', 'cash'] as const
export type BreakKind = (typeof BREAK_KINDS)[number]

/**
 * - `opened`: found by the last run, for the first time or anew
 * - `seen again`: found by more than one run in a row, or changed since it was acknowledged
 * - `in flight`: its instrument traded during the last run, which could not judge it
 * - `acknowledged`: left as it is, with a note, until either side moves
 * - `settled`: an entry was written for it; the next run will tell
 * - `undone`: that entry was taken back
 * - `gone`: a run found the two sides to agree
 */
export const BREAK_STATUSES = [
  'opened',
  'seen again',
  'in flight',
  'acknowledged',
  'settled',
  'undone',
  'gone',
] as const
export type BreakStatus = (typeof BREAK_STATUSES)[number]

/** What may lie behind a break. */
export const CAUSES = [
  'in flight',
  'missing execution',
  'traded outside',
  'correction',
  'split',
  'expiry',
  'assignment',
  'exercise',
  'commission in cost',
  'lot method',
  'dividend',
  'fee',
  'interest',
  'deposit',
  'withdrawal',
  'conversion',
  'booked twice',
  'wrong strategy',
  'unknown',
] as const
export type Cause = (typeof CAUSES)[number]

/** One disagreement between ledger and broker, through its whole life. */
export type Break = {
  /** `<account>/<kind>/<conId or currency>`: the same disagreement always has the same id. */
  readonly id: string
  readonly account: AccountId
  readonly kind: BreakKind
  /** Null for cash. */
  readonly conId: ConId | null
  /** The cash's currency, or the instrument's; null while the instrument is unknown. */
  readonly currency: string | null
  readonly status: BreakStatus
  /** The side that has nothing at all; null when both have some. */
  readonly missing: 'ledger' | 'broker' | null
  /**
   * Units for a quantity; money in the currency for cash; for a cost, money as the broker counts
   * it: of the whole holding, multiplier and opening commission included. Null is not known.
   */
  readonly ledger: Decimal | null
  readonly broker: Decimal | null
  /** Broker minus ledger. */
  readonly difference: Decimal | null
  /** Of this occurrence: a break that comes back after it was gone or settled begins anew. */
  readonly firstSeenAt: UtcMillis
  readonly lastSeenAt: UtcMillis
  /** Runs of this occurrence that found it. */
  readonly timesSeen: number
  /** Rises whenever either side moves, never falls: a settlement names the one it was shown. */
  readonly revision: number
  /** Earlier occurrences. */
  readonly recurrences: number
  /** What the trader noted when acknowledging it. */
  readonly note: string | null
  /** When it was last settled, in this occurrence or an earlier one; null: never. */
  readonly settledAt: UtcMillis | null
  /** The command that settled it last. */
  readonly settledBy: string | null
  /** When a run last found both sides to agree; null: never since it was first seen. */
  readonly goneAt: UtcMillis | null
}

/** How long the disagreement stands, in milliseconds. */
export const breakAgeMs = ({ firstSeenAt }: Pick<Break, 'firstSeenAt'>, now: UtcMillis): number =>
  now - firstSeenAt
