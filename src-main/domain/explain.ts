import type { Exclusion } from '#shared/exclusion.ts'
import type { StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { Adjustment } from './adjustment.ts'
import { isFuture, movesCash } from './cash.ts'
import type { Posting, PostingKind } from './equity.ts'
import { movesPosition } from './fill.ts'
import { rateOf, toBase, type FxRates } from './fx.ts'
import { pointValue } from './valuation.ts'

/** How a quantity changed between two instants. */
export type HoldingChange = {
  /**
   * `fill`: bought or sold. `transfer`: came from or went to somebody else at a value, such as
   * another strategy or the opening of the book, without cash. `moved`: the same as the strategy
   * sees it that it comes to or leaves, whose equity has what it is worth beyond its cost.
   * `corporate`: a split and the like, whose effect is one of price.
   */
  readonly kind: 'fill' | 'transfer' | 'moved' | 'corporate'
  /** Signed. */
  readonly quantity: Decimal
  /** Signed like the quantity: quantity × price as quoted; of what moved at the market then. */
  readonly valuePoints: Decimal
  /** What had been paid for what moved, likewise; null for all others. */
  readonly costPoints: Decimal | null
}

/** As what an adjustment changes a holding; null for what changes no quantity. */
export function changeKindOf(
  adjustment: Pick<Adjustment, 'kind'>,
): Exclude<HoldingChange['kind'], 'moved'> | null {
  if (movesCash(adjustment)) return 'fill'
  if (adjustment.kind === 'split') return 'corporate'
  return adjustment.kind === 'cost' || adjustment.kind === 'reversal' ? null : 'transfer'
}

/** One holding of one strategy, from the opening instant to the closing one. */
export type HoldingSpan = {
  readonly strategy: StrategyId
  readonly instrument: Instrument
  /** Signed, at the opening. */
  readonly quantity: Decimal
  /** Prices as quoted; null when unknown. */
  readonly openingPrice: Decimal | null
  readonly closingPrice: Decimal | null
  readonly changes: readonly HoldingChange[]
}

/** What happened between two instants to an account, or to one strategy. */
export type Span = {
  /** NAV or equity, in the base currency, as whoever is to be explained says it. */
  readonly opening: { readonly nav: Decimal; readonly fx: FxRates }
  readonly closing: { readonly nav: Decimal; readonly fx: FxRates }
  /** What there was in each currency at the opening, cash and holdings: `assetsByCurrency`. */
  readonly openingValue: ReadonlyMap<string, Decimal>
  readonly holdings: readonly HoldingSpan[]
  /**
   * What was posted in between. Of an account `brought-in` is not among them: that is a `transfer`.
   */
  readonly postings: readonly Posting[]
  /** Capital given to the strategy in between, in the base currency; nothing for an account. */
  readonly allocated: Decimal
}

/** Why NAV changed, in the base currency. The parts add up to `change` to the last digit. */
export type Explanation = {
  readonly openingNav: Decimal
  readonly closingNav: Decimal
  readonly change: Decimal
  /** What was held at the opening, at other prices; at the closing rate. */
  readonly price: Decimal
  /** Opening value × change of rate. */
  readonly fx: Decimal
  /** From the prices traded at to the closing prices, and what conversions made. */
  readonly trading: Decimal
  /** Negative is a cost. */
  readonly commission: Decimal
  readonly incomeAndFees: Decimal
  /** Deposits and withdrawals, capital given and taken, holdings transferred, at closing rates. */
  readonly flows: Decimal
  /** What none of the above accounts for: shown, never spread over the others. */
  readonly unexplained: Decimal
  /** What could not be counted and is part of `unexplained`. */
  readonly excluded: readonly Exclusion[]
}

/** Says why NAV changed between two instants. Every part but FX is at the closing rate. */
export function explain(span: Span): Explanation {
  const excluded: Exclusion[] = []
  const moves = span.holdings.map((holding) => movesOf(holding))
  const sum = (name: keyof Moves): Decimal =>
    inBase(
      span,
      moves.flatMap((move) => (move.parts === null ? [] : [{ ...move, amount: move.parts[name] }])),
      excluded,
    )
  for (const { missing } of moves) if (missing !== null) excluded.push(missing)
  const posted = (...kinds: readonly PostingKind[]): Decimal =>
    inBase(
      span,
      span.postings.filter(({ kind }) => kinds.includes(kind)),
      excluded,
    )
  const change = toLedgerScale(span.closing.nav.minus(span.opening.nav))
  const parts = {
    price: sum('price'),
    fx: fxPart(span, excluded),
    trading: sum('trading').plus(posted('conversion')),
    commission: posted('commission'),
    incomeAndFees: posted('income'),
    flows: sum('flows')
      .plus(posted('flow', 'opening', 'brought-in'))
      .plus(toLedgerScale(span.allocated)),
  }
  const explained = Object.values(parts).reduce((total, part) => total.plus(part), new D(0))
  return {
    openingNav: span.opening.nav,
    closingNav: span.closing.nav,
    change,
    ...parts,
    unexplained: change.minus(explained),
    excluded: distinct(excluded),
  }
}

/** What a holding did, in points and then in money of its currency. */
type Moves = { readonly price: Decimal; readonly trading: Decimal; readonly flows: Decimal }

type HoldingMoves = {
  readonly currency: string
  readonly strategy: StrategyId
  readonly parts: Moves | null
  readonly missing: Exclusion | null
}

function movesOf(holding: HoldingSpan): HoldingMoves {
  const { instrument, strategy } = holding
  const { currency, conId } = instrument
  const point = pointValue(instrument)
  const prices = pricesOf(holding)
  if (!movesPosition(instrument.secType)) return { currency, strategy, parts: null, missing: null }
  if (point === null || prices === null) {
    const reason = point === null ? 'magnifier' : 'price'
    return { currency, strategy, parts: null, missing: { reason, strategy, conId, currency } }
  }
  const points = movesInPoints(holding, prices)
  const money = (value: Decimal): Decimal => value.times(point)
  const parts = {
    price: money(points.price),
    trading: money(points.trading),
    flows: money(points.flows),
  }
  return { currency, strategy, parts, missing: null }
}

type Prices = { readonly opening: Decimal; readonly closing: Decimal }

/**
 * The prices of both instants. One at which nothing was held is not needed, and then any will do:
 * the same sum is split otherwise. Null when one that is needed is unknown.
 */
function pricesOf({ quantity, changes, openingPrice, closingPrice }: HoldingSpan): Prices | null {
  const left = changes.reduce((sum, change) => sum.plus(change.quantity), quantity)
  const isMissing =
    (openingPrice === null && !quantity.isZero()) || (closingPrice === null && !left.isZero())
  if (isMissing) return null
  const closing = closingPrice ?? openingPrice ?? new D(0)
  return { closing, opening: openingPrice ?? closing }
}

function movesInPoints({ quantity, changes, instrument }: HoldingSpan, prices: Prices): Moves {
  let price = quantity.times(prices.closing.minus(prices.opening))
  let trading: Decimal = new D(0)
  let flows: Decimal = new D(0)
  for (const { kind, quantity: by, valuePoints, costPoints } of changes) {
    const gained = by.times(prices.closing).minus(valuePoints)
    if (kind === 'corporate') price = price.plus(gained)
    else trading = trading.plus(gained)
    // Nobody pays for a future: one that is transferred brings its later gain alone.
    if (kind === 'transfer' && !isFuture(instrument)) flows = flows.plus(valuePoints)
    if (kind === 'moved') flows = flows.plus(valuePoints).minus(costPoints ?? 0)
  }
  return { price, trading, flows }
}

type Amount = { readonly currency: string; readonly strategy: StrategyId; readonly amount: Decimal }

/** Amounts at the closing rate, rounded once to the ledger's scale. */
function inBase(span: Span, amounts: readonly Amount[], excluded: Exclusion[]): Decimal {
  let sum: Decimal = new D(0)
  for (const { currency, strategy, amount } of amounts) {
    const converted = toBase(span.closing.fx, amount, currency)
    if (converted !== null) sum = sum.plus(converted)
    else excluded.push({ reason: 'rate', strategy, conId: null, currency })
  }
  return toLedgerScale(sum)
}

function fxPart({ opening, closing, openingValue }: Span, excluded: Exclusion[]): Decimal {
  let sum: Decimal = new D(0)
  for (const [currency, value] of openingValue) {
    if (value.isZero()) continue
    const [before, after] = [rateOf(opening.fx, currency), rateOf(closing.fx, currency)]
    if (before !== null && after !== null)
      sum = sum.plus(value.times(after.rate.minus(before.rate)))
    else excluded.push({ reason: 'rate', strategy: null, conId: null, currency })
  }
  return toLedgerScale(sum)
}

function distinct(excluded: readonly Exclusion[]): readonly Exclusion[] {
  const known = new Map<string, Exclusion>()
  for (const one of excluded) {
    const { reason, strategy, conId, currency } = one
    known.set([reason, strategy, conId, currency].join('|'), one)
  }
  return [...known.values()]
}
