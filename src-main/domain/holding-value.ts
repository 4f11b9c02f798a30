import type { Exclusion, ExclusionReason } from '#shared/exclusion.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import { isFuture } from './cash.ts'
import { movesPosition } from './fill.ts'
import { rateOf, toBase, type FxRate, type FxRates, type Total } from './fx.ts'
import type { Position } from './position.ts'
import { pointValue, valuePosition } from './valuation.ts'

/** A position with the price it is looked at: as quoted, null when unknown. */
export type Priced = {
  readonly position: Position
  readonly instrument: Instrument
  readonly quoted: Decimal | null
}

/** Amounts of one holding in one currency; null is what cannot be known. */
export type HoldingAmounts = {
  /** Quantity × price: of a future its notional, which is nobody's money. */
  readonly marketValue: Decimal | null
  /**
   * What it adds to NAV besides the cash its fills moved: the market value; of futures and CFDs
   * the P&L alone, swept or not; of conversions and combos nothing.
   */
  readonly contribution: Decimal | null
  /** Before commission, like all P&L here. */
  readonly unrealized: Decimal | null
  readonly realized: Decimal | null
  /**
   * Gained since the day began, before commission and at today's rate: what was held then at other
   * prices, and what was traded since. Null without a value at its beginning.
   */
  readonly dailyPnl: Decimal | null
}

/** One holding in money. */
export type HoldingValue = {
  readonly priced: Priced
  /** In the instrument's currency. */
  readonly local: HoldingAmounts
  /** In the base currency, at `rate`. */
  readonly base: HoldingAmounts
  readonly rate: FxRate | null
}

/** How much of the account a holding is. */
export type Weight = {
  /** Contribution in percent of NAV: with cash these add up to 100. Null without positive NAV. */
  readonly navPercent: Decimal | null
  /** Market value, or a future's notional, in percent of NAV: what moves with the price. */
  readonly exposurePercent: Decimal | null
}

export type HoldingContext = {
  readonly fx: FxRates
  /** What the day's gain is measured from, in points: see `gainBefore`; null when unknown. */
  readonly pointsBefore: Decimal | null
}

/** What a position is worth and earns. */
export function valueHolding(priced: Priced, { fx, pointsBefore }: HoldingContext): HoldingValue {
  const { position, instrument, quoted } = priced
  const { marketValue, unrealized, realized } = valuePosition(position, instrument, quoted)
  const contribution = contributionOf(priced)
  const gained = gainPoints(priced)
  const dailyPnl = inMoney(priced, gained && pointsBefore && gained.minus(pointsBefore))
  const local = { marketValue, contribution, unrealized, realized, dailyPnl }
  const inBase = (amount: Decimal | null): Decimal | null => {
    const converted = toBase(fx, amount, instrument.currency)
    return converted === null ? null : toLedgerScale(converted)
  }
  const base: HoldingAmounts = {
    marketValue: inBase(marketValue),
    contribution: inBase(contribution),
    unrealized: inBase(unrealized),
    realized: inBase(realized),
    dailyPnl: inBase(dailyPnl),
  }
  return {
    priced,
    local,
    base,
    rate: rateOf(fx, instrument.currency),
  }
}

/** What a holding weighs. @param nav in the base currency; null when unknown. */
export const weightOf = ({ base }: HoldingValue, nav: Decimal | null): Weight => ({
  navPercent: percentOf(base.contribution, nav),
  exposurePercent: percentOf(base.marketValue, nav),
})

/** A share of NAV in percent, to 18 places; null where that means nothing. */
const percentOf = (amount: Decimal | null, nav: Decimal | null): Decimal | null =>
  amount === null || nav === null || !nav.greaterThan(0)
    ? null
    : toLedgerScale(amount.dividedBy(nav).times(100))

const inMoney = ({ instrument }: Priced, points: Decimal | null): Decimal | null => {
  const point = pointValue(instrument)
  return point === null || points === null ? null : toLedgerScale(points.times(point))
}

/** Quantity × price in points; nothing when flat, null without a price. */
const valuePoints = ({ position, quoted }: Priced): Decimal | null => {
  if (position.quantity.isZero()) return new D(0)
  return quoted === null ? null : position.quantity.times(quoted)
}

/**
 * Everything a position made since it was first held, realized and not, in the instrument's
 * currency, before commission: what it is worth and what its fills brought. Null without a price.
 */
export const gainOf = (priced: Priced): Decimal | null => inMoney(priced, gainPoints(priced))

const gainPoints = (priced: Priced): Decimal | null => {
  const { realizedPoints, cost } = priced.position
  const value = valuePoints(priced)
  return value && realizedPoints.plus(value).minus(cost)
}

/** See `HoldingAmounts.contribution`; in the instrument's currency. */
function contributionOf(priced: Priced): Decimal | null {
  const { instrument } = priced
  if (!movesPosition(instrument.secType)) return new D(0)
  return isFuture(instrument) ? gainOf(priced) : inMoney(priced, valuePoints(priced))
}

/**
 * The gain for a sum of NAV: without a price the position stands at its cost, so that only its
 * unrealized P&L is left out. Null only while the price magnifier is unknown.
 */
export function gainOrAtCost(priced: Priced): Decimal | null {
  const { position } = priced
  return valuePoints(priced) === null ? inMoney(priced, position.realizedPoints) : gainOf(priced)
}

/** The contribution, likewise at cost without a price. */
export function contributionOrAtCost(priced: Priced): Decimal | null {
  const { position, instrument } = priced
  if (valuePoints(priced) !== null) return contributionOf(priced)
  return isFuture(instrument) ? gainOrAtCost(priced) : inMoney(priced, position.cost)
}

/** Why an amount of a holding is not known; null when all it takes is. */
export function missingOf(priced: Priced, isCostNeeded: boolean): ExclusionReason | null {
  if (pointValue(priced.instrument) === null) return 'magnifier'
  if (valuePoints(priced) === null) return 'price'
  return isCostNeeded && !priced.position.isCostKnown ? 'cost' : null
}

/** One amount of many holdings in the base currency; what is not known is left out and named. */
export function totalOfHoldings(
  values: readonly HoldingValue[],
  name: keyof HoldingAmounts,
  weigh: (amount: Decimal) => Decimal = (amount) => amount,
): Total {
  let amount: Decimal = new D(0)
  const excluded: Exclusion[] = []
  for (const value of values) {
    const inBase = value.base[name]
    if (inBase === null) excluded.push(exclusionOf(value, name))
    else amount = amount.plus(weigh(inBase))
  }
  return { amount, excluded }
}

function exclusionOf({ priced, local }: HoldingValue, name: keyof HoldingAmounts): Exclusion {
  const { position, instrument } = priced
  const of = { strategy: position.strategy, conId: position.conId, currency: instrument.currency }
  if (local[name] !== null) return { ...of, reason: 'rate' }
  const unknown = name === 'dailyPnl' ? 'opening-value' : 'cost'
  return { ...of, reason: missingOf(priced, false) ?? unknown }
}

/** A sum of which nothing is known is not zero, it is unknown. */
export const isTotalKnown = ({ excluded }: Total, of: readonly HoldingValue[]): boolean =>
  excluded.length === 0 || excluded.length < of.length

/** How much of NAV is at the market's mercy, in base money and percent. */
export type Exposure = {
  /** Longs and shorts added up. */
  readonly gross: Total
  /** Longs less shorts. */
  readonly net: Total
  readonly grossPercent: Decimal | null
  readonly netPercent: Decimal | null
}

/** The exposure of holdings; futures and CFDs count by their notional. */
export function exposureOf(values: readonly HoldingValue[], nav: Decimal | null): Exposure {
  const gross = totalOfHoldings(values, 'marketValue', (amount) => amount.abs())
  const net = totalOfHoldings(values, 'marketValue')
  const inPercent = (total: Total): Decimal | null =>
    isTotalKnown(total, values) ? percentOf(total.amount, nav) : null
  return { gross, net, grossPercent: inPercent(gross), netPercent: inPercent(net) }
}
