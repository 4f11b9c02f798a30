import type { Instrument } from '#shared/instrument.ts'
import { toLedgerScale } from '#shared/money.ts'
import { EFFECTS, type Adjustment } from './adjustment.ts'
import type { CashMovement } from './cash.ts'
import { pointValue } from './valuation.ts'

/**
 * The cash an adjustment moves, as a fill of its quantity at its value would: what trades is paid
 * for, so the ledger's cash follows the broker's. The legs of a transfer cancel each other, and the
 * two of a delivery come to the strike. Opening positions, costs and splits move none, nor do
 * futures and CFDs, whose P&L is swept. What was received for nothing, such as shares transferred
 * in, shows as a break of cash then, to be booked as the deposit it was.
 * Null while the value or the price magnifier is unknown.
 */
export function movementsOfAdjustment(
  adjustment: Adjustment,
  instrument: Instrument,
): readonly CashMovement[] | null {
  const { kind, cost, strategy, conId, effectiveAt } = adjustment
  const isSwept = instrument.secType === 'FUT' || instrument.secType === 'CFD'
  if (EFFECTS[kind] !== 'trades' || isSwept) return []
  const point = pointValue(instrument)
  if (cost === null || point === null) return null
  if (cost.isZero()) return []
  const amount = toLedgerScale(cost.times(point).negated())
  const { currency } = instrument
  return [{ kind: 'trade', currency, amount, at: effectiveAt, strategy, conId }]
}
