import { acknowledged, settled, undone } from '#domain/break-life.ts'
import type { Adjustment } from '#domain/adjustment.ts'
import type { CashEntry } from '#domain/cash.ts'
import { planInBulk } from '#domain/settle.ts'
import type { Entries, SettlePlan, SettleRefusal, SettleRequest } from '#domain/settlement.ts'
import { planUndo, UNDO_REFUSALS } from '#domain/undo.ts'
import type { Clock } from '#ports/clock.ts'
import type { Break } from '#shared/break.ts'
import { EVERY_STRATEGY } from '#shared/ids.ts'
import { err, type Result } from '#shared/result.ts'
import type { Batch } from './batch.ts'
import { refolding } from './dated-split.ts'
import type { BookMemory } from './memory.ts'
import { refoldHolding } from './refold.ts'
import {
  positionsIn,
  requestOf,
  writtenIn,
  type SettlingPlace,
  type Wanted,
} from './settle-request.ts'

/** What came of one break. */
export type Outcome = {
  readonly breakId: string
  readonly plan: Result<SettlePlan, SettleRefusal>
  /** The command that wrote it, or would. */
  readonly command: string
}

/** What settling would write, on the book as it is; writes nothing. */
export async function previewSettlement(
  place: SettlingPlace,
  wanted: Wanted,
  memory: BookMemory,
): Promise<readonly Outcome[]> {
  const requests: (SettleRequest | null)[] = []
  for (const one of wanted.breaks) requests.push(await requestOf(place, { ...wanted, one }, memory))
  const known = requests.filter((request) => request !== null)
  const refold = await refolding({ ...place, memory }, known)
  const plans = new Map(
    planInBulk(known, refold).map((plan, index) => [known[index]?.break.id ?? '', plan]),
  )
  return wanted.breaks.map(({ breakId }, index) => ({
    breakId,
    plan: plans.get(breakId) ?? err('nothing-to-settle'),
    command: requests[index]?.writing.command ?? '',
  }))
}

/**
 * Writes what the preview shows of the book as it is by then, in one transaction; what is refused
 * is left alone and said in the outcome.
 */
export const settleBreaks =
  (place: SettlingPlace, wanted: Wanted, outcomes: Outcome[]) =>
  async (memory: BookMemory, batch: Batch): Promise<void> => {
    const planned = await previewSettlement(place, wanted, memory)
    // A batch that is decided again runs its commands again.
    outcomes.splice(0, outcomes.length, ...planned)
    const written: Written = { adjustments: [], cashEntries: [] }
    for (const { breakId, plan, command } of planned) {
      const broken = memory.breaks.get(breakId)
      const how = `${breakId}: ${wanted.settlement.how}`
      const to = { place, memory, batch }
      if (!plan.ok || broken === undefined) {
        journal(to, ['reconcile.settle', plan.ok ? 'nothing-to-settle' : plan.error, how])
        continue
      }
      if (plan.value.asksBroker) continue
      written.adjustments.push(...plan.value.adjustments)
      written.cashEntries.push(...plan.value.cashEntries)
      keepBreak(to, command, afterPlan(broken, plan.value, { command, clock: place.clock }))
      journal(to, ['reconcile.settle', plan.value.note === null ? 'settled' : 'acknowledged', how])
    }
    await post({ place, memory, batch }, written)
  }

/** Takes back what a command wrote. @throws {Error} in words, when nothing of it stands. */
export const undoSettlement =
  (place: SettlingPlace, command: string) =>
  async (memory: BookMemory, batch: Batch): Promise<void> => {
    const { clock } = place
    const recordedAt = clock.stamp()
    const writing = {
      command: `undo-${recordedAt}`,
      author: place.author,
      reason: 'The settlement was taken back',
      ...{ effectiveAt: recordedAt, recordedAt },
    }
    const plan = planUndo({ command, ...writtenIn(memory) }, writing)
    if (!plan.ok) throw new Error(UNDO_REFUSALS[plan.error])
    const to = { place, memory, batch }
    for (const one of [...memory.breaks.values()]) {
      if (one.settledBy === command) keepBreak(to, writing.command, undone(one))
    }
    journal(to, ['reconcile.undo', 'undone', command])
    await post(to, plan.value)
  }

function afterPlan(
  broken: Break,
  { note }: SettlePlan,
  by: { readonly command: string; readonly clock: Clock },
): Break {
  if (note !== null) return acknowledged(broken, note)
  return settled(broken, by.command, by.clock.now())
}

type To = {
  readonly place: SettlingPlace
  readonly memory: BookMemory
  readonly batch: Batch
}

function keepBreak({ place, memory, batch }: To, command: string, one: Break): void {
  memory.breaks.set(one.id, one)
  batch.breaks.push({ recordedAt: place.clock.stamp(), run: null, command, break: one })
}

function journal(
  { place, memory, batch }: To,
  [command, outcome, detail]: readonly [string, string, string],
): void {
  memory.journalLength += 1
  const at = place.clock.stamp()
  const { author } = place
  const entry = { seq: memory.journalLength, at, author, command, outcome, detail }
  batch.journal.push(entry)
}

/** What settlements write. */
type Written = { readonly adjustments: Adjustment[]; readonly cashEntries: CashEntry[] }

/** Writes entries, and folds every position anew that they concern. */
async function post(
  { place, memory, batch }: To,
  { adjustments, cashEntries }: Entries,
): Promise<void> {
  memory.addAdjustments(adjustments)
  batch.adjustments.push(...adjustments)
  memory.cashEntries.push(...cashEntries)
  batch.cashEntries.push(...cashEntries)
  const keys = new Map<string, Pick<Adjustment, 'strategy' | 'conId'>>()
  const own = adjustments.filter(({ strategy }) => strategy !== EVERY_STRATEGY)
  const touched = new Set(adjustments.map(({ conId }) => conId))
  const held = [...touched].flatMap((conId) => positionsIn(memory, conId))
  for (const { strategy, conId } of [...own, ...held]) {
    keys.set(`${strategy}|${conId}`, { strategy, conId })
  }
  for (const key of keys.values()) {
    await refoldHolding({ ledger: place.ledger, clock: place.clock, memory, batch }, key)
  }
}
