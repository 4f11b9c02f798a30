import type { AccountCost } from '#domain/account-cost.ts'
import type { Thresholds } from '#domain/thresholds.ts'
import type { Broker } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { Accruals, ReconciliationRun } from '#ports/reconciliation.ts'
import type { ConId } from '#shared/ids.ts'
import type { UtcMillis } from '#shared/time.ts'
import type { AccountValues } from './account-values.ts'
import type { Book } from './book.ts'
import type { PriceCache } from './price-cache.ts'
import type { SettledSnapshot } from './settled.ts'

/** What a reconciliation needs of the account and the desk. */
export type Reconciling = {
  readonly broker: Broker
  readonly clock: Clock
  readonly prices: PriceCache
  readonly values: AccountValues
  readonly thresholds: Thresholds
  /** When the session began that the broker is asked in; null: not known. */
  readonly sessionAt: UtcMillis | null
  /** Everything told to be accrued since a currency last agreed, by key and currency. */
  readonly accruals: Accruals
}

/** What a run has in hand when it judges. */
export type Judging = {
  readonly book: Book
  readonly begun: Pick<ReconciliationRun, 'id' | 'startedAt' | 'reason'>
  readonly snapshot: SettledSnapshot
  readonly costs: ReadonlyMap<ConId, AccountCost>
  readonly to: Reconciling
}
