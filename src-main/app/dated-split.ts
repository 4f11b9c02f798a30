import { concerns, standing, type Adjustment } from '#domain/adjustment.ts'
import { appliedLast, type Refold } from '#domain/effect.ts'
import { isBooked, signedQuantity, type Fill } from '#domain/fill.ts'
import { foldInSteps, foldPosition } from '#domain/fold.ts'
import { flat, positionKey, type Position } from '#domain/position.ts'
import type { SettleRequest, Settlement } from '#domain/settlement.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { ConId, StrategyId } from '#shared/ids.ts'
import { ZERO, type Decimal } from '#shared/money.ts'
import { utcNanos, type UtcNanos } from '#shared/time.ts'
import { Batch } from './batch.ts'
import { fillsSince } from './fills-since.ts'
import type { BookMemory } from './memory.ts'
import { metAdjustments } from './met.ts'
import { historyOf } from './refold.ts'
import { runInTurns } from './turns.ts'

/** Fills folded before others get their turn. */
const STEP = 1_000

type Place = {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly memory: BookMemory
}

/** The moment a split is said to have happened before; null for all other settlements. */
export const splitBefore = (settlement: Settlement): UtcNanos | null =>
  settlement.how === 'split' ? settlement.before : null

/** Just before it: an entry there is folded before everything executed at the moment itself. */
export const justBefore = (moment: UtcNanos): UtcNanos => utcNanos(moment - 1n)

/** What each strategy traded of an instrument from a moment on, entries included. */
export async function tradedSince(
  place: Place,
  conId: ConId,
  moment: UtcNanos,
): Promise<ReadonlyMap<StrategyId, Decimal>> {
  const traded = new Map<StrategyId, Decimal>()
  const add = (strategy: StrategyId, quantity: Decimal): void => {
    traded.set(strategy, (traded.get(strategy) ?? ZERO).plus(quantity))
  }
  for (const { strategy, execution } of await fillsSince(place, conId, moment))
    add(strategy, signedQuantity(execution))
  for (const one of await entriesOf(place, conId)) {
    if (one.effectiveAt >= moment && !one.quantity.isZero()) add(one.strategy, one.quantity)
  }
  return traded
}

const entriesOf = async ({ ledger, memory }: Place, conId: ConId): Promise<readonly Adjustment[]> =>
  standing(await metAdjustments({ ledger, memory, batch: null }, conId))

/** A position as it was at a moment, and all that was folded into it since. */
type Parted = {
  readonly base: Position
  readonly fills: readonly Fill[]
  readonly adjustments: readonly Adjustment[]
}

/**
 * How positions come out with the entries of these requests: those of a dated split are folded in
 * their place among what was executed since, positions of which something is taken back are folded
 * without it, all others after everything.
 */
export async function refolding(place: Place, requests: readonly SettleRequest[]): Promise<Refold> {
  const parted = new Map<string, Parted>()
  for (const { settlement, positions, tradedSince: traded } of requests) {
    const moment = foldedFrom(settlement, traded)
    if (moment === null) continue
    for (const position of positions)
      parted.set(keyOf(position), await partedAt(place, position, moment))
  }
  return (position, entries) => {
    const known = parted.get(keyOf(position))
    if (known === undefined) return appliedLast(position, entries)
    const { base, fills } = known
    return foldPosition(base, { fills, adjustments: [...known.adjustments, ...entries] }).position
  }
}

/** From where positions are folded anew: what is taken back may stand anywhere. */
function foldedFrom(settlement: Settlement, traded: SettleRequest['tradedSince']): UtcNanos | null {
  if (settlement.how === 'take back') return utcNanos(0n)
  const moment = splitBefore(settlement)
  return moment === null || traded.size === 0 ? null : justBefore(moment)
}

const keyOf = ({ strategy, conId }: Position): string => positionKey(strategy, conId)

async function partedAt(place: Place, position: Position, moment: UtcNanos): Promise<Parted> {
  const { memory, ledger, clock } = place
  const history = await historyOf({ ledger, batch: new Batch() }, position)
  const fills = history.filter((fill) => isBooked(fill, memory.openingMoment))
  const entries = (await entriesOf(place, position.conId)).filter((one) => concerns(one, position))
  const isBefore = ({ execution }: Fill): boolean => execution.executedAt <= moment
  const before = {
    fills: fills.filter(isBefore),
    adjustments: entries.filter(({ effectiveAt }) => effectiveAt < moment),
  }
  const start = flat(position.strategy, position.conId)
  const folded = await runInTurns(foldInSteps(start, before, STEP), clock)
  return {
    base: folded.position,
    fills: fills.filter((fill) => !isBefore(fill)),
    adjustments: entries.filter(({ effectiveAt }) => effectiveAt >= moment),
  }
}
