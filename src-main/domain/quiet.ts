import type { ConId } from '#shared/ids.ts'
import type { Decimal } from '#shared/money.ts'

/** What of a broker's row decides whether it has changed; a cost of null is unknown. */
export type Row = {
  readonly conId: ConId
  readonly quantity: Decimal
  readonly averageCost: Decimal | null
}

/** One look at an account: its positions, its executions, its positions again. */
export type Look<Held extends Row> = {
  readonly before: readonly Held[]
  readonly after: readonly Held[]
  /**
   * Instruments with an execution that was new from a moment before the first question to a moment
   * after the last answer: its position may have come earlier or later than the execution itself.
   */
  readonly traded: ReadonlySet<ConId>
}

/** What of a look can be relied on. */
export type Judgement = {
  /** Traded or changed during the look: position and executions may not belong together. */
  readonly inFlight: ReadonlySet<ConId>
  /**
   * Told twice in one answer, and differently, without having traded: which of the two holds is
   * not known.
   */
  readonly contradicted: ReadonlySet<ConId>
}

const isSameCost = (a: Decimal | null, b: Decimal | null): boolean =>
  a === b || (a !== null && b !== null && a.equals(b))

/** Whether two rows say the same; no row and a row of nothing do. */
export function isSameHolding(a: Row | undefined, b: Row | undefined): boolean {
  if (a === undefined || b === undefined) {
    return (a?.quantity.isZero() ?? true) && (b?.quantity.isZero() ?? true)
  }
  return a.quantity.equals(b.quantity) && isSameCost(a.averageCost, b.averageCost)
}

/**
 * Judges a look instrument by instrument: one that is busy says nothing about the others. An
 * instrument that is neither in flight nor contradicted stood still, so its position and its
 * executions belong together.
 */
export function judge<Held extends Row>({ before, after, traded }: Look<Held>): Judgement {
  const contradicted = new Set<ConId>()
  const first = byConId(before, contradicted)
  const last = byConId(after, contradicted)
  const inFlight = new Set(traded)
  for (const conId of [...first.keys(), ...last.keys()]) {
    if (!isSameHolding(first.get(conId), last.get(conId))) inFlight.add(conId)
  }
  for (const conId of contradicted) {
    // A change may be told in the middle of an answer.
    if (traded.has(conId)) contradicted.delete(conId)
    else inFlight.delete(conId)
  }
  return { inFlight, contradicted }
}

function byConId<Held extends Row>(
  rows: readonly Held[],
  contradicted: Set<ConId>,
): ReadonlyMap<ConId, Held> {
  const known = new Map<ConId, Held>()
  for (const row of rows) {
    const other = known.get(row.conId)
    if (other !== undefined && !isSameHolding(other, row)) contradicted.add(row.conId)
    known.set(row.conId, row)
  }
  return known
}
