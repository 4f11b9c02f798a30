import { EVERY_STRATEGY, type ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import type { Adjustment } from './adjustment.ts'
import { signedQuantity, type Fill } from './fill.ts'
import { inOrder, inSlotOrder, mergeInOrder, type History } from './fold.ts'
import { applyAdjustment, applyFill, flat, type Position } from './position.ts'
import { pointValue } from './valuation.ts'

/**
 * What an account holds of one instrument and what that cost as IB counts it: all fills folded
 * together whatever their strategy, the commission of opening fills in the cost.
 * Source: IB's average cost includes the multiplier and commissions.
 */
export type AccountCost = {
  /** Of the whole account; its cost is in price units as quoted, without commission. */
  readonly position: Position
  /** What was charged for the quantity that is open, in the instrument's currency. */
  readonly openingCommission: Decimal
  /**
   * False while a fill of the open quantity has no commission reported, or was charged in another
   * currency: the rate the broker counted that at is told by nobody.
   */
  readonly isCommissionKnown: boolean
}

/** A fold under way, for histories that come in chunks: start, take each chunk, end. */
export type AccountFolding = {
  readonly state: AccountCost
  readonly waiting: readonly Adjustment[]
  readonly currency: string
}

/** The account holds none. */
export const nothingHeld = (conId: ConId): AccountCost => ({
  position: flat(EVERY_STRATEGY, conId),
  openingCommission: ZERO,
  isCommissionKnown: true,
})

/**
 * Begins to fold an instrument for its whole account.
 * @param adjustments all of the instrument, of every strategy, stand-ins through `superseded`;
 * transfers between strategies are none of the account's business.
 */
export const startAccountFold = (
  { conId, currency }: Pick<Instrument, 'conId' | 'currency'>,
  adjustments: readonly Adjustment[],
): AccountFolding => ({
  state: nothingHeld(conId),
  waiting: inOrder(adjustments).filter(({ kind }) => kind !== 'transfer'),
  currency,
})

/**
 * Folds the next fills, in slot order.
 * @throws {Error} when a fill does not stand after all that was folded before it.
 */
export function foldAccountChunk(folding: AccountFolding, fills: Iterable<Fill>): AccountFolding {
  const { currency } = folding
  const merged = mergeInOrder(folding, fills, {
    slot: ({ position }) => position.lastSlot,
    adjust: adjusted,
    apply: (state, fill) => filled(state, fill, currency),
  })
  return { ...merged, currency }
}

export const endAccountFold = ({ state, waiting }: AccountFolding): AccountCost =>
  waiting.reduce(adjusted, state)

/** Folds what an account holds of an instrument from its whole history, in whatever order. */
export const foldAccountCost = (
  instrument: Pick<Instrument, 'conId' | 'currency'>,
  { fills, adjustments }: History,
): AccountCost =>
  endAccountFold(foldAccountChunk(startAccountFold(instrument, adjustments), inSlotOrder(fills)))

const adjusted = (state: AccountCost, adjustment: Adjustment): AccountCost => {
  const position = applyAdjustment(state.position, adjustment)
  // A split changes how many there are, and closes none.
  if (adjustment.kind === 'split') return { ...state, position }
  return { ...charged(state, adjustment.quantity, ZERO), position }
}

function filled(state: AccountCost, fill: Fill, currency: string): AccountCost {
  const next = charged(state, signedQuantity(fill.execution), chargeIn(currency, fill))
  return { ...next, position: applyFill(state.position, fill).position }
}

/** What was charged for a fill in this currency; null when that is not known. */
function chargeIn(currency: string, { charge }: Fill): Decimal | null {
  if (charge === null || charge.amount.isZero()) return charge?.amount ?? null
  return charge.currency === currency ? charge.amount : null
}

/**
 * The opening commission after a trade: more of it where the trade opens, less in proportion where
 * it closes, and only the opening part's where it turns the holding over.
 */
function charged(state: AccountCost, traded: Decimal, charge: Decimal | null): AccountCost {
  const held = state.position.quantity
  if (traded.isZero()) return state
  if (held.isZero() || held.isNegative() === traded.isNegative()) {
    return {
      ...state,
      openingCommission: state.openingCommission.plus(charge ?? 0),
      isCommissionKnown: state.isCommissionKnown && charge !== null,
    }
  }
  const beyond = traded.abs().minus(held.abs())
  if (beyond.isNegative()) {
    const kept = state.openingCommission.times(beyond.abs()).dividedBy(held.abs())
    return { ...state, openingCommission: toLedgerScale(kept) }
  }
  const opening = (charge ?? ZERO).times(beyond).dividedBy(traded.abs())
  return {
    ...state,
    openingCommission: toLedgerScale(opening),
    isCommissionKnown: beyond.isZero() || charge !== null,
  }
}

/**
 * What the whole holding cost as the broker counts it, in the instrument's currency, signed like
 * the quantity; null when part of it is unknown. Flat costs nothing.
 */
export function costAtBroker(cost: AccountCost, instrument: Instrument): Decimal | null {
  const point = pointValue(instrument)
  const { position, openingCommission, isCommissionKnown } = cost
  if (position.quantity.isZero()) return new D(0)
  if (point === null || !position.isCostKnown || !isCommissionKnown) return null
  return position.cost.times(point).plus(openingCommission)
}
