import type { DrawdownPeriod } from '#domain/drawdown.ts'
import type { Gauge } from '#domain/gauge.ts'
import { judgeLimit, WITHIN_LIMIT } from '#domain/limit.ts'
import type { DrawdownLimit, LimitNotice, LimitState } from '#domain/limit.ts'
import type { Notice } from '#shared/api/views.ts'
import { decimal, type Decimal } from '#shared/money.ts'
import type { DrawdownLimitSetting } from '#shared/settings.ts'
import { ACCOUNT_SCOPE, nameOf, type LimitStates } from './drawdown-scope.ts'

/** A limit as it is set: for whom, over which period, and where it is. */
export type SetLimit = DrawdownLimit & {
  readonly scope: string
  readonly period: DrawdownPeriod
}

/** The limits of the settings in exact numbers. */
export const limitsOf = (set: readonly DrawdownLimitSetting[]): readonly SetLimit[] =>
  set.map(({ scope, period, measure, warning, breach, hysteresis }) => ({
    ...{ scope, period, measure },
    warning: warning === undefined ? null : decimal(warning),
    breach: breach === undefined ? null : decimal(breach),
    hysteresis: decimal(hysteresis),
  }))

const EVERY = 'every strategy'

/** The key what was told of a limit is kept under. */
export const limitKey = ({ period, measure }: Pick<SetLimit, 'period' | 'measure'>): string =>
  `${period}:${measure}`

/** The limits of a scope; one that names a strategy comes before one of every strategy. */
export function limitsFor(scope: string, limits: readonly SetLimit[]): readonly SetLimit[] {
  if (scope === ACCOUNT_SCOPE) return limits.filter((one) => one.scope === ACCOUNT_SCOPE)
  const name = nameOf(scope)
  // A strategy that is called like the account has no limit of its own.
  const own = limits.filter((one) => one.scope === name && name !== ACCOUNT_SCOPE)
  const named = new Set(own.map(limitKey))
  return [...own, ...limits.filter((one) => one.scope === EVERY && !named.has(limitKey(one)))]
}

export type Told = { readonly states: LimitStates; readonly notices: readonly LimitNotice[] }

/** What the gauges of a scope make of its limits. States of limits no longer set are let go. */
export function judgeAll(
  before: LimitStates,
  gauges: readonly Gauge[],
  limits: readonly SetLimit[],
): Told {
  const states: Record<string, LimitState> = {}
  const notices: LimitNotice[] = []
  for (const limit of limits) {
    const gauge = gauges.find(({ period }) => period === limit.period)
    if (gauge === undefined) continue
    const judged = judgeLimit(before[limitKey(limit)] ?? WITHIN_LIMIT, gauge, limit)
    states[limitKey(limit)] = judged.state
    notices.push(...judged.notices)
  }
  return { states, notices }
}

const PERIOD_WORDS: Readonly<Record<DrawdownPeriod, string>> = {
  total: 'since its peak',
  weekly: 'this week',
  daily: 'today',
}

/** What the trader is told, in a sentence, and what to make of it. */
export function noticeOf(
  { account, scope, baseCurrency }: Whose,
  { kind, period, measure, drawdown, mark, isProvisional }: LimitNotice,
): Pick<Notice, 'severity' | 'message' | 'remedy'> {
  const amount = (value: Decimal): string =>
    measure === 'percent' ? `${value.toFixed(2)} %` : `${value.toFixed(2)} ${baseCurrency ?? ''}`
  const whose = scope === ACCOUNT_SCOPE ? `the account ${account}` : `${nameOf(scope)} (${account})`
  const fall = `The drawdown of ${whose} ${PERIOD_WORDS[period]} is ${amount(drawdown)}`
  const remedy = isProvisional
    ? 'Provisional: a change of cash is not booked yet and may be a deposit or withdrawal.'
    : null
  if (mark === null)
    return { severity: 'info', message: `${fall}: within its limit again.`, remedy }
  const reached = kind === 'breach' ? 'limit' : 'warning mark'
  const message = `${fall}: the ${reached} of ${amount(mark)} is reached.`
  return { severity: kind === 'breach' ? 'error' : 'warning', message, remedy }
}

export type Whose = {
  readonly account: string
  readonly scope: string
  readonly baseCurrency: string | null
}
