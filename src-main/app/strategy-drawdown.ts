import { withFirstCapital } from '#domain/drawdown-capital.ts'
import type { BucketEquity } from '#domain/equity.ts'
import { UNALLOCATED } from '#shared/ids.ts'
import { isSame, type AccountDrawdown, type Looking } from './account-drawdown.ts'
import { newScope, scopeOf, step, type Scope } from './drawdown-scope.ts'
import { isWhole, pricingNow } from './strategies.ts'
import { strategyFlows, type StrategyFlows } from './strategy-flows.ts'

/**
 * Every strategy and UNATTRIBUTED by its equity in the ledger, while the broker brings prices.
 * One whose equity leaves a currency out is not measured: what is left would look like a loss.
 */
export function measureStrategies(known: AccountDrawdown, looking: Looking): AccountDrawdown {
  const { ledger, stamp, isLinked } = looking
  if (ledger === null || !isLinked) return known
  const scopes = new Map(known.scopes)
  for (const bucket of ledger.buckets) {
    if (bucket.strategy === UNALLOCATED || !isWhole(bucket.excluded)) continue
    const key = scopeOf(bucket.strategy)
    const before = scopes.get(key)
    const after = measured(before ?? newScope(stamp, 'ledger'), bucket, looking)
    if (after !== before) scopes.set(key, after)
  }
  return { ...known, scopes }
}

function measured(scope: Scope, { strategy, equity }: BucketEquity, looking: Looking): Scope {
  const { account, now, stamp, rules } = looking
  const { state, countedUntil: since } = scope
  const memory = account.book?.memory
  if (memory === undefined || (state.at !== null && now < state.at)) return scope
  const flows = strategyFlows(memory, { strategy, since }, pricingNow(looking, stamp))
  const hasCapital = flows.hasCapital || flows.hadCapital
  const known = scope.hasCapital === hasCapital ? scope : { ...scope, hasCapital }
  const isFirst = state.at === null
  if (!isFirst && !flows.hasFlown && isSame(state, equity, now)) return known
  if (isFirst || !flows.hasFlown) return step(known, { kind: 'equity', at: now, equity }, rules)
  // All that was gained until now was gained before the flow.
  const before = equity.minus(flows.amount)
  const observed = step(known, { kind: 'equity', at: now, equity: before }, rules)
  return { ...flowed(observed, flows, looking), countedUntil: stamp }
}

function flowed(
  scope: Scope,
  { amount, hadCapital, hasCapital }: StrategyFlows,
  at: Looking,
): Scope {
  const { now, rules } = at
  if (hasCapital && !hadCapital)
    return { ...scope, state: withFirstCapital(scope.state, { at: now, amount }) }
  return step(scope, { kind: 'flow', at: now, amount }, rules)
}
