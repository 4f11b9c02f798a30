import { D, type Decimal } from '#shared/money.ts'

/** How far apart the two sides may be and still agree; a difference must be larger to count. */
export type Thresholds = {
  /** Units. */
  readonly quantity: Decimal
  /** Money in the instrument's currency, of a whole holding. */
  readonly costAbsolute: Decimal
  /** Of the broker's cost; the larger of the two counts. */
  readonly costRelative: Decimal
  /** Money in the currency of the cash. */
  readonly cash: Decimal
}

/** IB sends averages as doubles and rounds money to cents. */
export const DEFAULT_THRESHOLDS: Thresholds = {
  quantity: new D('0.00000001'),
  costAbsolute: new D('0.01'),
  costRelative: new D('0.000001'),
  cash: new D('0.01'),
}

/** How far two costs may be apart, in money. */
export const allowedCost = ({ costAbsolute, costRelative }: Thresholds, theirs: Decimal): Decimal =>
  D.max(costAbsolute, theirs.abs().times(costRelative))
