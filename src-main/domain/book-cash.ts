import type { Exclusion } from '#shared/exclusion.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import { standing, type Adjustment } from './adjustment.ts'
import { isFuture, movementOfEntry, movesCash, standingEntries } from './cash.ts'
import type { CashEntry, CashMovement, LedgerCash } from './cash.ts'
import { broughtIn, postingOf, type Posting } from './equity.ts'
import { movesPosition } from './fill.ts'
import type { Position } from './position.ts'
import { pointValue } from './valuation.ts'

/** One position, or the conversions of one pair, with what was charged for its fills. */
export type Booked = {
  readonly position: Position
  readonly instrument: Instrument
  /** Per currency of the charge; positive is a cost. */
  readonly commissions: ReadonlyMap<string, Decimal>
  /** Fills whose commission has not been reported. */
  readonly commissionsPending: number
}

/** All a book's cash follows from as it stands now, without its fills. */
export type BookNow = {
  readonly booked: readonly Booked[]
  /** Of all positions; stand-ins must have been through `superseded`. */
  readonly adjustments: readonly {
    readonly adjustment: Adjustment
    readonly instrument: Instrument
  }[]
  readonly entries: readonly CashEntry[]
}

/**
 * The ledger's cash per currency now, from its positions: realized less cost is minus what all
 * entries traded for, to the last digit, so no fill need be looked at again. It is what
 * `ledgerCash` makes of the same history, fill by fill.
 */
export function cashOfBook(book: BookNow): LedgerCash {
  const balances = new Map<string, Decimal>()
  const excluded: Exclusion[] = []
  const add = ({ currency, amount }: Pick<CashMovement, 'currency' | 'amount'>): void => {
    balances.set(currency, (balances.get(currency) ?? new D(0)).plus(amount))
  }
  for (const entry of standingEntries(book.entries)) add(movementOfEntry(entry))
  for (const one of book.booked) {
    const traded = tradedCash(one)
    if (traded === null) excluded.push(exclusionOf(one, 'magnifier'))
    else traded.forEach(add)
    commissionsOf(one).forEach(add)
    if (one.commissionsPending > 0) excluded.push(exclusionOf(one, 'commission'))
  }
  for (const { adjustment, instrument } of standingOf(book)) {
    const { strategy, cost } = adjustment
    const of = { position: { strategy, conId: instrument.conId }, instrument }
    if (movesCash(adjustment)) {
      if (cost === null && !isFuture(instrument)) excluded.push(exclusionOf(of, 'cost'))
    } else if (cost !== null && adjustment.kind !== 'cost') {
      const amount = paidFor(instrument, cost)
      if (amount !== null) add({ currency: instrument.currency, amount })
    }
  }
  return { balances, excluded }
}

/**
 * Whose equity the book's cash changed, and how, as sums: what `postingOf` and `broughtIn` make of
 * each fill, commission, entry and adjustment.
 */
export function postingsOfBook(book: BookNow): readonly Posting[] {
  const entries = standingEntries(book.entries).map((entry) => postingOf(movementOfEntry(entry)))
  const charged = book.booked.flatMap((one) => commissionsOf(one).map(postingOf))
  const converted = book.booked
    .filter(({ instrument }) => instrument.secType === 'CASH')
    .flatMap((one) => (tradedCash(one) ?? []).map(postingOf))
  const brought = standingOf(book).map(({ adjustment, instrument }) =>
    broughtIn(adjustment, instrument),
  )
  return [...entries, ...charged, ...converted, ...brought].filter((posting) => posting !== null)
}

/** What the fills of a position moved, by currency; null while the magnifier is unknown. */
function tradedCash({ position, instrument }: Booked): readonly CashMovement[] | null {
  const { strategy, conId, lastSlot, quantity, cost, realizedPoints } = position
  const isPair = instrument.secType === 'CASH'
  if (isFuture(instrument) || (!isPair && !movesPosition(instrument.secType))) return []
  const amount = paidFor(instrument, realizedPoints.minus(cost))
  if (amount === null) return null
  const of = { kind: isPair ? 'conversion' : 'trade', strategy, conId } as const
  const at = lastSlot?.at ?? (0n as CashMovement['at'])
  const quoted = { ...of, at, currency: instrument.currency, amount }
  if (!isPair) return [quoted]
  return [{ ...of, at, currency: instrument.symbol, amount: quantity }, quoted]
}

const commissionsOf = ({ position, commissions }: Booked): readonly CashMovement[] =>
  [...commissions].map(([currency, amount]) => ({
    kind: 'commission',
    currency,
    amount: amount.negated(),
    at: position.lastSlot?.at ?? (0n as CashMovement['at']),
    strategy: position.strategy,
    conId: position.conId,
  }))

/** Points in money; nothing for futures, which nobody pays for. */
function paidFor(instrument: Instrument, points: Decimal): Decimal | null {
  if (isFuture(instrument)) return new D(0)
  const point = pointValue(instrument)
  return point === null ? null : toLedgerScale(points.times(point))
}

function standingOf({ adjustments }: BookNow): BookNow['adjustments'] {
  const counted = new Set(standing(adjustments.map(({ adjustment }) => adjustment)))
  return adjustments.filter(({ adjustment }) => counted.has(adjustment))
}

const exclusionOf = (
  { position, instrument }: Pick<Booked, 'instrument'> & { position: Pick<Position, 'strategy'> },
  reason: Exclusion['reason'],
): Exclusion => ({
  reason,
  strategy: position.strategy,
  conId: instrument.conId,
  currency: instrument.currency,
})
