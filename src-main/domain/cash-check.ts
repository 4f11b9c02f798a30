import type { Exclusion } from '#shared/exclusion.ts'
import { D, type Decimal } from '#shared/money.ts'
import { isFuture, standingEntries, type CashEntry } from './cash.ts'
import { gainOf, missingOf, type Priced } from './holding-value.ts'

/** Futures P&L per currency. */
export type FuturesPnl = {
  /** Not yet swept into cash; a currency with an unknown part is missing here. */
  readonly unswept: ReadonlyMap<string, Decimal>
  readonly excluded: readonly Exclusion[]
}

/** What the ledger's entries say was swept from futures into cash, per currency. */
export function sweptOf(entries: readonly CashEntry[]): ReadonlyMap<string, Decimal> {
  const sums = new Map<string, Decimal>()
  for (const { class: kind, currency, amount } of standingEntries(entries))
    if (kind === 'futures-sweep') add(sums, currency, amount)
  return sums
}

/**
 * What futures and CFDs made since the book was opened, less what was swept into cash. One
 * without a price makes its whole currency unknown: a difference would prove nothing.
 */
export function ledgerFutures(
  holdings: readonly Priced[],
  entries: readonly CashEntry[],
): FuturesPnl {
  const unswept = new Map<string, Decimal>()
  const excluded: Exclusion[] = []
  for (const [currency, amount] of sweptOf(entries)) add(unswept, currency, amount.negated())
  for (const priced of holdings) {
    const { position, instrument } = priced
    if (!isFuture(instrument)) continue
    const { currency } = instrument
    const gain = gainOf(priced)
    if (gain !== null) add(unswept, currency, gain)
    else {
      const { strategy, conId } = position
      excluded.push({ reason: missingOf(priced, false) ?? 'price', strategy, conId, currency })
    }
  }
  for (const { currency } of excluded) unswept.delete(currency)
  return { unswept, excluded }
}

function add(sums: Map<string, Decimal>, currency: string, amount: Decimal): void {
  sums.set(currency, (sums.get(currency) ?? new D(0)).plus(amount))
}

/** What one side says of one currency; null is not known. */
export type CashSide = {
  readonly cash: Decimal | null
  /** P&L of futures and CFDs not yet swept into that cash. */
  readonly unsweptFutures: Decimal | null
}

/** One currency's cash by the ledger and by the broker. */
export type CashComparison = {
  readonly currency: string
  /** Cash and unswept futures together; null unless both are known. */
  readonly ledger: Decimal | null
  readonly broker: Decimal | null
  /** Broker less ledger; null unless both are known. */
  readonly difference: Decimal | null
  /** What the two sides are made of. */
  readonly parts: { readonly ledger: CashSide; readonly broker: CashSide }
}

export type CashClaims = {
  readonly ledger: {
    readonly balances: ReadonlyMap<string, Decimal>
    readonly futures: FuturesPnl
    /** What the cash could not count: its currencies cannot be compared. */
    readonly excluded: readonly Exclusion[]
  }
  readonly broker: ReadonlyMap<string, CashSide>
}

/**
 * Broker cash + its futures P&L not yet swept = ledger cash + ledger futures P&L, per currency,
 * so that the moment of the sweep does not matter. A pending commission does not stop the
 * comparison: it is a likely cause of a difference. A currency the broker does not name is
 * unknown there, not zero.
 */
export function compareCash({ ledger, broker }: CashClaims): readonly CashComparison[] {
  const { balances, futures } = ledger
  const unknown = new Set(
    ledger.excluded.filter(({ reason }) => reason !== 'commission').map((one) => one.currency),
  )
  const unpriced = new Set(futures.excluded.map(({ currency }) => currency))
  const currencies = new Set([...balances.keys(), ...futures.unswept.keys(), ...broker.keys()])
  return [...currencies].sort().map((currency) => {
    const ours: CashSide = {
      cash: unknown.has(currency) ? null : (balances.get(currency) ?? new D(0)),
      unsweptFutures: unpriced.has(currency) ? null : (futures.unswept.get(currency) ?? new D(0)),
    }
    const theirs = broker.get(currency) ?? { cash: null, unsweptFutures: null }
    const [ledgerSum, brokerSum] = [sumOf(ours), sumOf(theirs)]
    const difference = ledgerSum && brokerSum && brokerSum.minus(ledgerSum)
    const parts = { ledger: ours, broker: theirs }
    return { currency, ledger: ledgerSum, broker: brokerSum, difference, parts }
  })
}

const sumOf = ({ cash, unsweptFutures }: CashSide): Decimal | null =>
  cash === null || unsweptFutures === null ? null : cash.plus(unsweptFutures)

/**
 * The opening cash of one currency that makes the comparison meet at the opening: what the broker
 * has, with its unswept futures P&L, less the ledger's futures P&L then and less what the fills
 * booked since moved. Null while any of it is unknown.
 */
export function openingCash(
  broker: CashSide,
  ledger: { readonly movedSince: Decimal; readonly futures: Decimal | null },
): Decimal | null {
  const theirs = sumOf(broker)
  if (theirs === null || ledger.futures === null) return null
  return theirs.minus(ledger.futures).minus(ledger.movedSince)
}
