import type { PositionRow } from '#shared/api/views.ts'
import { D, decimal, text, type Decimal, type DecimalString } from '#shared/money.ts'
import { UNATTRIBUTED } from '#shared/ids.ts'

/** One line of the positions: a strategy's holding, or a symbol's, which sums its strategies. */
export type Holding = {
  readonly key: string
  readonly kind: 'symbol' | 'strategy'
  readonly conId: number
  readonly symbol: string
  readonly name: string
  readonly strategy: string | null
  readonly secType: string
  readonly currency: string
  readonly multiplier: DecimalString
  readonly priceDecimals: number
  readonly quantity: DecimalString
  readonly averageCost: DecimalString | null
  readonly last: DecimalString | null
  readonly lastSource: PositionRow['lastSource']
  /** Its link, farm or line is down: the price may be old, whatever its age. */
  readonly lastIsStale: boolean
  readonly lastAt: number | null
  readonly marketValue: Sum
  readonly unrealized: Sum
  readonly unrealizedPercent: Decimal | null
  /** Since the day began. */
  readonly daily: Sum
  readonly realized: Sum
  /** Units of the account's base currency for one of the currency; null when not told. */
  readonly fxRate: DecimalString | null
  /** In the base currency. */
  readonly marketValueBase: Sum
  readonly navPercent: Sum
  readonly exposurePercent: Sum
  readonly commissions: readonly { readonly currency: string; readonly amount: DecimalString }[]
  readonly commissionsPending: number
  readonly changedAt: number
  /** How many strategies hold it; 1 for a strategy's own line. */
  readonly parts: number
}

/** A sum that lacks a part is unknown as a whole; `known` is what the known parts come to. */
export type Sum = {
  readonly value: DecimalString | null
  readonly known: DecimalString
  readonly unknown: number
}

/** What the screen calls the bucket of fills no strategy claims. */
export const strategyName = (strategy: string): string =>
  strategy === UNATTRIBUTED ? 'Unattributed' : strategy

/** The name that tells contracts apart: with the symbol first, however the broker spells it. */
export const titleOf = (row: { readonly symbol: string; readonly name: string }): string =>
  row.name === '' || row.name.startsWith(row.symbol) ? row.name || row.symbol : row.symbol

const isFlat = (row: PositionRow): boolean => decimal(row.quantity).isZero()

type InBase = 'marketValueBase' | 'navPercent' | 'exposurePercent'
type Summed = 'marketValue' | 'unrealized' | 'daily' | 'realized' | InBase

function sumOf(rows: readonly PositionRow[], part: Summed): Sum {
  // A flat strategy has nothing to price: that share is nothing, not unknown.
  const isMade = part === 'realized' || part === 'daily'
  const isNothing = (row: PositionRow) => !isMade && row[part] === null && isFlat(row)
  const parts = rows.filter((row) => !isNothing(row)).map((row) => row[part])
  const known = parts.filter((each) => each !== null)
  const total = text(known.reduce((sum, each) => sum.plus(decimal(each)), new D(0)))
  const unknown = parts.length - known.length
  return { value: unknown === 0 ? total : null, known: total, unknown }
}

const sumsInBase = (rows: readonly PositionRow[]): Pick<Holding, InBase> => ({
  marketValueBase: sumOf(rows, 'marketValueBase'),
  navPercent: sumOf(rows, 'navPercent'),
  exposurePercent: sumOf(rows, 'exposurePercent'),
})

const total = (values: readonly DecimalString[]): DecimalString =>
  text(values.reduce((sum, each) => sum.plus(decimal(each)), new D(0)))

/**
 * The average of holdings on one side. Opposite holdings have none: what one strategy paid says
 * nothing about the difference of the two.
 */
export function commonCost(rows: readonly PositionRow[]): DecimalString | null {
  const open = rows.filter((row) => !isFlat(row))
  const [first] = open
  if (first === undefined) return null
  if (open.length === 1) return first.averageCost
  const isLong = decimal(first.quantity).isPositive()
  let [cost, quantity] = [new D(0), new D(0)]
  for (const row of open) {
    const held = decimal(row.quantity)
    if (row.averageCost === null || held.isPositive() !== isLong) return null
    cost = cost.plus(held.times(decimal(row.averageCost)))
    quantity = quantity.plus(held)
  }
  return text(cost.div(quantity))
}

/** The change of price since it was bought, in percent of the cost: − when it is a loss. */
function percentOf(last: DecimalString | null, cost: DecimalString | null, held: DecimalString) {
  if (last === null || cost === null || decimal(cost).isZero()) return null
  const change = decimal(last).minus(decimal(cost)).div(decimal(cost).abs()).times(100)
  if (decimal(held).isZero()) return null
  return decimal(held).isNegative() ? change.negated() : change
}

function sharedFields(row: PositionRow, cost: DecimalString | null, held: DecimalString) {
  const { conId, symbol, name, secType, currency, multiplier, priceDecimals } = row
  return {
    ...{ conId, symbol, name, secType, currency, multiplier, priceDecimals },
    ...{ last: row.last, lastSource: row.lastSource, lastAt: row.lastAt },
    lastIsStale: row.lastIsStale,
    fxRate: row.fxRate,
    ...{ averageCost: cost, quantity: held, unrealizedPercent: percentOf(row.last, cost, held) },
  }
}

const ofRow = new WeakMap<PositionRow, Holding>()

/** A strategy's own line. */
export function holdingOf(row: PositionRow): Holding {
  const known = ofRow.get(row)
  if (known !== undefined) return known
  const made: Holding = {
    ...sharedFields(row, row.averageCost, row.quantity),
    key: row.key,
    kind: 'strategy',
    strategy: row.strategy,
    marketValue: sumOf([row], 'marketValue'),
    unrealized: sumOf([row], 'unrealized'),
    daily: sumOf([row], 'daily'),
    realized: sumOf([row], 'realized'),
    ...sumsInBase([row]),
    commissions: row.commissions,
    commissionsPending: row.commissionsPending,
    changedAt: row.changedAt,
    parts: 1,
  }
  ofRow.set(row, made)
  return made
}

function commissionsOf(rows: readonly PositionRow[]): Holding['commissions'] {
  const sums = new Map<string, Decimal>()
  for (const { currency, amount } of rows.flatMap((row) => row.commissions)) {
    sums.set(currency, (sums.get(currency) ?? new D(0)).plus(decimal(amount)))
  }
  return [...sums].map(([currency, amount]) => ({ currency, amount: text(amount) }))
}

/** The line of a symbol: the sum over its strategies, all in the one currency it trades in. */
export function symbolHolding(rows: readonly [PositionRow, ...PositionRow[]]): Holding {
  // Every strategy sees the same price; the newest row carries the newest.
  const newest = rows.reduce((best, row) => ((row.lastAt ?? 0) > (best.lastAt ?? 0) ? row : best))
  return {
    ...sharedFields(newest, commonCost(rows), total(rows.map((row) => row.quantity))),
    key: symbolKey(newest.conId),
    kind: 'symbol',
    strategy: null,
    marketValue: sumOf(rows, 'marketValue'),
    unrealized: sumOf(rows, 'unrealized'),
    daily: sumOf(rows, 'daily'),
    realized: sumOf(rows, 'realized'),
    ...sumsInBase(rows),
    commissions: commissionsOf(rows),
    commissionsPending: rows.reduce((sum, row) => sum + row.commissionsPending, 0),
    changedAt: Math.max(...rows.map((row) => row.changedAt)),
    parts: rows.length,
  }
}

/** The key of a symbol's line; no strategy's row has it, their keys hold a bar. */
export const symbolKey = (conId: number): string => `symbol:${conId}`

const isSomeRow = (
  rows: readonly (PositionRow | undefined)[],
): rows is readonly [PositionRow, ...PositionRow[]] =>
  rows.length > 0 && rows.every((row) => row !== undefined)

/** Remembers the line of each symbol for as long as none of its rows changes. */
export function symbolHoldings() {
  const known = new Map<string, { rows: readonly PositionRow[]; holding: Holding }>()
  return (key: string, rows: readonly (PositionRow | undefined)[]): Holding | undefined => {
    if (!isSomeRow(rows)) return undefined
    const was = known.get(key)
    const isSame = was?.rows.length === rows.length && was.rows.every((row, i) => row === rows[i])
    if (was !== undefined && isSame) return was.holding
    const holding = symbolHolding(rows)
    known.set(key, { rows, holding })
    return holding
  }
}
