import type { Adjustment } from '#domain/adjustment.ts'
import { carriedBetween, type Carried } from '#domain/carried.ts'
import { isBooked, type Fill } from '#domain/fill.ts'
import { positionKey } from '#domain/position.ts'
import {
  choosing,
  planReattributionInSteps,
  REATTRIBUTION_REFUSALS,
  undoReattributionInSteps,
  type Attributed,
  type Chosen,
  type ReattributionPlan,
  type ReattributionRefusal,
} from '#domain/reattribution.ts'
import type { Clock } from '#ports/clock.ts'
import type { Reattributed } from '#ports/history.ts'
import type { Ledger } from '#ports/ledger.ts'
import { present } from '#shared/assert.ts'
import type { ConId, ExecRoot, StrategyId } from '#shared/ids.ts'
import { err, type Result } from '#shared/result.ts'
import type { UtcNanos } from '#shared/time.ts'
import { Batch } from './batch.ts'
import { journalIn } from './journal.ts'
import type { BookMemory } from './memory.ts'
import { metAdjustments } from './met.ts'
import { historyOf, refoldHolding } from './refold.ts'
import { runInTurns } from './turns.ts'

/** Fills of an orderRef read before others get their turn. */
const CHUNK = 1_000

export type AttributingPlace = { readonly ledger: Ledger; readonly clock: Clock }

/** Fills, or all that carry an orderRef, to be given to a strategy. */
export type Giving = {
  readonly chosen: Chosen
  readonly to: StrategyId
  /** Empty: said by what is chosen. */
  readonly reason: string
  /** How many fills the preview said would move; another number is refused. Null: any. */
  readonly expected: number | null
}

/** What a command came to; filled in when it runs. */
export type Gave = { command: string; plan: ReattributionPlan | null }

type At = AttributingPlace & { readonly memory: BookMemory; readonly batch: Batch }

/** What giving would write and change, on the book as it is; writes nothing. */
export const previewReattribution = (
  place: AttributingPlace,
  { chosen, to }: Pick<Giving, 'chosen' | 'to'>,
  memory: BookMemory,
): Promise<Result<ReattributionPlan, ReattributionRefusal>> =>
  planned({ ...place, memory, batch: new Batch() }, { chosen, to, writing: writingOf('preview') })

/**
 * Gives fills to another strategy, in one transaction: who they belong to since when, the fills,
 * the positions folded anew, and what an undo needs.
 * @throws {Error} in words, when it is refused; then nothing is written.
 */
export const giveFills =
  (place: AttributingPlace, { chosen, to, reason, expected }: Giving, gave: Gave) =>
  async (memory: BookMemory, batch: Batch): Promise<void> => {
    const at = { ...place, memory, batch }
    const recordedAt = place.clock.stamp()
    const command = `attribute-${recordedAt}`
    const plan = await planned(at, { chosen, to, writing: writingOf(command, recordedAt) })
    if (!plan.ok) throw new Error(REATTRIBUTION_REFUSALS[plan.error])
    const { rows } = plan.value
    if (expected !== null && expected !== rows.length) {
      throw new Error('More or less was executed meanwhile: look at the new preview.')
    }
    const why = reason === '' ? wordsOf(chosen) : reason
    await write(at, plan.value, { command, recordedAt, reason: why, undoes: null })
    const detail = `${command}: ${wordsOf(chosen)} to ${to}, ${rows.length} moved`
    journalIn(at, place.clock, { command: 'attribution.apply', outcome: 'given', detail })
    Object.assign(gave, { command, plan: plan.value })
  }

/**
 * Gives back what a command gave, fill by fill, as far as nobody else was given it since.
 * @throws {Error} in words, when it is refused; then nothing is written.
 */
export const takeFillsBack =
  (place: AttributingPlace, undoes: string, gave: Gave) =>
  async (memory: BookMemory, batch: Batch): Promise<void> => {
    const at = { ...place, memory, batch }
    const recordedAt = place.clock.stamp()
    const command = `undo-${recordedAt}`
    const plan = await plannedBack(at, undoes, writingOf(command, recordedAt))
    if (!plan.ok) throw new Error(REATTRIBUTION_REFUSALS[plan.error])
    const reason = 'The re-attribution was taken back'
    await write(at, plan.value, { command, recordedAt, reason, undoes })
    const detail = `${undoes}: ${plan.value.rows.length} given back`
    journalIn(at, place.clock, { command: 'attribution.undo', outcome: 'undone', detail })
    Object.assign(gave, { command, plan: plan.value })
  }

type Writing = { readonly by: string; readonly recordedAt: UtcNanos }

const writingOf = (command: string, recordedAt = 0n as UtcNanos): Writing => ({
  by: `trader: ${command}`,
  recordedAt,
})

const wordsOf = (chosen: Chosen): string => {
  if ('orderRef' in chosen) return `Every fill of orderRef ${chosen.orderRef}`
  const { length } = chosen.fillIds
  return length === 1 ? `Fill ${chosen.fillIds[0] ?? ''}` : `${length} fills`
}

async function planned(
  at: At,
  { chosen, to, writing }: Pick<Giving, 'chosen' | 'to'> & { readonly writing: Writing },
): Promise<Result<ReattributionPlan, ReattributionRefusal>> {
  const meant = await meantBy(at, chosen)
  const book = await bookOf(at, meant, () => to)
  return runInTurns(planReattributionInSteps({ chosen, to, ...writing }, book), at.clock)
}

async function plannedBack(
  at: At,
  command: string,
  writing: Writing,
): Promise<Result<ReattributionPlan, ReattributionRefusal>> {
  // What this very batch gives back is not in the ledger yet.
  const since = at.batch.reattributed.filter(({ undoes }) => undoes === command)
  const all = [...(await at.ledger.history.reattributed(command)), ...since]
  const own = all.filter((one) => one.command === command)
  if (own.length === 0) return err('unknown-command')
  if (own.some(({ undoes }) => undoes !== null)) return err('is-an-undo')
  const done = new Set(all.filter(({ undoes }) => undoes === command).map(({ fillId }) => fillId))
  const left = own.filter(({ fillId }) => !done.has(fillId))
  if (left.length === 0) return err('already-undone')
  const was = new Map(left.map((one) => [one.fillId, one.was]))
  const meant = await meantBy(at, { fillIds: [...was.keys()] })
  const book = await bookOf(at, meant, ({ fillId }) => was.get(fillId))
  const rows = left.map(({ fillId, strategy, recordedAt }) => {
    return { fillId, strategy, recordedAt, by: `trader: ${command}` }
  })
  const before = left.map(({ fillId, was: strategy }) => ({ fillId, strategy }))
  return runInTurns(undoReattributionInSteps({ rows, before }, writing, book), at.clock)
}

/** The fills that are chosen, as they are once this batch is written. */
async function meantBy(at: At, chosen: Chosen): Promise<readonly Fill[]> {
  const now = new Map(at.batch.fills().map((fill) => [fill.fillId, fill]))
  const before =
    'orderRef' in chosen ? await ofOrderRef(at, chosen.orderRef) : await ofIds(at, chosen)
  const meant = new Map(before.map((fill) => [fill.fillId, now.get(fill.fillId) ?? fill]))
  for (const fill of [...now.values()].filter(choosing(chosen))) meant.set(fill.fillId, fill)
  return [...meant.values()]
}

async function ofIds(
  { ledger }: At,
  { fillIds }: { readonly fillIds: readonly ExecRoot[] },
): Promise<readonly Fill[]> {
  const found: Fill[] = []
  for (let from = 0; from < fillIds.length; from += CHUNK) {
    found.push(...(await ledger.findFills(fillIds.slice(from, from + CHUNK))))
  }
  return found
}

async function ofOrderRef({ ledger, clock }: At, orderRef: string): Promise<readonly Fill[]> {
  const found: Fill[] = []
  let after: ExecRoot | null = null
  for (;;) {
    const page: readonly Fill[] = await ledger.history.fillsOfOrderRef(orderRef, {
      after,
      limit: CHUNK,
    })
    found.push(...page)
    if (page.length < CHUNK) return found
    after = page.at(-1)?.fillId ?? null
    await clock.turn()
  }
}

/** Every position the fills are in, or are to be in, with all that makes it up. */
async function bookOf(
  at: At,
  meant: readonly Fill[],
  toWhom: (fill: Fill) => StrategyId | undefined,
): Promise<Attributed> {
  const { memory, clock } = at
  const { openingMoment } = memory
  const keys = new Map<string, { readonly strategy: StrategyId; readonly conId: ConId }>()
  for (const fill of meant) {
    if (!isBooked(fill, openingMoment)) continue
    const { conId } = fill.execution
    for (const strategy of [fill.strategy, toWhom(fill) ?? fill.strategy]) {
      keys.set(positionKey(strategy, conId), { strategy, conId })
    }
  }
  const fills: Fill[] = []
  for (const key of keys.values()) {
    const history = await historyOf(at, key)
    for (const fill of history) if (isBooked(fill, openingMoment)) fills.push(fill)
    await clock.turn()
  }
  const adjustments: Adjustment[] = []
  for (const conId of new Set([...keys.values()].map((key) => key.conId))) {
    adjustments.push(...(await metAdjustments(at, conId)))
  }
  const unbooked = meant.filter((fill) => !isBooked(fill, openingMoment))
  return { fills, unbooked, adjustments }
}

type Record = Pick<Reattributed, 'command' | 'recordedAt' | 'reason' | 'undoes'>

async function write(at: At, plan: ReattributionPlan, record: Record): Promise<void> {
  const { memory, batch } = at
  const was = new Map(plan.before.map((fill) => [fill.fillId, fill.strategy]))
  for (const row of plan.rows) {
    const { fillId, strategy } = row
    batch.attributions.push(row)
    const before = present(was.get(fillId), `whose ${fillId} was`)
    batch.reattributed.push({ ...record, author: 'trader', fillId, strategy, was: before })
  }
  for (const fill of plan.fills) {
    if (memory.fills.has(fill.fillId)) memory.keepFill(fill)
    batch.changeFill(fill)
  }
  const carried: Carried[] = []
  for (const { strategy, conId } of plan.effects) {
    const holding = memory.holding(strategy, conId, record.recordedAt)
    const then = holding.record()
    await refoldHolding(at, { strategy, conId })
    carried.push(carriedBetween(then, holding.record(), record.recordedAt))
  }
  memory.given.byCommand.set(record.command, carried)
}
