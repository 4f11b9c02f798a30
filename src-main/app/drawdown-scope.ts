import { measure, resetDrawdown, UNMEASURED, type DrawdownEvent } from '#domain/drawdown.ts'
import type { DrawdownRules, DrawdownState } from '#domain/drawdown.ts'
import { restoreDrawdown, saveDrawdown } from '#domain/drawdown-series.ts'
import { gaugesOf, type Gauge } from '#domain/gauge.ts'
import type { LimitState } from '#domain/limit.ts'
import type { DrawdownRecord } from '#ports/snapshot.ts'
import { UNATTRIBUTED } from '#shared/ids.ts'
import { utcNanos, type UtcNanos } from '#shared/time.ts'

/** The drawdown of the account as a whole. */
export const ACCOUNT_SCOPE = 'account'
const STRATEGY = 'strategy:'

export const scopeOf = (strategy: string): string => `${STRATEGY}${strategy}`
/** The name of the strategy a scope is of; of the account its own. */
export const nameOf = (scope: string): string =>
  scope.startsWith(STRATEGY) ? scope.slice(STRATEGY.length) : scope

/** What was told of limits, by period and measure. */
export type LimitStates = Readonly<Record<string, LimitState>>

/** Whose drawdown is measured, and what of it must be remembered. */
export type Scope = {
  readonly state: DrawdownState
  /** The stamp until which flows that were written are counted. */
  readonly countedUntil: UtcNanos
  readonly limits: LimitStates
  /** Whether percent means anything: it is of equity of the account, of capital of a strategy. */
  readonly hasCapital: boolean
  /** By whose word the account was measured last. */
  readonly source: 'broker' | 'ledger'
  /** How the account stood when the day and the week began: where a late flow is folded from. */
  readonly atDay: DrawdownState | null
  readonly atWeek: DrawdownState | null
}

export const newScope = (countedUntil: UtcNanos, source: Scope['source']): Scope => ({
  ...{ state: UNMEASURED, countedUntil, limits: {}, hasCapital: source === 'broker', source },
  ...{ atDay: null, atWeek: null },
})

/** The scope after one more event. */
export function step(scope: Scope, event: DrawdownEvent, rules: DrawdownRules): Scope {
  const before = scope.state
  const state = measure(before, event, rules)
  const isNew = (period: 'daily' | 'weekly'): boolean =>
    before.at !== null && state[period].from !== before[period].from
  if (!isNew('daily') && !isNew('weekly')) return { ...scope, state }
  return {
    ...{ ...scope, state },
    atDay: isNew('daily') ? before : scope.atDay,
    atWeek: isNew('weekly') ? before : scope.atWeek,
  }
}

/** The total drawdown begun anew; a late flow is not folded from before that. */
export function startedOver(scope: Scope): Scope {
  const limits = Object.entries(scope.limits).filter(([key]) => !key.startsWith('total:'))
  const state = resetDrawdown(scope.state, 'total')
  return { ...scope, state, limits: Object.fromEntries(limits), atDay: null, atWeek: null }
}

/** The gauges of a scope; a strategy without capital has no percent, only money. */
export const scopeGauges = (scope: Scope, unclassified: number): readonly Gauge[] =>
  gaugesOf(scope.state, unclassified).map((gauge) =>
    scope.hasCapital ? gauge : { ...gauge, ...{ percent: null, worstPercent: null, peak: null } },
  )

const DAY = '@day'
const WEEK = '@week'

/** The rows to be written: what changed of where folding begins, and the scope itself. */
export function recordsOf(
  [key, scope]: readonly [string, Scope],
  before: Scope | undefined,
  measuredAt: UtcNanos,
): readonly DrawdownRecord[] {
  const { state, countedUntil, limits, atDay, atWeek } = scope
  const kept = { countedUntil: String(countedUntil), limits }
  const own = { scope: key, measuredAt, state: { ...saveDrawdown(state), ...kept } }
  const begun: DrawdownRecord[] = []
  const keep = (suffix: string, then: DrawdownState | null, was: DrawdownState | null): void => {
    if (key === ACCOUNT_SCOPE && then !== was)
      begun.push({ ...own, scope: key + suffix, state: saveDrawdown(then ?? UNMEASURED) })
  }
  keep(DAY, atDay, before?.atDay ?? null)
  keep(WEEK, atWeek, before?.atWeek ?? null)
  return [...begun, own]
}

/** What the rows of a ledger say of each scope. */
export function restoreScopes(records: readonly DrawdownRecord[]): Map<string, Scope> {
  const begun = (suffix: string): DrawdownState | null => {
    const found = records.find(({ scope }) => scope === ACCOUNT_SCOPE + suffix)
    const state = found === undefined ? null : restoreDrawdown(found.state)
    return state?.at === null ? null : state
  }
  const scopes = new Map<string, Scope>()
  for (const { scope, measuredAt, state } of records) {
    const isAccount = scope === ACCOUNT_SCOPE
    if (!isAccount && !scope.startsWith(STRATEGY)) continue
    const counted = state.countedUntil
    scopes.set(scope, {
      state: restoreDrawdown(state),
      countedUntil: counted === undefined ? measuredAt : utcNanos(BigInt(counted)),
      limits: state.limits ?? {},
      hasCapital: isAccount,
      source: isAccount ? 'broker' : 'ledger',
      atDay: isAccount ? begun(DAY) : null,
      atWeek: isAccount ? begun(WEEK) : null,
    })
  }
  return scopes
}

/** The account first, then strategies by name, UNATTRIBUTED last. */
export const inOrder = (scopes: Iterable<string>): readonly string[] =>
  [...scopes].sort((a, b) => rankOf(a) - rankOf(b) || (a < b ? -1 : 1))

const rankOf = (scope: string): number => {
  if (scope === ACCOUNT_SCOPE) return 0
  return scope === scopeOf(UNATTRIBUTED) ? 2 : 1
}
