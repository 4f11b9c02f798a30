import type { DrawdownRules } from '#domain/drawdown.ts'
import type { Fill } from '#domain/fill.ts'
import { positionKey, type Position } from '#domain/position.ts'
import type { Period } from '#domain/period.ts'
import type { ConId, ExecRoot } from '#shared/ids.ts'
import { ZERO, type Decimal } from '#shared/money.ts'
import { millisOf, type UtcMillis, type UtcNanos } from '#shared/time.ts'
import type { Batch } from './batch.ts'

/** When days begin, and what they open with. */
export type DayRules = Pick<DrawdownRules, 'calendar' | 'openingValue'>

/** Where a day's P&L begins. */
export type DayOpening = {
  readonly day: Period
  readonly rules: DayRules
  /** When the values were taken that the day opens with. */
  readonly at: UtcNanos
}

/** By position; null is not known. */
export type Gains = ReadonlyMap<string, Decimal | null>

/**
 * What the gain of every position is measured from today (`gainBefore`), in points. A position that
 * is not among them had made nothing before. What an older fact has changed is unknown until it is
 * counted anew.
 */
export class DayGains {
  #opening: DayOpening | null = null
  readonly #before = new Map<string, Decimal | null>()
  readonly #doubted = new Set<ConId>()
  #hasNews = true
  /** Fills committed since the ledger was begun to be read; null while it is not. */
  #meanwhile: Map<ExecRoot, Fill> | null = null

  get opening(): DayOpening | null {
    return this.#opening
  }

  /** When the values were taken that the day opens with; null before any is known. */
  get since(): UtcMillis | null {
    return this.#opening === null ? null : millisOf(this.#opening.at)
  }

  /** Instruments that must be counted anew. */
  get doubted(): ReadonlySet<ConId> {
    return this.#doubted
  }

  /** What the gain of a position is measured from; null when unknown. */
  before({ strategy, conId }: Pick<Position, 'strategy' | 'conId'>): Decimal | null {
    if (this.#opening === null || this.#doubted.has(conId)) return null
    const before = this.#before.get(positionKey(strategy, conId))
    return before === undefined ? ZERO : before
  }

  /** False while no snapshot has been taken since there was none to open the day with. */
  get hasNews(): boolean {
    return this.#hasNews
  }

  /** There is no snapshot yet to open the day with. */
  awaitSnapshot(): void {
    this.#hasNews = false
  }

  /** Opens a day; every position is counted. */
  open(opening: DayOpening, gains: Gains): void {
    this.#opening = opening
    this.#before.clear()
    this.#doubted.clear()
    this.#keep(gains)
  }

  /** Nothing is known of the day any more. */
  shut(): void {
    this.#opening = null
    this.#hasNews = true
  }

  /** What came of counting some instruments anew. */
  recount(conIds: ReadonlySet<ConId>, gains: Gains): void {
    for (const conId of conIds) this.#doubted.delete(conId)
    this.#keep(gains)
  }

  #keep(gains: Gains): void {
    for (const [key, gain] of gains) this.#before.set(key, gain)
  }

  /** Fills are about to be read from the ledger, while the book goes on. */
  beginReading(): void {
    this.#meanwhile = new Map()
  }

  endReading(): void {
    this.#meanwhile = null
  }

  /** The fills as they are now, which were read before; null when they were not told apart. */
  upToNow(read: readonly Fill[]): readonly Fill[] | null {
    if (this.#meanwhile === null) return null
    const fills = new Map(read.map((fill) => [fill.fillId, fill]))
    for (const [id, fill] of this.#meanwhile) fills.set(id, fill)
    return [...fills.values()]
  }

  /** Looks for facts of before the opening, or other than trades, in what was committed. */
  see(batch: Batch): void {
    if (batch.snapshots.length > 0) this.#hasNews = true
    if (this.#meanwhile) for (const fill of batch.fills()) this.#meanwhile.set(fill.fillId, fill)
    if (this.#opening === null) return
    for (const conId of batch.recounted) this.#doubted.add(conId)
    for (const { conId } of batch.adjustments) this.#doubted.add(conId)
    for (const { execution } of batch.fills()) {
      if (execution.executedAt <= this.#opening.at) this.#doubted.add(execution.conId)
    }
  }
}
