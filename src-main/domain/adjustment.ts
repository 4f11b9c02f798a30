import { EVERY_STRATEGY, type ConId, type PermId, type StrategyId } from '#shared/ids.ts'
import { D, toLedgerScale, ZERO, type Decimal, type Price, type Quantity } from '#shared/money.ts'
import { assert, present } from '#shared/assert.ts'
import type { UtcNanos } from '#shared/time.ts'
import { signedQuantity, type FoldedFill } from './fill.ts'

/**
 * What an adjustment is for, and what it does to the position it concerns:
 * - `opening`: held before the first fill the book knows; adds its quantity and cost
 * - `residual`: what the broker holds and no execution explains; trades its quantity for its cost
 * - `stand-in`: an execution that could not be had, told by its order's status; trades
 * - `transfer`: one leg of a move between strategies; trades at the cost it was moved with, so the
 *   giver realizes nothing, and the taker only where it stood on the other side
 * - `expiry`, `assignment`, `exercise`: an option or future that ended, and its delivery; trades
 * - `cash-in-lieu`: the fraction of a unit a split leaves, which the broker pays out; trades
 * - `cost`: adds to the cost what it takes from the realized P&L: it moves profit, it makes none
 * - `split`: every `from` units become `to`, the cost stays; of an instrument, not a strategy
 * - `reversal`: takes another one back and does nothing by itself
 */
export type AdjustmentKind =
  | 'opening'
  | 'residual'
  | 'stand-in'
  | 'transfer'
  | 'expiry'
  | 'assignment'
  | 'exercise'
  | 'cash-in-lieu'
  | 'cost'
  | 'split'
  | 'reversal'

/** Every `from` units become `to`: whole numbers above zero; 4 for 1 is { to: 4, from: 1 }. */
export type SplitRatio = { readonly to: Decimal; readonly from: Decimal }

/** The state of an order, by its status, whose missing executions a stand-in stands for. */
export type StoodFor = {
  readonly permId: PermId
  /** Units of the order filled, always positive. */
  readonly filled: Quantity
  /** As quoted, without commission. */
  readonly averagePrice: Price
}

/**
 * A ledger entry that is no execution: a dated fact that is folded in its slot like a fill, is
 * never changed, and is taken back only by a reversal.
 */
export type Adjustment = {
  readonly id: string
  readonly kind: AdjustmentKind
  /** `EVERY_STRATEGY` for a split, which is of the instrument. */
  readonly strategy: StrategyId
  readonly conId: ConId
  readonly effectiveAt: UtcNanos
  /** Signed; zero for a split and for what changes only the cost. */
  readonly quantity: Quantity
  /**
   * What the quantity cost, signed like it (bought is positive), in price units as quoted and
   * without commission; null when nobody could tell it.
   */
  readonly cost: Decimal | null
  /** Null for all but splits. */
  readonly ratio: SplitRatio | null
  /** Null for all but stand-ins. */
  readonly standsFor: StoodFor | null
  /** What one command wrote is undone together. */
  readonly command: string
  /** The break it settles; null for what settles none. */
  readonly breakId: string | null
  readonly author: string
  readonly reason: string
  /** The adjustment this one takes back; null for others. */
  readonly reverses: string | null
  readonly recordedAt: UtcNanos
}

/** How an adjustment is folded. */
export const EFFECTS: Readonly<
  Record<AdjustmentKind, 'adds' | 'trades' | 'recosts' | 'splits' | 'nothing'>
> = {
  opening: 'adds',
  residual: 'trades',
  'stand-in': 'trades',
  transfer: 'trades',
  expiry: 'trades',
  assignment: 'trades',
  exercise: 'trades',
  'cash-in-lieu': 'trades',
  cost: 'recosts',
  split: 'splits',
  reversal: 'nothing',
}

/** Adjustments that still count: a reversal and what it takes back cancel each other. */
export function standing(adjustments: readonly Adjustment[]): readonly Adjustment[] {
  const reversed = new Set(adjustments.map(({ reverses }) => reverses))
  return adjustments.filter(({ id, reverses }) => reverses === null && !reversed.has(id))
}

/** Where the book begins: what was executed before is part of the opening position. */
export const openingMomentOf = (adjustments: readonly Adjustment[]): UtcNanos | null =>
  standing(adjustments).find(({ kind }) => kind === 'opening')?.effectiveAt ?? null

/** Whether an adjustment is folded into a position: its own, and every split of its instrument. */
export const concerns = (
  adjustment: Pick<Adjustment, 'strategy' | 'conId'>,
  position: { readonly strategy: StrategyId; readonly conId: ConId },
): boolean =>
  adjustment.conId === position.conId &&
  (adjustment.strategy === position.strategy || adjustment.strategy === EVERY_STRATEGY)

/** The orders that standing stand-ins stand for: `superseded` needs all fills of these. */
export const ordersStoodFor = (adjustments: readonly Adjustment[]): ReadonlySet<PermId> =>
  new Set(standing(adjustments).flatMap(({ standsFor }) => standsFor?.permId ?? []))

/**
 * Adjustments as they count beside the real executions: a stand-in is left with what its order had
 * filled and no execution tells, and is gone when nothing is left. It depends only on which
 * fills there are, never on when they came or what strategy they belong to; an undone fill or a
 * correction changes what is left. Cancelled ones are left out, as by `standing`.
 * @param fills every fill of each order in `ordersStoodFor`, whatever its strategy, also such as
 * the opening position contains; fills of other orders do no harm.
 */
export function superseded(
  adjustments: readonly Adjustment[],
  fills: readonly FoldedFill[],
): readonly Adjustment[] {
  return standing(adjustments).flatMap((adjustment) => {
    const left = adjustment.standsFor === null ? adjustment : whatIsLeft(adjustment, fills)
    return left === null ? [] : [left]
  })
}

/** What is left of a stand-in; null when its executions are all there. */
function whatIsLeft(standIn: Adjustment, fills: readonly FoldedFill[]): Adjustment | null {
  const order = present(standIn.standsFor, `the order of ${standIn.id}`)
  const isSold = standIn.quantity.isNegative()
  const left = untold({ order, conId: standIn.conId, isSold }, fills)
  return left === null ? null : { ...standIn, ...left, standsFor: null }
}

/** One side of one instrument in an order: a combo's legs share its permId. */
export type OrderLeg = {
  readonly order: StoodFor
  readonly conId: ConId
  readonly isSold: boolean
}

/**
 * What an order had filled and no execution tells: signed, for the value that is left of its
 * average, signed alike; null when the executions tell it all.
 * @param fills every fill of the order; others do no harm.
 */
export function untold(
  { order, conId, isSold }: OrderLeg,
  fills: readonly FoldedFill[],
): { readonly quantity: Quantity; readonly cost: Decimal } | null {
  let quantity: Decimal = order.filled
  let value = order.filled.times(order.averagePrice)
  for (const fill of fills) {
    const { execution } = fill
    if (execution.permId !== order.permId || execution.conId !== conId) continue
    if (signedQuantity(execution).isNegative() !== isSold) continue
    const told = partUpTo(order.filled, fill)
    quantity = quantity.minus(told)
    value = value.minus(told.times(execution.price))
  }
  if (!quantity.greaterThan(0)) return null
  const sign = isSold ? -1 : 1
  return { quantity: quantity.times(sign) as Quantity, cost: toLedgerScale(value.times(sign)) }
}

/** How much of a fill lies within the first `filled` units of its order. */
function partUpTo(filled: Decimal, { execution }: FoldedFill): Decimal {
  const before = execution.cumulativeQuantity.minus(execution.shares)
  const end = D.min(execution.cumulativeQuantity, filled)
  return D.min(D.max(end.minus(before), ZERO), execution.shares)
}

/** @throws {Error} for a stand-in that has not met the fills of its order by `superseded`. */
export function assertMet({ id, standsFor }: Adjustment): void {
  assert(standsFor === null, `the stand-in ${id} is folded before its order's fills were looked at`)
}
