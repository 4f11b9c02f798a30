import { D, type Decimal } from '#shared/money.ts'
import type { UtcMillis } from '#shared/time.ts'
import type { DrawdownPeriod } from './drawdown.ts'
import type { Gauge } from './gauge.ts'

/** How far a drawdown may go, of one scope and period. Null: no such mark. */
export type DrawdownLimit = {
  /** What is compared: the fall in percent of the peak, or the P&L lost. */
  readonly measure: 'percent' | 'money'
  readonly warning: Decimal | null
  readonly breach: Decimal | null
  /**
   * How far the drawdown must go back below a mark before reaching it again counts as news; not
   * negative.
   */
  readonly hysteresis: Decimal
}

export type LimitLevel = 'normal' | 'warning' | 'breach'

/** What has been said about a limit: kept with the drawdown, so that a restart repeats nothing. */
export type LimitState = {
  readonly level: LimitLevel
  /** The period it was said in; another one begins anew. */
  readonly from: UtcMillis | null
}

export const WITHIN_LIMIT: LimitState = { level: 'normal', from: null }

/** One thing to tell the trader. */
export type LimitNotice = {
  /** `recovered`: no mark is reached any more, within the same period. */
  readonly kind: 'warning' | 'breach' | 'recovered'
  readonly period: DrawdownPeriod
  readonly measure: DrawdownLimit['measure']
  /** Percent or money, as the limit is measured. */
  readonly drawdown: Decimal
  /** The mark reached; null for `recovered`. */
  readonly mark: Decimal | null
  /** True while a change of cash is not classified: it may be a flow that looks like a loss. */
  readonly isProvisional: boolean
}

export type Judged = { readonly state: LimitState; readonly notices: readonly LimitNotice[] }

const RANK: Readonly<Record<LimitLevel, number>> = { normal: 0, warning: 1, breach: 2 }

/**
 * Compares a gauge with its limit. A mark is reached at it, not only beyond; each is told once,
 * and again only after the drawdown went back by more than the hysteresis, or in a new period.
 * From normal to breach at once is one notice. Nothing is said while the drawdown is unknown.
 */
export function judgeLimit(state: LimitState, gauge: Gauge, limit: DrawdownLimit): Judged {
  const drawdown = gauge[limit.measure]
  if (drawdown === null) return { state, notices: [] }
  const isSamePeriod = state.from === gauge.from
  const before: LimitLevel = isSamePeriod ? state.level : 'normal'
  const level = levelOf(before, drawdown, limit)
  const next: LimitState = { level, from: gauge.from }
  const isWorse = RANK[level] > RANK[before]
  const isBack = level === 'normal' && before !== 'normal'
  if (!isWorse && !isBack) return { state: next, notices: [] }
  const notice: LimitNotice = {
    kind: level === 'normal' ? 'recovered' : level,
    period: gauge.period,
    measure: limit.measure,
    drawdown,
    mark: level === 'normal' ? null : limit[level],
    isProvisional: gauge.isProvisional,
  }
  return { state: next, notices: [notice] }
}

function levelOf(before: LimitLevel, drawdown: Decimal, limit: DrawdownLimit): LimitLevel {
  const isReached = (level: 'warning' | 'breach'): boolean => {
    const mark = limit[level]
    if (mark === null) return false
    const isHeld = RANK[before] >= RANK[level]
    return drawdown.greaterThanOrEqualTo(isHeld ? mark.minus(limit.hysteresis) : mark)
  }
  if (isReached('breach')) return 'breach'
  return isReached('warning') ? 'warning' : 'normal'
}

/**
 * How much more may be lost until a mark is reached, in money: never negative, nothing when it is
 * reached. Null when there is no such mark, or no peak to measure percent from.
 */
export function moneyLeft(
  gauge: Gauge,
  limit: DrawdownLimit,
  level: 'warning' | 'breach',
): Decimal | null {
  const mark = limit[level]
  if (mark === null) return null
  if (limit.measure === 'money') {
    return gauge.money === null ? null : D.max(0, mark.minus(gauge.money))
  }
  if (gauge.peak === null || gauge.equity === null) return null
  const lowest = gauge.peak.times(new D(100).minus(mark)).dividedBy(100)
  return D.max(0, gauge.equity.minus(lowest))
}
