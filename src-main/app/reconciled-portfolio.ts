import type { ReconciledRow } from '#domain/reconcile.ts'
import { inCurrency, pointValue } from '#domain/valuation.ts'
import type { PortfolioRecord } from '#ports/reconciliation.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'

/** What a reconciled row is priced with; null is not known. */
export type Pricing = {
  readonly instrument: Instrument | null
  /** As quoted. */
  readonly quoted: Decimal | null
  readonly baseCurrency: string | null
  /** Units of the base currency for one of another; null when nobody told it. */
  readonly rateOf: (currency: string) => Decimal | null
  readonly netLiquidation: Decimal | null
}

/** One line of the book a run saw, with what it is worth as far as that is known. */
export function portfolioRecord(
  row: ReconciledRow,
  pricing: Pricing,
  { at, run }: { readonly at: UtcNanos; readonly run: string },
): PortfolioRecord {
  const { instrument, quoted } = pricing
  return {
    at,
    run,
    conId: row.conId,
    symbol: instrument?.symbol ?? null,
    assetClass: instrument?.secType ?? null,
    strategy: row.strategy,
    quantity: row.quantity,
    averageCost: perUnit(row.averageCost, instrument),
    marketPrice: perUnit(quoted, instrument),
    currency: instrument?.currency ?? null,
    ...worthOf(row, pricing),
    heldBy: row.heldBy,
    state: row.state,
  }
}

const perUnit = (quoted: Decimal | null, instrument: Instrument | null): Decimal | null =>
  rounded(quoted && instrument && inCurrency(quoted, instrument))

type Worth = Pick<
  PortfolioRecord,
  'marketValue' | 'marketValueBase' | 'shareOfNAV' | 'fxRate' | 'pnlShare'
>

function worthOf({ quantity, averageCost }: ReconciledRow, pricing: Pricing): Worth {
  const { instrument, quoted, netLiquidation } = pricing
  const point = instrument && pointValue(instrument)
  const worth = quoted && point && quoted.times(quantity).times(point)
  const gain = quoted && averageCost && quoted.minus(averageCost).times(quantity)
  const rate = rateIn(instrument?.currency ?? null, pricing)
  const inBase = worth && rate && worth.times(rate)
  return {
    marketValue: rounded(worth),
    marketValueBase: rounded(inBase),
    shareOfNAV: rounded(share(inBase, netLiquidation)),
    fxRate: rounded(rate),
    pnlShare: rounded(share(gain, averageCost && averageCost.times(quantity).abs())),
  }
}

function rateIn(currency: string | null, { baseCurrency, rateOf }: Pricing): Decimal | null {
  if (currency === null || baseCurrency === null) return null
  return currency === baseCurrency ? new D(1) : rateOf(currency)
}

const share = (part: Decimal | null, of: Decimal | null): Decimal | null =>
  part === null || of === null || of.isZero() ? null : part.dividedBy(of)

const rounded = (value: Decimal | null): Decimal | null => value && toLedgerScale(value)
