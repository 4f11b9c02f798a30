import type { FillAsOf, FillFacts } from '#domain/as-of.ts'
import type { Within } from '#domain/late-execution.ts'
import type { ConId, PermId } from '#shared/ids.ts'
import type { UtcNanos } from '#shared/time.ts'

/** The executions after one instant and up to another, by what was recorded until a third. */
export type FactsQuery = {
  readonly after: UtcNanos
  readonly until: UtcNanos
  readonly knownAt: UtcNanos
}

/** What was executed in between. */
export type FactsPage = {
  /**
   * Fills executed in between, recorded by then, of which nothing was recorded since: they are now
   * as they were. In slot order.
   */
  readonly fills: readonly FillAsOf[]
  /**
   * Everything ever recorded of those that had an execution in between, recorded by then, and of
   * which something was recorded since. What each was then, and when it was executed by that, is to
   * be picked from the facts.
   */
  readonly changed: readonly FillFacts[]
}

/** What was recorded of executions and when: for looking at the book as it was. */
export type Facts = {
  /**
   * Rising instants up to this one, the last of them, with some thousands of executions between
   * each and the next; those of one instant are never parted.
   */
  readonly bounds: (until: UtcNanos) => Promise<readonly UtcNanos[]>
  readonly between: (wanted: FactsQuery) => Promise<FactsPage>
  /** Everything ever recorded of the executions of some orders. */
  readonly ofOrders: (permIds: readonly PermId[]) => Promise<readonly FillFacts[]>
  /** The same of an instrument's executions until an instant, first heard of after another. */
  readonly lateIn: (conId: ConId, within: Within) => Promise<readonly FillFacts[]>
}
