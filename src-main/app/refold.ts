import { isBooked, type Fill } from '#domain/fill.ts'
import { flat } from '#domain/position.ts'
import { concerns } from '#domain/adjustment.ts'
import { foldInSteps } from '#domain/fold.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { ConId, StrategyId } from '#shared/ids.ts'
import type { Batch } from './batch.ts'
import type { BookMemory } from './memory.ts'
import { metAdjustments } from './met.ts'
import { runInTurns } from './turns.ts'

/** Entries folded before others get their turn: a few milliseconds' worth. */
const STEP = 1_000

type Place = {
  readonly ledger: Pick<Ledger, 'fillsOf' | 'fillsOfOrders'>
  readonly clock: Clock
  readonly memory: BookMemory
  readonly batch: Batch
}

type Key = { readonly strategy: StrategyId; readonly conId: ConId }

/**
 * Folds one position anew from its whole history: the ledger's fills with what this batch adds and
 * changes, and its adjustments. A fill that is not booked realizes nothing. Answers whether the
 * position differs from what was believed.
 */
export async function refoldHolding(place: Place, key: Key): Promise<boolean> {
  const { memory, batch, clock } = place
  const history = await historyOf(place, key)
  const fills = history.filter((fill) => isBooked(fill, memory.openingMoment))
  const met = await metAdjustments(place, key.conId)
  const adjustments = met.filter((adjustment) => concerns(adjustment, key))
  const steps = foldInSteps(flat(key.strategy, key.conId), { fills, adjustments }, STEP)
  const folded = await runInTurns(steps, clock)
  const at = clock.stamp()
  const holding = memory.holding(key.strategy, key.conId, at)
  const before = holding.position
  const { position } = folded
  holding.restart(position)
  holding.recharge(fills.map(({ charge }) => charge))
  for (const fill of history) {
    const realizedPoints = folded.realized.get(fill.fillId) ?? null
    if (isSameRealized(fill.realizedPoints, realizedPoints)) continue
    const changed: Fill = { ...fill, realizedPoints }
    if (memory.fills.has(fill.fillId)) memory.keepFill(changed)
    batch.changeFill(changed)
  }
  const differs =
    !before.quantity.equals(position.quantity) ||
    !before.cost.equals(position.cost) ||
    !before.realizedPoints.equals(position.realizedPoints)
  batch.recounted.add(key.conId)
  if (differs) batch.changePosition(holding, at)
  else batch.holdings.add(holding)
  return differs
}

/** Every fill of a position, as it is once this batch is written. */
export async function historyOf(
  { ledger, batch }: Pick<Place, 'ledger' | 'batch'>,
  key: Key,
): Promise<readonly Fill[]> {
  const now = new Map(batch.fills().map((fill) => [fill.fillId, fill]))
  // One that this batch gives to another strategy is no longer of this position.
  const before = (await ledger.fillsOf(key.strategy, key.conId)).filter((f) => !now.has(f.fillId))
  const own = [...now.values()].filter(
    ({ strategy, execution }) => strategy === key.strategy && execution.conId === key.conId,
  )
  return [...before, ...own]
}

export const isSameRealized = (a: Fill['realizedPoints'], b: Fill['realizedPoints']): boolean =>
  a === null || b === null ? a === b : a.equals(b)
