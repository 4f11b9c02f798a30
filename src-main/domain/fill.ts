import type { ExecRoot, StrategyId } from '#shared/ids.ts'
import type { SecType } from '#shared/instrument.ts'
import { D, toLedgerScale, type Decimal, type Money, type Quantity } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Execution } from './execution.ts'

const ONE = new D(1)

/** What was charged for a fill; the currency is the commission's own. */
export type Charge = {
  readonly amount: Money
  readonly currency: string
  /** The execution revision it was reported for: the highest reported counts. */
  readonly revision: number
}

/**
 * One execution of one account at its highest revision: what the book counts.
 * Keyed by the execution's root; a correction replaces the execution, not the fill.
 */
export type Fill = {
  readonly fillId: ExecRoot
  readonly revision: number
  readonly execution: Execution
  readonly secType: SecType
  /** Units in one contract; 1 for what has none. */
  readonly multiplier: Decimal
  readonly strategy: StrategyId
  /** Which attribution rule, or person, said so. */
  readonly attributedBy: string
  /** Null until the broker has reported it. */
  readonly charge: Charge | null
  /**
   * What this fill realized, in quoted price × quantity, before multiplier and commission; null
   * when nothing is booked for it or the cost it closed is unknown.
   */
  readonly realizedPoints: Decimal | null
}

/** What of a fill its position is folded from. */
export type FoldedFill = Pick<Fill, 'fillId'> & {
  readonly execution: Pick<
    Execution,
    'conId' | 'side' | 'shares' | 'price' | 'executedAt' | 'permId' | 'cumulativeQuantity'
  >
}

/** Bought is positive, sold is negative. */
export const signedQuantity = ({ side, shares }: Pick<Execution, 'side' | 'shares'>): Quantity =>
  (side === 'buy' ? shares : shares.negated()) as Quantity

/**
 * Instruments whose fills move a position. A conversion of currencies moves two cash balances
 * instead, and a combo is booked by its legs.
 */
export const movesPosition = (secType: SecType): boolean =>
  secType !== 'CASH' && secType !== 'BAG' && secType !== 'IND'

/**
 * Instruments whose fills are folded: those that move a position, and conversions. A conversion's
 * quantity is what came into its base leg, and cost less realized what its quote leg paid: its two
 * cash balances, and no holding. Combos are booked by their legs.
 */
export const isFolded = (secType: SecType): boolean => movesPosition(secType) || secType === 'CASH'

/**
 * Whether a fill counts in its position, or in the cash of its conversion: not for combos and what
 * the opening covers.
 * @param openingMoment where the book begins; null while it has no opening position.
 */
export const isBooked = (
  { secType, execution }: Pick<Fill, 'secType'> & FoldedFill,
  openingMoment: UtcNanos | null,
): boolean => isFolded(secType) && (openingMoment === null || execution.executedAt > openingMoment)

/** Cash that one fill moves, one signed amount per currency. */
export type CashMove = { readonly currency: string; readonly amount: Money }

/** What `cashOfFill` needs to know of the instrument. */
export type CashTerms = {
  readonly secType: SecType
  readonly currency: string
  /** For CASH: the base leg, IB's symbol, such as EUR of EUR.USD. */
  readonly symbol: string
  readonly multiplier: Decimal
  readonly priceMagnifier: Decimal
}

/**
 * What a fill is worth in cash, as a multiple of quantity × price; null where no notional moves.
 */
const CASH_FACTOR: Readonly<Record<SecType, ((terms: CashTerms) => Decimal) | null>> = {
  STK: () => ONE,
  ETF: () => ONE,
  FUND: () => ONE,
  WAR: () => ONE,
  CRYPTO: () => ONE,
  CMDTY: () => ONE,
  OPT: ({ multiplier }) => multiplier,
  FOP: ({ multiplier }) => multiplier,
  // A bond's price is in percent of par; IB sends the face value as its multiplier.
  BOND: ({ multiplier }) => multiplier.dividedBy(100),
  CASH: () => ONE,
  FUT: null,
  CFD: null,
  BAG: null,
  IND: null,
}

/**
 * The cash a fill moves apart from its commission, per currency. Futures and CFDs move none: their
 * P&L is swept by the broker. A conversion moves its base leg and, the other way, its quote leg.
 */
export function cashOfFill(
  fill: { readonly quantity: Decimal; readonly price: Decimal },
  terms: CashTerms,
): readonly CashMove[] {
  const factor = CASH_FACTOR[terms.secType]
  if (factor === null) return []
  const value = fill.quantity.times(fill.price).times(factor(terms)).dividedBy(terms.priceMagnifier)
  const spent = { currency: terms.currency, amount: toLedgerScale(value.negated()) as Money }
  if (terms.secType !== 'CASH') return [spent]
  return [{ currency: terms.symbol, amount: fill.quantity as Money }, spent]
}
