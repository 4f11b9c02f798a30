import type { Decimal } from '#shared/money.ts'
import type { UtcMillis } from '#shared/time.ts'
import type { DrawdownEvent } from './drawdown.ts'
import { inTimeOrder } from './drawdown-series.ts'

export type Point = { readonly at: UtcMillis; readonly equity: Decimal }

/** A deposit or withdrawal as it was booked; the amount in the currency of the equity. */
export type BookedFlow = { readonly at: UtcMillis; readonly amount: Decimal }

/** How long money may have been in the account before somebody booked it. */
const LATE_BY_MS = 7 * 86_400_000

/**
 * When money really came or went: right after the point, of the week before it was booked, from
 * which the equity moved to the next the most like the amount. The broker names no moment, and a
 * flow beside its step would look like a gain and a loss. When no step is like it by at least
 * half, it is where it was booked.
 * @param points in time order.
 */
export function placedAt(points: readonly Point[], { at, amount }: BookedFlow): UtcMillis {
  let found = at
  let least = amount.abs().dividedBy(2)
  for (const [index, point] of points.entries()) {
    const next = points[index + 1]
    if (next === undefined || point.at > at) break
    if (next.at < at - LATE_BY_MS) continue
    const apart = next.equity.minus(point.equity).minus(amount).abs()
    if (apart.lessThanOrEqualTo(least)) {
      found = point.at
      least = apart
    }
  }
  return found
}

/** Equities and, each where it is placed, the flows between them. */
export const withFlows = (
  points: readonly Point[],
  flows: readonly BookedFlow[],
): readonly DrawdownEvent[] =>
  inTimeOrder([
    ...points.map((point): DrawdownEvent => ({ kind: 'equity', ...point })),
    ...flows.map((flow): DrawdownEvent => ({
      ...{ kind: 'flow', at: placedAt(points, flow), amount: flow.amount },
    })),
  ])
