import { standingEntries, type CashEntry } from '#domain/cash.ts'
import { rateOf, type FxRates } from '#domain/fx.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { RatePoint } from '#ports/snapshot.ts'
import { isFlow } from '#shared/cash.ts'
import { toLedgerScale, type Decimal } from '#shared/money.ts'
import { millisOf, type UtcMillis } from '#shared/time.ts'

/** A deposit or withdrawal in the base currency. */
export type BaseFlow = {
  readonly entry: CashEntry
  readonly at: UtcMillis
  readonly amount: Decimal
  /** When the rate was so; null for the base currency, and for today's rate. */
  readonly rateAt: UtcMillis | null
  /** True when no rate from then or before is kept, so that today's is used. */
  readonly isAtTodaysRate: boolean
}

export const isFlowEntry = (entry: CashEntry): boolean => isFlow(entry.class)

/**
 * Every standing deposit and withdrawal at the rate of its own time: the last a snapshot kept
 * until then, else today's, which is said. Without any rate it is left out.
 */
export async function baseFlows(
  entries: readonly CashEntry[],
  fx: FxRates,
  ledger: Pick<Ledger, 'snapshots'>,
): Promise<readonly BaseFlow[]> {
  const standing = standingEntries(entries).filter(isFlowEntry)
  const isForeign = standing.some(({ currency }) => currency !== fx.baseCurrency)
  const rates = isForeign ? await ledger.snapshots.rates() : []
  return standing.flatMap((entry) => inBase(entry, fx, rates) ?? [])
}

/** @param rates in time order. */
export function inBase(
  entry: CashEntry,
  fx: FxRates,
  rates: readonly RatePoint[],
): BaseFlow | null {
  const { currency, amount } = entry
  const at = millisOf(entry.at)
  const of = { entry, at, rateAt: null, isAtTodaysRate: false }
  if (currency === fx.baseCurrency) return { ...of, amount }
  const kept = rates.findLast((rate) => rate.currency === currency && rate.at <= at)
  const rate = kept?.rate ?? rateOf(fx, currency)?.rate
  if (rate === undefined) return null
  const isAtTodaysRate = kept === undefined
  const converted = toLedgerScale(amount.times(rate))
  return { ...of, amount: converted, rateAt: kept?.at ?? null, isAtTodaysRate }
}
