import type { ConId, StrategyId } from '#shared/ids.ts'
import { D, type Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'

/** One change of what a strategy holds: a fill or an adjustment. */
export type QuantityChange = {
  readonly strategy: StrategyId
  readonly conId: ConId
  /** Signed. */
  readonly quantity: Decimal
  readonly at: UtcNanos
}

/**
 * Who held how much of an instrument when an entitlement began: everything before that instant
 * counts, nothing at it. For a dividend it is the beginning of the ex-date where the share is
 * listed: who buys on that day gets none. Strategies that held nothing are not among them.
 */
export function holdersAt(
  changes: readonly QuantityChange[],
  conId: ConId,
  before: UtcNanos,
): ReadonlyMap<StrategyId, Decimal> {
  const held = new Map<StrategyId, Decimal>()
  for (const { strategy, quantity, ...change } of changes) {
    if (change.conId !== conId || change.at >= before) continue
    held.set(strategy, (held.get(strategy) ?? new D(0)).plus(quantity))
  }
  return new Map([...held].filter(([, quantity]) => !quantity.isZero()))
}

/** Whose part it is; null: nobody's, which is UNALLOCATED's. */
export type IncomeShare = { readonly strategy: StrategyId | null; readonly amount: Decimal }

/**
 * Splits income, or what it costs, in proportion to signed quantities: who was short pays what
 * the others receive. Parts are whole cents (10^−`places`), rounded down; the cents left over go
 * to the largest remainders, by name where these are equal, and what is less than a cent to the
 * first of them: the same parts every time, adding up exactly. When the quantities cancel out no
 * proportion says who earned it: it is nobody's.
 */
export function splitIncome(
  amount: Decimal,
  holders: ReadonlyMap<StrategyId, Decimal>,
  places = 2,
): readonly IncomeShare[] {
  const total = [...holders.values()].reduce((sum, quantity) => sum.plus(quantity), new D(0))
  if (total.isZero()) return [{ strategy: null, amount }]
  const parts = [...holders]
    .map(([strategy, quantity]) => {
      const exact = amount.times(quantity).dividedBy(total)
      const whole = exact.toDecimalPlaces(places, D.ROUND_FLOOR)
      return { strategy, whole, rest: exact.minus(whole) }
    })
    .sort((a, b) => b.rest.comparedTo(a.rest) || (a.strategy < b.strategy ? -1 : 1))
  const cent = new D(10).pow(-places)
  let left = parts.reduce((rest, { whole }) => rest.minus(whole), amount)
  const shares = parts.map(({ strategy, whole }) => {
    const extra = left.greaterThanOrEqualTo(cent) ? cent : new D(0)
    left = left.minus(extra)
    return { strategy, amount: whole.plus(extra) }
  })
  return shares
    .map((share, index) => (index === 0 ? { ...share, amount: share.amount.plus(left) } : share))
    .sort((a, b) => (a.strategy < b.strategy ? -1 : 1))
}
