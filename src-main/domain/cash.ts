import type { CashClass } from '#shared/cash.ts'
import type { Exclusion } from '#shared/exclusion.ts'
import type { ConId, StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, type Decimal, type Money } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import { standing, type Adjustment, type AdjustmentKind } from './adjustment.ts'
import { cashOfFill, movesPosition, signedQuantity, type CashMove, type Fill } from './fill.ts'
import { pointValue } from './valuation.ts'

/**
 * One change of cash that no fill explains: opening cash, deposits, dividends, fees. Kept for
 * good; a wrong one is taken back by another that reverses it.
 */
export type CashEntry = {
  readonly id: string
  readonly class: CashClass
  /** ISO 4217 code. */
  readonly currency: string
  /** Received is positive, paid is negative; never converted. */
  readonly amount: Money
  /** When the cash changed, which may be long before it is written down. */
  readonly at: UtcNanos
  /** Whose it is; null: UNALLOCATED's. */
  readonly strategy: StrategyId | null
  /** The instrument it comes from, such as the share that paid a dividend; null for none. */
  readonly conId: ConId | null
  /** Why it is believed: the line of a statement, the change of a balance, the trader's word. */
  readonly evidence: string
  readonly author: string
  /** The entry this one takes back, with the opposite amount; null for others. */
  readonly reverses: string | null
  readonly recordedAt: UtcNanos
}

/** Entries that still count: a reversal and what it takes back cancel each other. */
export function standingEntries(entries: readonly CashEntry[]): readonly CashEntry[] {
  const reversed = new Set(entries.map(({ reverses }) => reverses))
  return entries.filter(({ id, reverses }) => reverses === null && !reversed.has(id))
}

/** One amount that entered (positive) or left (negative) the cash of one currency. */
export type CashMovement = {
  /** `trade`: the notional of a fill, `conversion` when it exchanged one currency for another. */
  readonly kind: 'trade' | 'commission' | CashClass
  readonly currency: string
  readonly amount: Decimal
  readonly at: UtcNanos
  readonly strategy: StrategyId | null
  readonly conId: ConId | null
}

/**
 * The cash a fill moves, its commission included once reported, in the currencies of both.
 * Null while the price magnifier is unknown and the notional with it.
 */
export function movementsOfFill(
  fill: Fill,
  instrument: Instrument,
): readonly CashMovement[] | null {
  const notional = notionalOf(fill, instrument)
  if (notional === null) return null
  const of = { at: fill.execution.executedAt, strategy: fill.strategy, conId: instrument.conId }
  const kind = instrument.secType === 'CASH' ? 'conversion' : 'trade'
  const moved = notional.map((move): CashMovement => ({ ...of, ...move, kind }))
  if (fill.charge === null) return moved
  const { currency, amount } = fill.charge
  return [...moved, { ...of, kind: 'commission', currency, amount: amount.negated() }]
}

function notionalOf(fill: Fill, instrument: Instrument): readonly CashMove[] | null {
  const { secType, currency, symbol, multiplier, priceMagnifier } = instrument
  const movesNone = !movesPosition(secType) && secType !== 'CASH'
  if (movesNone || isFuture(instrument)) return []
  if (priceMagnifier === null) return null
  const traded = { quantity: signedQuantity(fill.execution), price: fill.execution.price }
  const terms = { secType, currency, symbol, multiplier, priceMagnifier: new D(priceMagnifier) }
  return cashOfFill(traded, terms)
}

/** No notional moves for these: their P&L is swept into cash when the broker chooses. */
export const isFuture = ({ secType }: Pick<Instrument, 'secType'>): boolean =>
  secType === 'FUT' || secType === 'CFD'

/**
 * Whether an adjustment moves its value in cash, as a fill would: those that stand for a trade or
 * a delivery. What was received for nothing, such as shares transferred in, shows as a break of
 * cash then, to be booked as the deposit it was. The others bring a quantity nobody paid for, or
 * none.
 */
const MOVES_CASH: Readonly<Record<AdjustmentKind, boolean>> = {
  residual: true,
  'stand-in': true,
  expiry: true,
  assignment: true,
  exercise: true,
  'cash-in-lieu': true,
  opening: false,
  transfer: false,
  cost: false,
  split: false,
  reversal: false,
}

export const movesCash = ({ kind }: Pick<Adjustment, 'kind'>): boolean => MOVES_CASH[kind]

/**
 * The cash an adjustment moves: its value, for those that stand for a trade or a delivery; no
 * cash entry is needed for the same money. Null while its value or the price magnifier is unknown.
 */
export function movementsOfAdjustment(
  adjustment: Adjustment,
  instrument: Instrument,
): readonly CashMovement[] | null {
  if (!movesCash(adjustment) || isFuture(instrument)) return []
  const point = pointValue(instrument)
  if (point === null || adjustment.cost === null) return null
  if (adjustment.cost.isZero()) return []
  const { effectiveAt: at, strategy, conId } = adjustment
  const amount = toLedgerScale(adjustment.cost.times(point).negated())
  return [{ kind: 'trade', currency: instrument.currency, amount, at, strategy, conId }]
}

/** What an entry moves; the same amount, by its class. */
export const movementOfEntry = (entry: CashEntry): CashMovement => ({
  kind: entry.class,
  currency: entry.currency,
  amount: entry.amount,
  at: entry.at,
  strategy: entry.strategy,
  conId: entry.conId,
})

/** Cash per currency, and the fills it cannot count yet. */
export type LedgerCash = {
  readonly balances: ReadonlyMap<string, Decimal>
  readonly excluded: readonly Exclusion[]
}

export type CashHistory = {
  /** Booked fills of every class, conversions included, with their instruments. */
  readonly fills: readonly { readonly fill: Fill; readonly instrument: Instrument }[]
  readonly entries: readonly CashEntry[]
  /** Of all positions; stand-ins must have been through `superseded`. */
  readonly adjustments: readonly {
    readonly adjustment: Adjustment
    readonly instrument: Instrument
  }[]
}

/**
 * The ledger's cash per currency at an instant: opening plus all that moved until then, that
 * instant included. Fills of unknown magnifier or commission are named, never guessed.
 */
export function ledgerCash(history: CashHistory, at: UtcNanos): LedgerCash {
  const balances = new Map<string, Decimal>()
  const excluded: Exclusion[] = []
  const add = (movements: readonly CashMovement[]): void => {
    for (const { currency, amount } of movements)
      balances.set(currency, (balances.get(currency) ?? new D(0)).plus(amount))
  }
  add(standingEntries(history.entries.filter((entry) => entry.at <= at)).map(movementOfEntry))
  for (const { adjustment, instrument } of adjustmentsUntil(history, at)) {
    const moved = movementsOfAdjustment(adjustment, instrument)
    if (moved !== null) add(moved)
    else excluded.push(exclusion(instrument, adjustment.strategy))
  }
  for (const { fill, instrument } of history.fills) {
    if (fill.execution.executedAt > at) continue
    const moved = movementsOfFill(fill, instrument)
    const unknown = exclusion(instrument, fill.strategy)
    if (moved === null) excluded.push(unknown)
    else add(moved)
    if (fill.charge === null) excluded.push({ ...unknown, reason: 'commission' })
  }
  return { balances, excluded }
}

function adjustmentsUntil({ adjustments }: CashHistory, at: UtcNanos): CashHistory['adjustments'] {
  const past = adjustments.filter(({ adjustment }) => adjustment.effectiveAt <= at)
  const counted = new Set(standing(past.map(({ adjustment }) => adjustment)))
  return past.filter(({ adjustment }) => counted.has(adjustment))
}

const exclusion = (instrument: Instrument, strategy: StrategyId): Exclusion => ({
  reason: instrument.priceMagnifier === null ? 'magnifier' : 'cost',
  strategy,
  conId: instrument.conId,
  currency: instrument.currency,
})
