import type { Charge, Fill } from '#domain/fill.ts'
import { positionKey, applyFill, type Position } from '#domain/position.ts'
import { compareSlots, slotOf } from '#domain/slot.ts'
import type { PositionRecord } from '#ports/ledger.ts'
import type { ExecRoot } from '#shared/ids.ts'
import { D, ZERO, type Decimal, type Money } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'

/**
 * Entries whose intermediate states are kept, so that a slightly late fill folds only the end
 * anew.
 */
const TAIL_LIMIT = 48
const TAIL_KEPT = 24

type TailEntry = { fill: Fill; after: Position; realizedPoints: Decimal | null }

/** What a change of the tail did: fills whose realized P&L is another than before. */
export type Refolded = readonly Fill[]

/**
 * One position in memory: its state and the last fills with the state after each. IB's times have a
 * resolution of one second, so fills of one second often arrive in another order than they fold in;
 * those are put in their place among the last ones without reading the history again.
 */
export class Holding {
  #base: Position
  #tail: TailEntry[] = []
  readonly commissions: Map<string, Money>
  commissionsPending: number
  changedAt: UtcNanos

  constructor(record: PositionRecord) {
    this.#base = record.position
    this.commissions = new Map(record.commissions)
    this.commissionsPending = record.commissionsPending
    this.changedAt = record.changedAt
  }

  get position(): Position {
    return this.#tail.at(-1)?.after ?? this.#base
  }

  get key(): string {
    return positionKey(this.#base.strategy, this.#base.conId)
  }

  record(): PositionRecord {
    return {
      position: this.position,
      commissions: new Map(this.commissions),
      commissionsPending: this.commissionsPending,
      changedAt: this.changedAt,
    }
  }

  /** Books a charge, or its change; `by` may be negative. */
  charge(currency: string, by: Decimal): void {
    const before = this.commissions.get(currency) ?? new D(0)
    this.commissions.set(currency, before.plus(by) as Money)
  }

  /** Books all charges anew; a currency that is no longer charged stays, with nothing. */
  recharge(charges: readonly (Charge | null)[]): void {
    for (const currency of this.commissions.keys()) this.commissions.set(currency, ZERO)
    this.commissionsPending = charges.filter((charge) => charge === null).length
    for (const charge of charges) if (charge) this.charge(charge.currency, charge.amount)
  }

  /**
   * Puts a new fill in its place. Answers the fills whose realized P&L changed, itself included;
   * null when its place is before all that is kept here: then the whole history must be folded.
   */
  insert(fill: Fill): Refolded | null {
    const slot = slotOf(fill)
    if (this.#base.lastSlot !== null && compareSlots(slot, this.#base.lastSlot) <= 0) return null
    let index = this.#tail.length
    while (index > 0) {
      const before = this.#tail[index - 1]
      if (before === undefined || compareSlots(slotOf(before.fill), slot) < 0) break
      index -= 1
    }
    this.#tail.splice(index, 0, { fill, after: this.#base, realizedPoints: null })
    const changed = this.#refoldFrom(index)
    this.#trim()
    return changed
  }

  /** Replaces a fill by its correction; null when it is not among the ones kept here. */
  replace(fill: Fill): Refolded | null {
    const index = this.#tail.findIndex((entry) => entry.fill.fillId === fill.fillId)
    if (index < 0) return null
    this.#tail.splice(index, 1)
    const after = this.#refoldFrom(index)
    const inserted = this.insert(fill)
    return inserted === null ? null : [...after.filter((one) => !isIn(inserted, one)), ...inserted]
  }

  /** Keeps what the fills know besides their fold, such as a commission, up to date. */
  refresh(fill: Fill): void {
    const entry = this.#tail.findLast((one) => one.fill.fillId === fill.fillId)
    if (entry) entry.fill = fill
  }

  /** Starts over from a position folded elsewhere from the whole history. */
  restart(position: Position): void {
    this.#base = position
    this.#tail = []
  }

  /** Takes over what was folded elsewhere; a currency no longer charged stays, with nothing. */
  takeOver({ position, commissions, commissionsPending }: Omit<PositionRecord, 'changedAt'>): void {
    this.restart(position)
    for (const currency of this.commissions.keys()) this.commissions.set(currency, ZERO)
    for (const [currency, amount] of commissions) this.commissions.set(currency, amount)
    this.commissionsPending = commissionsPending
  }

  #refoldFrom(start: number): Refolded {
    const changed: Fill[] = []
    let position = start === 0 ? this.#base : (this.#tail[start - 1]?.after ?? this.#base)
    for (const entry of this.#tail.slice(start)) {
      const applied = applyFill(position, entry.fill)
      position = applied.position
      entry.after = position
      entry.realizedPoints = applied.realizedPoints
      if (!isSame(entry.fill.realizedPoints, applied.realizedPoints)) {
        entry.fill = { ...entry.fill, realizedPoints: applied.realizedPoints }
        changed.push(entry.fill)
      }
    }
    return changed
  }

  #trim(): void {
    if (this.#tail.length <= TAIL_LIMIT) return
    const dropped = this.#tail.splice(0, this.#tail.length - TAIL_KEPT)
    this.#base = dropped.at(-1)?.after ?? this.#base
  }
}

const isIn = (fills: Refolded, { fillId }: { readonly fillId: ExecRoot }): boolean =>
  fills.some((fill) => fill.fillId === fillId)

const isSame = (a: Decimal | null, b: Decimal | null): boolean =>
  a === null || b === null ? a === b : a.equals(b)
