import type { Adjustment } from '#domain/adjustment.ts'
import { carriedInBase, type Carried } from '#domain/carried.ts'
import { toBase } from '#domain/fx.ts'
import { pointValue } from '#domain/valuation.ts'
import { isFlow } from '#shared/cash.ts'
import type { StrategyId } from '#shared/ids.ts'
import { D, type Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { BookMemory } from './memory.ts'
import type { Pricing } from './run-worth.ts'

/** What a strategy got or gave that is no P&L, and whether it was ever given capital. */
export type StrategyFlows = {
  /** Net, in the base currency, written since. */
  readonly amount: Decimal
  readonly hasFlown: boolean
  /** True when it was given capital until then. */
  readonly hadCapital: boolean
  readonly hasCapital: boolean
}

/**
 * The flows of a strategy that were written after `since`. In the ledger they move its equity when
 * they are written, however long ago they took effect: so that is when they count. A holding that
 * is moved brings the gain it has over its cost, fills that are given what they have made.
 */
export function strategyFlows(
  memory: BookMemory,
  { strategy, since }: { readonly strategy: StrategyId; readonly since: UtcNanos },
  pricing: Pricing,
): StrategyFlows {
  const capital = capitalOf(memory, strategy, pricing)
  const moved = memory.adjustments
    .filter((one) => one.strategy === strategy && one.recordedAt > since)
    .map((one) => gainMoved(one, memory, pricing))
    .filter((amount) => amount !== null)
  const given = memory.given
    .all()
    .filter((one) => one.strategy === strategy && one.recordedAt > since)
    .map((one) => gainCarried(one, memory, pricing))
  const news = [
    ...capital.filter(({ recordedAt }) => recordedAt > since).map(({ amount }) => amount),
    ...moved,
    ...given,
  ]
  const isGiven = ({ amount }: Capital): boolean => amount.greaterThan(0)
  return {
    amount: news.reduce<Decimal>((sum, amount) => sum.plus(amount), new D(0)),
    hasFlown: news.length > 0,
    hadCapital: capital.some((one) => one.recordedAt <= since && isGiven(one)),
    hasCapital: capital.some(isGiven),
  }
}

type Capital = { readonly amount: Decimal; readonly recordedAt: UtcNanos }

/** Allocations, and entries of cash that are no income, reversals too. */
function capitalOf(
  { allocations, cashEntries }: BookMemory,
  strategy: StrategyId,
  { fx }: Pricing,
): readonly Capital[] {
  const given = allocations.filter((one) => one.strategy === strategy)
  const booked = cashEntries.filter(
    (one) => one.strategy === strategy && (isFlow(one.class) || one.class === 'opening'),
  )
  const inBase = booked.map(({ amount, currency, recordedAt }) => ({
    amount: toBase(fx, amount, currency) ?? new D(0),
    recordedAt,
  }))
  return [...given, ...inBase]
}

/** What fills that came or went have made until now, whoever had them. */
function gainCarried(one: Carried, memory: BookMemory, { marks, fx }: Pricing): Decimal {
  const instrument = memory.instruments.get(one.conId)
  if (instrument === undefined) return new D(0)
  return carriedInBase(one, instrument, { fx, mark: marks.get(one.conId) ?? null })
}

/**
 * What an opening or a leg of a transfer moves besides its cost: what the holding is worth beyond
 * it, in the base currency. A reversal moves it back. Null for what moves none.
 */
function gainMoved(one: Adjustment, memory: BookMemory, { marks, fx }: Pricing): Decimal | null {
  const wrong = memory.adjustments.find(({ id }) => id === one.reverses)
  const { kind } = wrong ?? one
  if (kind !== 'opening' && kind !== 'transfer') return null
  const instrument = memory.instruments.get(one.conId)
  const point = instrument === undefined ? null : pointValue(instrument)
  const mark = marks.get(one.conId)
  if (instrument === undefined || point === null || mark === undefined) return new D(0)
  // A reversal has the opposite quantity and cost of what it takes back.
  const points = one.quantity.times(mark).minus(one.cost ?? 0)
  return toBase(fx, points.times(point), instrument.currency) ?? new D(0)
}
