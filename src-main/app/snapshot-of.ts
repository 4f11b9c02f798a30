import { isFuture } from '#domain/cash.ts'
import { ledgerEquity, type Posting } from '#domain/equity.ts'
import { gainOf, totalOfHoldings } from '#domain/holding-value.ts'
import type { PortfolioSnapshot, PositionSnapshot, StrategyEquity } from '#ports/snapshot.ts'
import { UNALLOCATED } from '#shared/ids.ts'
import type { Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import { holdingValues, type Valuing } from './valuation.ts'

/**
 * What the account is worth by the broker's last word; null while it has not said. Whether that
 * word is still good is for the caller to know.
 */
export function snapshotOf(valuing: Valuing, at: UtcNanos): PortfolioSnapshot | null {
  const { values } = valuing.account
  const equity = values.amount('NetLiquidation')
  const { baseCurrency } = values.fx
  if (equity === null || baseCurrency === null) return null
  const { amount, excluded } = investmentOf(valuing)
  return {
    ...{ at, baseCurrency, equity, excluded },
    cash: cashOf(valuing),
    investmentValue: amount,
    positions: positionsOf(valuing),
    strategies: strategiesOf(valuing),
  }
}

/** The broker's total cash in the base currency, the P&L of futures included. */
export const cashOf = ({ account: { values } }: Valuing): Decimal | null =>
  values.amount('TotalCashValue') ?? values.amount('TotalCashBalance')

/** Market value of what is held in the base currency, futures left out; null if none is known. */
export function investmentOf(valuing: Valuing): {
  readonly amount: Decimal | null
  readonly excluded: number
} {
  const invested = holdingValues(valuing).filter(
    ({ priced: { position, instrument } }) => !position.quantity.isZero() && !isFuture(instrument),
  )
  const { amount, excluded } = totalOfHoldings(invested, 'marketValue')
  const isKnown = excluded.length === 0 || excluded.length < invested.length
  return { amount: isKnown ? amount : null, excluded: excluded.length }
}

const positionsOf = (valuing: Valuing): readonly PositionSnapshot[] =>
  holdingValues(valuing)
    .filter(({ priced }) => !priced.position.quantity.isZero())
    .map(({ priced, local, rate }) => ({
      strategy: priced.position.strategy,
      conId: priced.position.conId,
      quantity: priced.position.quantity,
      price: priced.quoted,
      currency: priced.instrument.currency,
      fxRate: rate?.rate ?? null,
      marketValue: local.marketValue,
      gain: gainOf(priced),
    }))

/** Strategies and UNATTRIBUTED. */
function strategiesOf(valuing: Valuing): readonly StrategyEquity[] {
  const { account } = valuing
  const postings = [...(account.book?.memory.committed.values() ?? [])].flatMap(
    ({ position, commissions }) =>
      [...commissions].map(([currency, amount]): Posting => ({
        ...{ kind: 'commission', strategy: position.strategy, currency },
        amount: amount.negated(),
      })),
  )
  const { buckets } = ledgerEquity({
    fx: account.values.fx,
    allocations: new Map(),
    holdings: holdingValues(valuing).map(({ priced }) => priced),
    postings,
  })
  return buckets
    .filter(({ strategy }) => strategy !== UNALLOCATED)
    .map(({ strategy, equity, gain, commission, excluded }) => ({
      ...{ strategy, equity, gain, commission },
      excluded: excluded.length,
    }))
}
