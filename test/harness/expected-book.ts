import { Decimal } from 'decimal.js'
import type { RecordedCommission, RecordedDay, RecordedExecution } from './record.ts'

/**
 * The book a record asks for, worked out here from its facts alone: none of the rules the
 * application decides with is used, so neither can hide the other's mistakes.
 */
const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_EVEN, toExpNeg: -60 })
export const exactly = (text: string | number): Decimal => new Exact(text)

const LEDGER_DECIMALS = 18
const NOBODY = 'UNATTRIBUTED'
/** Conversions move cash, and a combination's row is only information. */
const NO_POSITION = new Set(['CASH', 'BAG'])

export type ExpectedFill = RecordedExecution & { readonly charge: RecordedCommission | null }

export type ExpectedPosition = {
  readonly strategy: string
  readonly conId: number
  readonly quantity: Decimal
  /** Signed, in quoted price × quantity. */
  readonly cost: Decimal
  /** Gains in quoted price × quantity. */
  readonly realized: Decimal
  /** What was charged, by currency. */
  readonly charged: ReadonlyMap<string, Decimal>
}

export type ExpectedBook = {
  /** Each execution once, at its highest revision, by root. */
  readonly fills: ReadonlyMap<string, ExpectedFill>
  /** By `<strategy>|<conId>`. */
  readonly positions: ReadonlyMap<string, ExpectedPosition>
  /** What the broker holds, by conId. */
  readonly held: ReadonlyMap<number, Decimal>
  /** Quoted price × multiplier ÷ magnifier: money of one point for one unit. */
  readonly pointValue: (conId: number) => Decimal
}

export function expectedBook(day: RecordedDay): ExpectedBook {
  const fills = latestFills(day)
  const pointValue = (conId: number): Decimal => {
    const instrument = day.instruments.get(conId)
    if (instrument === undefined) throw new Error(`The record knows no instrument ${conId}.`)
    return exactly(instrument.multiplier).dividedBy(instrument.priceMagnifier)
  }
  const positions = new Map<string, Open>()
  for (const { conId, quantity, averageCost } of day.openings.values()) {
    const instrument = day.instruments.get(conId)
    if (instrument === undefined || NO_POSITION.has(instrument.secType)) continue
    const position = positionIn(positions, NOBODY, conId)
    position.quantity = exactly(quantity)
    position.cost = rounded(position.quantity.times(averageCost).dividedBy(pointValue(conId)))
  }
  for (const fill of [...fills.values()].sort(inOrderOfFolding)) {
    if (NO_POSITION.has(fill.secType)) continue
    fold(positionIn(positions, strategyOf(fill.orderRef), fill.conId), fill)
  }
  const held = [...day.held.values()].filter(
    ({ conId }) => !NO_POSITION.has(day.instruments.get(conId)?.secType ?? ''),
  )
  return {
    fills,
    positions,
    held: new Map(held.map(({ conId, quantity }) => [conId, exactly(quantity)])),
    pointValue,
  }
}

type Open = {
  -readonly [Name in keyof ExpectedPosition]: ExpectedPosition[Name]
} & { charged: Map<string, Decimal> }

const rounded = (value: Decimal): Decimal => value.toDecimalPlaces(LEDGER_DECIMALS)

/** An orderRef names its strategy up to the first colon or slash. */
export const strategyOf = (orderRef: string): string => orderRef.split(/[:/]/)[0]?.trim() || NOBODY

function positionIn(positions: Map<string, Open>, strategy: string, conId: number): Open {
  const key = `${strategy}|${conId}`
  const known = positions.get(key)
  if (known !== undefined) return known
  const nothing = exactly(0)
  const fresh: Open = {
    ...{ strategy, conId, charged: new Map<string, Decimal>() },
    ...{ quantity: nothing, cost: nothing, realized: nothing },
  }
  positions.set(key, fresh)
  return fresh
}

function latestFills(day: RecordedDay): ReadonlyMap<string, ExpectedFill> {
  const fills = new Map<string, ExpectedFill>()
  for (const execution of day.executions) {
    const known = fills.get(execution.root)
    if (known !== undefined && known.revision > execution.revision) continue
    // A correction that brings no commission of its own keeps the one before.
    const charge = day.commissions.get(execution.execId) ?? known?.charge ?? null
    fills.set(execution.root, { ...execution, charge })
  }
  return fills
}

/** What IB tells of time has whole seconds; within one, permId and total decide, then the id. */
function inOrderOfFolding(a: ExpectedFill, b: ExpectedFill): number {
  const second = ({ executedAt }: ExpectedFill): number => Math.floor(Date.parse(executedAt) / 1000)
  return (
    second(a) - second(b) ||
    a.permId - b.permId ||
    exactly(a.cumulative).comparedTo(exactly(b.cumulative)) ||
    (a.root < b.root ? -1 : 1)
  )
}

/** Average cost, as a trader would do it on paper. */
function fold(position: Open, fill: ExpectedFill): void {
  const sign = fill.side === 'buy' ? 1 : -1
  const price = exactly(fill.price)
  const size = exactly(fill.quantity)
  const held = position.quantity.abs()
  const opposes = !held.isZero() && position.quantity.isPositive() !== (sign === 1)
  const closing = opposes ? Exact.min(held, size) : exactly(0)
  const opening = size.minus(closing)
  if (opposes) {
    const isAll = closing.equals(held)
    const costOfPart = (): Decimal => position.cost.times(closing).dividedBy(held)
    const closedCost = isAll ? position.cost : rounded(costOfPart())
    // A sale brings what the closed part is worth; a purchase pays for a short.
    const proceeds = closing.times(price).times(-sign)
    position.realized = position.realized.plus(proceeds).minus(closedCost)
    position.cost = position.cost.minus(closedCost)
  }
  position.cost = position.cost.plus(opening.times(price).times(sign))
  position.quantity = position.quantity.plus(size.times(sign))
  if (fill.charge === null) return
  const { currency, commission } = fill.charge
  const before = position.charged.get(currency) ?? exactly(0)
  position.charged.set(currency, before.plus(commission))
}
