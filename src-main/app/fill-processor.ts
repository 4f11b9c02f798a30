import { concerns } from '#domain/adjustment.ts'
import { attribute, type AttributionRule } from '#domain/attribution.ts'
import { splitExecId, type CommissionReport, type Execution } from '#domain/execution.ts'
import { isBooked, type Charge, type Fill } from '#domain/fill.ts'
import { positionKey } from '#domain/position.ts'
import { adjustmentSlot, compareSlots, slotOf } from '#domain/slot.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { ConId, ExecRoot, StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Batch } from './batch.ts'
import type { Holding } from './holding.ts'
import type { BookMemory } from './memory.ts'
import { refoldHolding } from './refold.ts'
import type { Reads } from './retrying.ts'
import { superseding } from './superseding.ts'

/** A position whose whole history must be folded anew before the batch, or a command, is whole. */
type Refold = { readonly strategy: StrategyId; readonly conId: ConId }

export type FillProcessorSettings = {
  readonly rules: readonly AttributionRule[]
  readonly clock: Clock
  readonly log: Log
}

/** Turns executions and commission reports into fills and positions, in memory and in a batch. */
export class FillProcessor {
  readonly #settings: FillProcessorSettings
  readonly #memory: BookMemory
  readonly #batch: Batch
  readonly #refolds = new Map<string, Refold>()
  readonly #news = new Map<ExecRoot, Fill | null>()

  constructor(settings: FillProcessorSettings, memory: BookMemory, batch: Batch) {
    this.#settings = settings
    this.#memory = memory
    this.#batch = batch
  }

  /** Whether what was taken in is not whole before positions are folded anew. */
  get isPending(): boolean {
    return this.#refolds.size > 0 || this.#news.size > 0
  }

  /**
   * Lets residuals give way and folds what has to be folded from its whole history; what the
   * ledger is asked must have been written.
   */
  async finish(ledger: Reads): Promise<void> {
    const place = { ledger, clock: this.#settings.clock, memory: this.#memory, batch: this.#batch }
    const news = new Map(this.#news)
    this.#news.clear()
    this.#refold(await superseding(place, news))
    const refolds = [...this.#refolds.values()]
    this.#refolds.clear()
    for (const key of refolds) await refoldHolding(place, key)
  }

  #refold(positions: readonly Refold[]): void {
    for (const { strategy, conId } of positions)
      this.#refolds.set(positionKey(strategy, conId), { strategy, conId })
  }

  /** Takes in one execution at whatever revision, the first time or again. */
  execution(execution: Execution, instrument: Instrument): void {
    const { root, revision } = splitExecId(execution.execId)
    if (this.#memory.revisionOf(root) === revision) return
    const recordedAt = this.#settings.clock.stamp()
    const record = { execution, instrument, recordedAt, source: 'ib' } as const
    const known = this.#memory.fills.get(root)
    if (known === undefined) {
      this.#batch.executions.push(record)
      this.#open(execution, instrument, recordedAt)
    } else if (revision > known.revision) {
      this.#batch.executions.push(record)
      this.#correct(known, execution, instrument)
    } else if (revision < known.revision) {
      this.#batch.lateExecutions.push(record)
    }
  }

  #open(execution: Execution, instrument: Instrument, recordedAt: UtcNanos): void {
    const { root, revision } = splitExecId(execution.execId)
    const { strategy, by } = attribute(this.#settings.rules, {
      orderRef: execution.orderRef,
      account: execution.account,
      symbol: instrument.symbol,
      clientId: execution.clientId,
    })
    const fill: Fill = {
      fillId: root,
      revision,
      execution,
      secType: instrument.secType,
      multiplier: instrument.multiplier,
      strategy,
      attributedBy: by,
      charge: null,
      realizedPoints: null,
    }
    this.#memory.fillCount += 1
    this.#memory.keepFill(fill)
    this.#batch.addFill(fill)
    this.#batch.attributions.push({ fillId: root, recordedAt, strategy, by })
    if (this.#isBooked(fill)) {
      const holding = this.#memory.holding(strategy, execution.conId, recordedAt)
      holding.commissionsPending += 1
      const isOutOfPlace = this.#takesPlace(fill, null) || this.#isBeforeSplit(holding, fill)
      const changed = isOutOfPlace ? null : holding.insert(fill)
      this.#place(holding, changed, recordedAt)
    }
    this.#claimOrphans(root, revision)
  }

  #correct(known: Fill, execution: Execution, instrument: Instrument): void {
    const { root, revision } = splitExecId(execution.execId)
    const at = this.#settings.clock.stamp()
    // The commission goes with the fill: a report for the new revision, if any, replaces it.
    const fill: Fill = {
      ...known,
      revision,
      execution,
      secType: instrument.secType,
      multiplier: instrument.multiplier,
    }
    this.#memory.keepFill(fill)
    this.#batch.changeFill(fill)
    this.#batch.recounted.add(execution.conId)
    const [was, is] = [this.#isBooked(known), this.#isBooked(fill)]
    if (was || is) {
      const holding = this.#memory.holding(fill.strategy, execution.conId, at)
      // A correction that moves it across the opening moment books it, or takes it out.
      const isBeforeSplit = this.#isBeforeSplit(holding, fill)
      const takesPlace = this.#takesPlace(fill, known)
      const isPlain = was && is && !isBeforeSplit && !takesPlace
      this.#place(holding, isPlain ? holding.replace(fill) : null, at)
    }
    this.#claimOrphans(root, revision)
  }

  /** Takes in what was charged; a report whose execution has not come yet waits for it. */
  commission(report: CommissionReport): void {
    const { root, revision } = splitExecId(report.execId)
    const fill = this.#memory.fills.get(root)
    if (fill === undefined || revision > fill.revision) {
      const waiting = this.#memory.orphans.get(root) ?? []
      if (waiting.some((one) => saysAsMuch(one, report))) return
      this.#record(report, true)
      this.#memory.keepOrphan(report)
    } else if (isNewCharge(fill.charge, report, revision)) {
      this.#record(report, false)
      this.#charge(fill, report)
    }
  }

  #record(report: CommissionReport, isOrphan: boolean): void {
    this.#batch.commissions.push({ report, recordedAt: this.#settings.clock.stamp(), isOrphan })
  }

  /** Gives a fill the reports that came before it, up to its revision. */
  #claimOrphans(root: ExecRoot, revision: number): void {
    const waiting = this.#memory.orphans.get(root)
    if (waiting === undefined) return
    this.#memory.orphans.delete(root)
    for (const report of waiting) {
      const fill = this.#memory.fills.get(root)
      const reported = splitExecId(report.execId).revision
      if (reported > revision) this.#memory.keepOrphan(report)
      else if (fill && isNewCharge(fill.charge, report, reported)) this.#charge(fill, report)
    }
  }

  #charge(fill: Fill, report: CommissionReport): void {
    if (report.commission === null) return
    const { revision } = splitExecId(report.execId)
    const charge = { amount: report.commission, currency: report.currency, revision }
    const charged: Fill = { ...fill, charge }
    this.#memory.keepFill(charged)
    this.#batch.changeFill(charged)
    if (!this.#isBooked(charged)) return
    const at = this.#settings.clock.stamp()
    const holding = this.#memory.holding(charged.strategy, charged.execution.conId, at)
    holding.refresh(charged)
    if (fill.charge === null) holding.commissionsPending -= 1
    else holding.charge(fill.charge.currency, fill.charge.amount.negated())
    holding.charge(charge.currency, charge.amount)
    holding.changedAt = at
    this.#batch.holdings.add(holding)
    if (!this.#memory.stoodFor.has(charged.execution.permId)) this.#isNews(charged, fill)
  }

  /** A late fill of a strategy that held nothing when its instrument was split. */
  #isBeforeSplit({ position }: Holding, fill: Fill): boolean {
    const slot = slotOf(fill)
    const { lastSlot } = position
    if (lastSlot !== null && compareSlots(slot, lastSlot) > 0) return false
    return this.#memory.adjustments.some(
      (one) => concerns(one, position) && compareSlots(adjustmentSlot(one), slot) > 0,
    )
  }

  /** A fill that takes the place of an entry: of an order's stand-in, else perhaps of residuals. */
  #takesPlace(fill: Fill, was: Fill | null): boolean {
    return this.#isStoodFor(fill) || this.#isNews(fill, was)
  }

  /** Whether a residual may stand for it: what comes of that is known once the ledger is asked. */
  #isNews({ fillId, execution }: Fill, was: Fill | null): boolean {
    const within = this.#memory.residualsWithin.get(execution.conId)
    if (within === undefined) return false
    const first =
      was !== null && was.execution.executedAt < execution.executedAt ? was.execution : execution
    if (first.executedAt > within.until) return false
    if (!this.#news.has(fillId)) this.#news.set(fillId, was)
    return true
  }

  /** A fill that takes the place of an entry: whoever holds that entry is folded anew. */
  #isStoodFor({ execution }: Fill): boolean {
    const { permId, conId } = execution
    if (!this.#memory.stoodFor.has(permId)) return false
    const ofOrder = this.#memory.adjustments.filter(
      (one) => one.standsFor?.permId === permId && one.conId === conId,
    )
    this.#refold(ofOrder)
    return true
  }

  /** Takes over what a fold changed, or marks the position for a fold of its whole history. */
  #place(holding: Holding, changed: readonly Fill[] | null, at: UtcNanos): void {
    const { strategy, conId } = holding.position
    if (changed === null) {
      this.#refolds.set(positionKey(strategy, conId), { strategy, conId })
      this.#batch.holdings.add(holding)
      return
    }
    for (const fill of changed) {
      this.#memory.keepFill(fill)
      this.#batch.changeFill(fill)
    }
    this.#batch.changePosition(holding, at)
  }

  /** What the opening position contains, and what is no position, is recorded but not booked. */
  #isBooked(fill: Fill): boolean {
    return isBooked(fill, this.#memory.openingMoment)
  }
}

/**
 * Whether a report says something else than what is charged: news of the same or a later
 * revision.
 */
function isNewCharge(charge: Charge | null, report: CommissionReport, revision: number): boolean {
  if (report.commission === null) return false
  if (charge === null || revision > charge.revision) return true
  return revision === charge.revision && !isSameCharge(charge, report)
}

/** The report says what is charged already. */
export const isSameCharge = (charge: Charge, { commission, currency }: CommissionReport): boolean =>
  commission !== null && charge.currency === currency && charge.amount.equals(commission)

/** Whether a report already waiting leaves nothing new in another one. */
function saysAsMuch(known: CommissionReport, news: CommissionReport): boolean {
  if (known.execId !== news.execId) return false
  if (news.commission === null) return true
  return known.currency === news.currency && (known.commission?.equals(news.commission) ?? false)
}
