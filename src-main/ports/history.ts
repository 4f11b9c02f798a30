import type { Fill } from '#domain/fill.ts'
import type { ExecRoot, StrategyId } from '#shared/ids.ts'
import type { UtcNanos } from '#shared/time.ts'

/** One line of the audit: what was commanded, by whom, and what came of it. */
export type JournalEntry = {
  /** 1, 2, 3 …: without gaps. */
  readonly seq: number
  readonly at: UtcNanos
  readonly author: string
  readonly command: string
  readonly outcome: string
  readonly detail: string
}

/** One fill that a command gave from one strategy to another. */
export type Reattributed = {
  readonly command: string
  readonly recordedAt: UtcNanos
  readonly fillId: ExecRoot
  /** To whom it belonged before. */
  readonly was: StrategyId
  readonly strategy: StrategyId
  readonly author: string
  readonly reason: string
  /** The command it takes back; null for others. */
  readonly undoes: string | null
}

/** One command that gave fills to another strategy. */
export type ReattributionSummary = Omit<Reattributed, 'fillId' | 'was' | 'strategy'> & {
  readonly fills: number
  /** How many of them an undo has given back. */
  readonly undone: number
  readonly from: readonly StrategyId[]
  readonly to: readonly StrategyId[]
}

/** What was commanded, as far as it is looked up and not kept in memory. */
export type History = {
  /** All that one command gave, and what commands gave back that undo it. */
  readonly reattributed: (command: string) => Promise<readonly Reattributed[]>
  /** All that was given after an instant, in time order. */
  readonly reattributedSince: (instant: UtcNanos) => Promise<readonly Reattributed[]>
  /** The latest commands, newest first. */
  readonly reattributions: (limit: number) => Promise<readonly ReattributionSummary[]>
  /** The next fills that carry an orderRef, by id; fewer than `limit` at the end. */
  readonly fillsOfOrderRef: (
    orderRef: string,
    page: { readonly after: ExecRoot | null; readonly limit: number },
  ) => Promise<readonly Fill[]>
  /** The journal, newest first, from the entry before `before` on; null: from the last one. */
  readonly journal: (page: {
    readonly before: number | null
    readonly limit: number
  }) => Promise<readonly JournalEntry[]>
}
