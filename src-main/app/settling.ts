import { acknowledged, settled, undone } from '#domain/break-life.ts'
import { standing, type Adjustment } from '#domain/adjustment.ts'
import { planInBulk } from '#domain/settle.ts'
import type { Settlement, SettlePlan, SettleRefusal, SettleRequest } from '#domain/settlement.ts'
import { planUndo, UNDO_REFUSALS } from '#domain/undo.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { Break } from '#shared/break.ts'
import { EVERY_STRATEGY, type ConId } from '#shared/ids.ts'
import { ZERO, type Decimal } from '#shared/money.ts'
import { err, type Result } from '#shared/result.ts'
import { utcNanos, type UtcNanos } from '#shared/time.ts'
import { accountCostOf } from './account-costs.ts'
import type { Batch } from './batch.ts'
import type { BookMemory } from './memory.ts'
import { refoldHolding } from './refold.ts'

export type SettlingPlace = {
  readonly ledger: Ledger
  readonly clock: Clock
  /** What the broker said a holding cost in the last run; null when unknown. */
  readonly brokerAverage: (conId: ConId) => Decimal | null
}

/** Breaks to be settled alike, each at the revision it was shown with. */
export type Wanted = {
  readonly breaks: readonly { readonly breakId: string; readonly revision: number }[]
  readonly settlement: Settlement
  readonly reason: string
}

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
  const plans = new Map(
    planInBulk(known).map((plan, index) => [known[index]?.break.id ?? '', plan]),
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
    const written: Adjustment[] = []
    for (const { breakId, plan, command } of planned) {
      const broken = memory.breaks.get(breakId)
      const how = `${breakId}: ${wanted.settlement.how}`
      const to = { place, memory, batch }
      if (!plan.ok || broken === undefined) {
        journal(to, ['reconcile.settle', plan.ok ? 'nothing-to-settle' : plan.error, how])
        continue
      }
      written.push(...plan.value.adjustments)
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
      author: 'trader',
      reason: 'The settlement was taken back',
      ...{ effectiveAt: recordedAt, recordedAt },
    }
    const settling = memory.adjustments.filter(({ breakId }) => breakId !== null)
    const plan = planUndo({ command, adjustments: settling, cashEntries: [] }, writing)
    if (!plan.ok) throw new Error(UNDO_REFUSALS[plan.error])
    const to = { place, memory, batch }
    for (const one of [...memory.breaks.values()]) {
      if (one.settledBy === command) keepBreak(to, writing.command, undone(one))
    }
    journal(to, ['reconcile.undo', 'undone', command])
    await post(to, plan.value.adjustments)
  }

/** One settlement that was written, newest first. */
export type Written = {
  readonly first: Adjustment
  readonly entries: number
  readonly isUndone: boolean
}

/** Every settlement that wrote entries. */
export function settlementsOf({ adjustments }: BookMemory): readonly Written[] {
  const stands = new Set(standing(adjustments).map(({ id }) => id))
  const commands = new Map<string, Adjustment[]>()
  for (const entry of adjustments) {
    if (entry.breakId === null || entry.reverses !== null) continue
    const others = commands.get(entry.command)
    if (others) others.push(entry)
    else commands.set(entry.command, [entry])
  }
  return [...commands.values()]
    .flatMap((entries) => {
      const [first] = entries
      const isUndone = entries.every(({ id }) => !stands.has(id))
      return first === undefined ? [] : [{ first, entries: entries.length, isUndone }]
    })
    .toSorted((a, b) => (a.first.recordedAt < b.first.recordedAt ? 1 : -1))
}

type One = Wanted & { readonly one: Wanted['breaks'][number] }

async function requestOf(
  { ledger, clock, brokerAverage }: SettlingPlace,
  { settlement, reason, one }: One,
  memory: BookMemory,
): Promise<SettleRequest | null> {
  const broken = memory.breaks.get(one.breakId)
  if (broken === undefined) return null
  const { conId } = broken
  const positions = conId === null ? [] : positionsIn(memory, conId)
  const cost = conId === null ? null : await accountCostOf({ ledger, clock, memory }, conId)
  const held = positions.reduce<Decimal>((sum, { quantity }) => sum.plus(quantity), ZERO)
  // The book has taken in more than is committed: what was shown is no longer so.
  const isBehind = cost !== null && !cost.position.quantity.equals(held)
  const recordedAt = clock.stamp()
  return {
    break: broken,
    revision: isBehind ? -1 : one.revision,
    settlement,
    instrument: conId === null ? null : (memory.instruments.get(conId) ?? null),
    underlying: null,
    positions,
    cost,
    orderFills: [],
    brokerAverage: conId === null ? null : brokerAverage(conId),
    writing: {
      command: `settle-${recordedAt}`,
      author: 'trader',
      reason: reason === '' ? settlement.how : reason,
      effectiveAt: afterAll(positions, recordedAt),
      recordedAt,
    },
  }
}

const positionsIn = (memory: BookMemory, conId: ConId): SettleRequest['positions'] =>
  memory.keysOf(conId).flatMap((key) => memory.holdings.get(key)?.position ?? [])

/** Now, or right after the last fill: the broker's clock may be ahead of ours. */
function afterAll(positions: SettleRequest['positions'], now: UtcNanos): UtcNanos {
  const last = positions.reduce((latest, { lastSlot }) => {
    const at = lastSlot?.at ?? 0n
    return at > latest ? at : latest
  }, 0n)
  return last >= now ? utcNanos(last + 1n) : now
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
  const entry = { seq: memory.journalLength, at, author: 'trader', command, outcome, detail }
  batch.journal.push(entry)
}

/** Writes entries, and folds every position anew that they concern. */
async function post(
  { place, memory, batch }: To,
  adjustments: readonly Adjustment[],
): Promise<void> {
  memory.addAdjustments(adjustments)
  batch.adjustments.push(...adjustments)
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
