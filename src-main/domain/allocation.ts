import type { StrategyId } from '#shared/ids.ts'
import { D, type Decimal, type Money } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'

/**
 * Capital given to a strategy (positive) or taken back: kept for good, and taken back by another.
 * No money moves at the broker: what strategies are given UNALLOCATED has less.
 */
export type Allocation = {
  readonly id: string
  readonly strategy: StrategyId
  /** The account's base currency, in which the amount is; ISO 4217. */
  readonly baseCurrency: string
  readonly amount: Money
  readonly at: UtcNanos
  readonly author: string
  readonly reason: string
  readonly recordedAt: UtcNanos
}

/** The capital each strategy was given until an instant, that instant included. */
export function allocatedUntil(
  allocations: readonly Allocation[],
  at: UtcNanos,
): ReadonlyMap<StrategyId, Decimal> {
  const given = new Map<StrategyId, Decimal>()
  for (const one of allocations) {
    if (one.at > at) continue
    given.set(one.strategy, (given.get(one.strategy) ?? new D(0)).plus(one.amount))
  }
  return given
}
