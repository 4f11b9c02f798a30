import type { Exclusion } from '#shared/exclusion.ts'
import { UNALLOCATED, UNATTRIBUTED, type StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import { isFlow } from '#shared/cash.ts'
import type { Adjustment } from './adjustment.ts'
import { isFuture, type CashMovement } from './cash.ts'
import { movesPosition } from './fill.ts'
import { totalInBase, type FxRates, type Total } from './fx.ts'
import { contributionOrAtCost, gainOrAtCost, missingOf, type Priced } from './holding-value.ts'
import { pointValue } from './valuation.ts'

/**
 * What a change of cash is to somebody's equity. `brought-in`: what holdings came with that
 * nobody paid for, such as those of the opening. `trade` and `futures-sweep` are none: a
 * position's gain counts them already.
 */
export type PostingKind = 'opening' | 'brought-in' | 'flow' | 'income' | 'commission' | 'conversion'

/** One amount of equity and whose it is; may be one movement or the sum of many. */
export type Posting = {
  readonly kind: PostingKind
  /** A strategy, UNATTRIBUTED, or UNALLOCATED. */
  readonly strategy: StrategyId
  readonly currency: string
  /** What it adds to equity: commission is negative. */
  readonly amount: Decimal
}

/** Whose equity a movement of cash changes, and how; null when the gain of a position tells. */
export function postingOf(movement: CashMovement): Posting | null {
  const kind = postingKind(movement.kind)
  if (kind === null) return null
  const { strategy, currency, amount } = movement
  return { kind, strategy: strategy ?? UNALLOCATED, currency, amount }
}

function postingKind(kind: CashMovement['kind']): PostingKind | null {
  if (kind === 'trade' || kind === 'futures-sweep') return null
  if (kind === 'opening' || kind === 'commission' || kind === 'conversion') return kind
  return isFlow(kind) ? 'flow' : 'income'
}

/**
 * What an adjustment brings into the account without cash, at its cost: an opening holding, or
 * either leg of a transfer. It is UNALLOCATED's, as what the position then gains is
 * counted from that cost. Null for the others, for futures, which nobody pays for, and while its
 * cost or the price magnifier is unknown.
 */
export function broughtIn(adjustment: Adjustment, instrument: Instrument): Posting | null {
  const { cost, kind } = adjustment
  const point = pointValue(instrument)
  const isBrought = kind === 'opening' || kind === 'transfer'
  const isPaidFor = !isFuture(instrument) && movesPosition(instrument.secType)
  if (!isBrought || !isPaidFor || point === null || cost === null) return null
  const amount = toLedgerScale(cost.times(point))
  return { kind: 'brought-in', strategy: UNALLOCATED, currency: instrument.currency, amount }
}

/** All that equity is made of at one instant: neither cash balances nor anything of the broker. */
export type EquityBook = {
  readonly fx: FxRates
  /** Capital each strategy was given, in the base currency. */
  readonly allocations: ReadonlyMap<StrategyId, Decimal>
  readonly holdings: readonly Priced[]
  readonly postings: readonly Posting[]
}

/** The equity of one strategy, of UNATTRIBUTED or of UNALLOCATED, in the base currency. */
export type BucketEquity = {
  readonly strategy: StrategyId
  /** Capital allocated; of UNALLOCATED what all strategies were given, negative. */
  readonly allocated: Decimal
  /** Opening cash, holdings brought in and flows: nearly always UNALLOCATED's. */
  readonly funds: Decimal
  /** Realized and unrealized P&L before commission, at the current rate. */
  readonly gain: Decimal
  /** Negative is a cost. */
  readonly commission: Decimal
  /** Dividends, interest, fees, taxes. */
  readonly income: Decimal
  /** What currency conversions brought and took, at the current rate. */
  readonly conversions: Decimal
  /** The sum of the above. */
  readonly equity: Decimal
  readonly excluded: readonly Exclusion[]
}

export type LedgerEquity = {
  /** Strategies by name, then UNATTRIBUTED, then UNALLOCATED. */
  readonly buckets: readonly BucketEquity[]
  /** Ledger NAV: the sum of all equities. */
  readonly nav: Total
}

/**
 * The equity of everybody and the ledger's NAV, their sum. What each made stays in its currency
 * until it is looked at, and is worth today's rate. Holdings without a price stand at cost.
 */
export function ledgerEquity(book: EquityBook): LedgerEquity {
  const buckets = namesOf(book).map((strategy) => bucketOf(strategy, book))
  const amount = buckets.reduce((sum, { equity }) => sum.plus(equity), new D(0))
  return { buckets, nav: { amount, excluded: buckets.flatMap(({ excluded }) => excluded) } }
}

function namesOf({ allocations, holdings, postings }: EquityBook): readonly StrategyId[] {
  const names = new Set<StrategyId>([
    ...allocations.keys(),
    ...holdings.map(({ position }) => position.strategy),
    ...postings.map(({ strategy }) => strategy),
  ])
  const last = [UNATTRIBUTED, UNALLOCATED]
  for (const name of last) names.delete(name)
  return [...[...names].sort(), ...last]
}

function bucketOf(strategy: StrategyId, book: EquityBook): BucketEquity {
  const postings = book.postings.filter((posting) => posting.strategy === strategy)
  const holdings = book.holdings.filter(({ position }) => position.strategy === strategy)
  const excluded: Exclusion[] = holdings.flatMap((priced) => exclusionOf(priced))
  const inBase = (amounts: ReadonlyMap<string, Decimal>): Decimal => {
    const total = totalInBase(book.fx, amounts)
    excluded.push(...total.excluded.map((one) => ({ ...one, strategy })))
    return total.amount
  }
  const posted = (...kinds: readonly PostingKind[]): Decimal =>
    inBase(sumsOf(postings.filter(({ kind }) => kinds.includes(kind))))
  const parts = {
    allocated: allocatedTo(strategy, book.allocations),
    funds: posted('opening', 'brought-in', 'flow'),
    gain: inBase(sumsOf(holdings.map(gainIn))),
    commission: posted('commission'),
    income: posted('income'),
    conversions: posted('conversion'),
  }
  const equity = Object.values(parts).reduce((sum, part) => sum.plus(part), new D(0))
  return { strategy, ...parts, equity, excluded }
}

/**
 * What the equity of somebody is made of in each currency, the capital given left out: that is in
 * the base currency. Over everybody it is `assetsByCurrency`.
 */
export function equityByCurrency(
  strategy: StrategyId,
  { holdings, postings }: Pick<EquityBook, 'holdings' | 'postings'>,
): ReadonlyMap<string, Decimal> {
  const own = holdings.filter(({ position }) => position.strategy === strategy)
  return sumsOf([...own.map(gainIn), ...postings.filter((one) => one.strategy === strategy)])
}

const gainIn = (priced: Priced): InCurrency => ({
  currency: priced.instrument.currency,
  amount: gainOrAtCost(priced) ?? new D(0),
})

/** UNALLOCATED gives what the others are given. */
function allocatedTo(strategy: StrategyId, allocations: EquityBook['allocations']): Decimal {
  if (strategy !== UNALLOCATED) return allocations.get(strategy) ?? new D(0)
  return [...allocations.values()].reduce((sum, given) => sum.minus(given), new D(0))
}

type InCurrency = { readonly currency: string; readonly amount: Decimal }

function sumsOf(amounts: readonly InCurrency[]): ReadonlyMap<string, Decimal> {
  const sums = new Map<string, Decimal>()
  for (const { currency, amount } of amounts)
    sums.set(currency, (sums.get(currency) ?? new D(0)).plus(amount))
  return sums
}

function exclusionOf(priced: Priced): readonly Exclusion[] {
  const reason = missingOf(priced, false)
  if (reason === null) return []
  const { strategy, conId } = priced.position
  return [{ reason, strategy, conId, currency: priced.instrument.currency }]
}

/** What the ledger owns at one instant. */
export type Assets = {
  readonly fx: FxRates
  /** The ledger's cash per currency, as `ledgerCash` counts it. */
  readonly cash: ReadonlyMap<string, Decimal>
  readonly holdings: readonly Priced[]
  /** Futures P&L that has been swept into that cash, per currency. */
  readonly swept: ReadonlyMap<string, Decimal>
}

/**
 * What the ledger owns in each currency: its cash and what its holdings add to it. Holdings
 * without a price stand at cost; ones of unknown price magnifier are left out.
 */
export function assetsByCurrency(assets: Omit<Assets, 'fx'>): ReadonlyMap<string, Decimal> {
  const amounts: InCurrency[] = [...assets.cash].map(([currency, amount]) => ({ currency, amount }))
  for (const [currency, amount] of assets.swept)
    amounts.push({ currency, amount: amount.negated() })
  for (const priced of assets.holdings) {
    const amount = contributionOrAtCost(priced)
    if (amount !== null) amounts.push({ currency: priced.instrument.currency, amount })
  }
  return sumsOf(amounts)
}

/**
 * Ledger NAV a second time, as a balance sheet: cash and holdings, whoever they belong to. It
 * must equal the sum of the equities, and neither is ever computed from the other.
 */
export function netAssets(assets: Assets): Total {
  const { amount, excluded } = totalInBase(assets.fx, assetsByCurrency(assets))
  return { amount, excluded: [...assets.holdings.flatMap(exclusionOf), ...excluded] }
}

/**
 * What the broker says and the ledger cannot: broker NAV less ledger NAV. Shown, never plugged;
 * null while the broker has not said.
 */
export const unexplainedNav = (broker: Decimal | null, ledger: Decimal): Decimal | null =>
  broker === null ? null : broker.minus(ledger)
