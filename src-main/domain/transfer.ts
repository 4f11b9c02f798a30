import type { ConId, StrategyId } from '#shared/ids.ts'
import { UNATTRIBUTED } from '#shared/ids.ts'
import { D, toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { appliedLast, effectsOf, type Refold } from './effect.ts'
import type { Position } from './position.ts'
import { entriesOf, type Line, type SettlePlan, type Writing } from './settlement.ts'

/** A move of a holding from one strategy to another. */
export type Transfer = {
  readonly conId: ConId
  readonly from: StrategyId
  readonly to: StrategyId
  /** Signed like what the giver holds, and not more. */
  readonly quantity: Decimal
}

/** `same-strategy`: nothing would move. */
export type TransferRefusal = 'not-held' | 'unknown-cost' | 'same-strategy'

export const TRANSFER_REFUSALS: Readonly<Record<TransferRefusal, string>> = {
  'not-held': 'The strategy does not hold that much: look at the new preview.',
  'unknown-cost': 'What it cost is not known, so it cannot be moved at its cost.',
  'same-strategy': 'It is there already: choose another strategy.',
}

/**
 * Moves a quantity at what it cost: the giver realizes nothing. The taker realizes only where it
 * stands on the other side, as when the sale that closed it by hand was booked to UNATTRIBUTED.
 * @param positions every position of the instrument.
 */
export function planTransfer(
  { conId, from, to, quantity }: Transfer,
  { positions, writing, refold = appliedLast }: TransferBasis,
): Result<SettlePlan, TransferRefusal> {
  if (from === to) return err('same-strategy')
  const giver = positions.find((one) => one.strategy === from && one.conId === conId)
  if (giver === undefined || !holds(giver, quantity)) return err('not-held')
  if (!giver.isCostKnown) return err('unknown-cost')
  const cost = quantity.equals(giver.quantity)
    ? giver.cost
    : toLedgerScale(giver.cost.times(quantity).dividedBy(giver.quantity))
  const legs: readonly Line[] = [
    { kind: 'transfer', strategy: from, conId, quantity: quantity.negated(), cost: cost.negated() },
    { kind: 'transfer', strategy: to, conId, quantity, cost },
  ]
  const adjustments = entriesOf(legs, writing, null)
  const effects = effectsOf(positions, adjustments, refold)
  return ok({ adjustments, cashEntries: [], effects, note: null, asksBroker: false, says: [] })
}

export type TransferBasis = {
  readonly positions: readonly Position[]
  readonly writing: Writing
  readonly refold?: Refold
}

const holds = ({ quantity: held }: Position, quantity: Decimal): boolean =>
  !quantity.isZero() &&
  quantity.isNegative() === held.isNegative() &&
  quantity.abs().lessThanOrEqualTo(held.abs())

/**
 * Closings by hand that were booked to UNATTRIBUTED: a strategy is long what UNATTRIBUTED is short,
 * or the other way, while the broker is flat. Proposes to move UNATTRIBUTED's holding to it; where
 * several strategies are open that way it goes to the largest first.
 * @param positions every position of one instrument.
 * @param broker what the broker holds of it; null: unknown, and then nothing is proposed.
 */
export function closedByHand(
  positions: readonly Position[],
  broker: Decimal | null,
): readonly Transfer[] {
  const hand = positions.find(({ strategy }) => strategy === UNATTRIBUTED)
  if (hand === undefined || hand.quantity.isZero() || broker?.isZero() !== true) return []
  const total = positions.reduce<Decimal>((sum, { quantity }) => sum.plus(quantity), ZERO)
  if (!total.isZero()) return []
  const open = positions
    .filter((one) => one !== hand && !one.quantity.isZero())
    .filter(({ quantity }) => quantity.isNegative() !== hand.quantity.isNegative())
    .toSorted((a, b) => largestFirst(a, b))
  let left: Decimal = hand.quantity
  const transfers: Transfer[] = []
  for (const { strategy, conId, quantity: held } of open) {
    if (left.isZero()) break
    const size = D.min(left.abs(), held.abs())
    const quantity = left.isNegative() ? size.negated() : size
    left = left.minus(quantity)
    transfers.push({ conId, from: UNATTRIBUTED, to: strategy, quantity })
  }
  return transfers
}

const largestFirst = (a: Position, b: Position): number =>
  b.quantity.abs().comparedTo(a.quantity.abs()) || (a.strategy < b.strategy ? -1 : 1)
