import { restated } from '#domain/drawdown-capital.ts'
import { UNMEASURED, type DrawdownRules, type DrawdownState } from '#domain/drawdown.ts'
import { placedAt, withFlows, type Point } from '#domain/flow-placing.ts'
import type { Ledger } from '#ports/ledger.ts'
import { D, type Decimal } from '#shared/money.ts'
import { millisOf, type UtcMillis } from '#shared/time.ts'
import { step, type Scope } from './drawdown-scope.ts'
import type { BaseFlow } from './flows.ts'

/** What a fold of the account's series takes. */
export type LateFlows = {
  /** Every flow that stands, in base. */
  readonly standing: readonly BaseFlow[]
  /** Those written or taken back since the last count; taken back ones have the negative amount. */
  readonly news: readonly { readonly flow: BaseFlow; readonly isUndone: boolean }[]
  /** Equities in time order. */
  readonly points: readonly Point[]
}

/**
 * The account's series with flows that were booked after they happened: folded anew from how the
 * account stood before the first of them. Where nothing is kept from before one, it only stops
 * counting as a gain or loss. See docs/adr/0015-flows-in-drawdown.md.
 */
export function foldLate(
  scope: Scope,
  { standing, news, points }: LateFlows,
  rules: DrawdownRules,
): Scope {
  const measured = points.filter(({ at }) => at >= (scope.state.total.from ?? at))
  const placed = news.map(({ flow }) => placedAt(measured, flow))
  const first = Math.min(...placed)
  const start = startBefore(scope, first)
  const isKept = start.at !== null || measured.some(({ at }) => at <= first)
  if (!isKept) {
    const amount = news.reduce<Decimal>(
      (sum, { flow, isUndone }) => (isUndone ? sum.minus(flow.amount) : sum.plus(flow.amount)),
      new D(0),
    )
    return { ...scope, state: restated(scope.state, amount) }
  }
  const isAfter = (at: UtcMillis): boolean => start.at === null || at > start.at
  // Where a flow is placed depends on every point, so points are let go only then.
  const events = withFlows(measured, standing).filter(({ at }) => isAfter(at))
  const from: Scope = {
    ...{ ...scope, state: start },
    atDay: isUntil(scope.atDay, start) ? scope.atDay : null,
    atWeek: isUntil(scope.atWeek, start) ? scope.atWeek : null,
  }
  return events.reduce((folded, event) => step(folded, event, rules), from)
}

const isUntil = (then: DrawdownState | null, { at }: DrawdownState): boolean =>
  then?.at !== null && then?.at !== undefined && at !== null && then.at <= at

function startBefore({ atDay, atWeek }: Scope, first: number): DrawdownState {
  const kept = [atDay, atWeek].filter((then) => then !== null)
  return kept.find(({ at }) => at !== null && at < first) ?? UNMEASURED
}

/** Every equity the snapshots keep, and after those what was seen since the program started. */
export async function pointsOf(
  ledger: Pick<Ledger, 'snapshots'>,
  recent: readonly Point[],
): Promise<readonly Point[]> {
  const times = await ledger.snapshots.times()
  const starts = times.map(millisOf)
  const kept = starts.length === 0 ? [] : await ledger.snapshots.curve({ from: null, starts })
  const since = recent[0]?.at ?? Infinity
  return [...kept.filter(({ at }) => at < since), ...recent]
}
