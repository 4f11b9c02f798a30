import { earliestAt } from '#domain/broker-time.ts'
import { openingHolding, openingMoment, type OpeningHolding } from '#domain/opening.ts'
import type { Fill } from '#domain/fill.ts'
import { movesPosition } from '#domain/fill.ts'
import { standing, type Adjustment } from '#domain/adjustment.ts'
import { pointValue } from '#domain/valuation.ts'
import { standingEntries, type CashEntry } from '#domain/cash.ts'
import { entryId } from '#domain/settlement.ts'
import { splitExecId } from '#domain/execution.ts'
import type { BrokerPosition, BrokerSnapshot } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'
import { UNATTRIBUTED, type ConId } from '#shared/ids.ts'
import { ZERO } from '#shared/money.ts'
import { nanosOf, utcMillis } from '#shared/time.ts'
import type { Batch } from './batch.ts'
import type { BookMemory } from './memory.ts'
import { refoldHolding } from './refold.ts'

export type OpeningState = 'awaiting' | 'proposed' | 'confirmed' | 'undone'

/**
 * The broker tells execution times in whole seconds of a clock that is not ours: the first fill
 * after the snapshot may seem to be older than it, by this beyond what its clock is known to be
 * behind. None of the broker's day hides in between, for the snapshot has them all.
 */
const CLOCKS_DIFFER_MS = 60_000

/** Said with the opening: what the broker executes next may seem older than it. */
const NOT_TOLD = '; the broker has not told its time, which is taken for ours'

type Place = { readonly ledger: Ledger; readonly clock: Clock }

/** How far the opening of the book has come, by the journal. */
export function openingState(memory: BookMemory): OpeningState {
  const outcome = memory.openingEntries.at(-1)?.outcome
  return outcome === 'proposed' || outcome === 'confirmed' || outcome === 'undone'
    ? outcome
    : 'awaiting'
}

/** The opening adjustments that stand. */
export const openingAdjustments = (memory: BookMemory): readonly Adjustment[] =>
  standing(memory.adjustments).filter(({ kind }) => kind === 'opening')

/**
 * Books what the broker holds, less what today's fills moved, as the opening position, all of it
 * UNATTRIBUTED. The snapshot must be settled, and every execution in it already taken in.
 * @throws {Error} when the book is open already, or an execution of the snapshot is unknown.
 */
export const proposeOpening =
  (snapshot: BrokerSnapshot, { ledger, clock }: Place) =>
  async (memory: BookMemory, batch: Batch): Promise<void> => {
    const state = openingState(memory)
    if (state === 'proposed' || state === 'confirmed') throw new Error('The book is open already.')
    const fills = await fillsOfSnapshot(snapshot, memory, ledger)
    const { takenAt, clockAheadMs } = snapshot
    const before = utcMillis(earliestAt(takenAt, clockAheadMs) - CLOCKS_DIFFER_MS)
    const at = openingMoment(fills, nanosOf(before))
    const recordedAt = clock.stamp()
    const adjustments = holdingsAtOpening(snapshot, { fills, memory })
      .filter(({ quantity }) => !quantity.isZero())
      .map((holding): Adjustment => ({
        id: `opening-${recordedAt}-${holding.conId}`,
        kind: 'opening',
        strategy: UNATTRIBUTED,
        conId: holding.conId,
        effectiveAt: at,
        quantity: holding.quantity,
        cost: holding.cost,
        ratio: null,
        standsFor: null,
        command: `opening-${recordedAt}`,
        breakId: null,
        author: 'truebook',
        reason: 'Held at the broker before the first fill this book knows',
        reverses: null,
        recordedAt,
      }))
    await post({ ledger, clock, memory, batch }, adjustments)
    const asOurs = clockAheadMs === null ? NOT_TOLD : ''
    journal({ memory, batch, clock }, 'proposed', `${adjustments.length} holdings${asOurs}`)
  }

/** The trader accepts the opening position. @throws {Error} when none is proposed. */
export const confirmOpening =
  ({ clock }: Place) =>
  (memory: BookMemory, batch: Batch): Promise<void> => {
    if (openingState(memory) !== 'proposed') throw new Error('No opening position is proposed.')
    journal({ memory, batch, clock }, 'confirmed', '')
    return Promise.resolve()
  }

/** Takes the opening position, and the cash with it, back by a reversal of each of its entries. */
export const undoOpening =
  ({ ledger, clock }: Place) =>
  async (memory: BookMemory, batch: Batch): Promise<void> => {
    const opening = openingAdjustments(memory)
    const state = openingState(memory)
    if (state === 'awaiting' || state === 'undone')
      throw new Error('No opening position is booked.')
    const recordedAt = clock.stamp()
    const reversals = opening.map((entry): Adjustment => ({
      ...entry,
      id: `reversal-${recordedAt}-${entry.conId}`,
      kind: 'reversal',
      command: `reversal-${recordedAt}`,
      quantity: entry.quantity.negated() as Adjustment['quantity'],
      cost: entry.cost?.negated() ?? null,
      author: 'trader',
      reason: 'The opening position was taken back',
      reverses: entry.id,
      recordedAt,
    }))
    const cash = standingEntries(memory.cashEntries)
      .filter((entry) => entry.class === 'opening')
      .map((entry, index): CashEntry => ({
        ...entry,
        id: entryId(`reversal-${recordedAt}`, index),
        amount: entry.amount.negated() as CashEntry['amount'],
        author: 'trader',
        reverses: entry.id,
        recordedAt,
      }))
    memory.cashEntries.push(...cash)
    batch.cashEntries.push(...cash)
    await post({ ledger, clock, memory, batch }, reversals)
    journal({ memory, batch, clock }, 'undone', `${reversals.length} holdings`)
  }

type Posting = Place & { readonly memory: BookMemory; readonly batch: Batch }

/** Writes adjustments and folds every position anew that they, or a moved opening, concern. */
async function post(to: Posting, adjustments: readonly Adjustment[]): Promise<void> {
  to.memory.addAdjustments(adjustments)
  to.batch.adjustments.push(...adjustments)
  const keys = new Map<string, { strategy: Adjustment['strategy']; conId: ConId }>()
  const held = [...to.memory.holdings.values()].map(({ position }) => position)
  // Fills the opening covered, which nothing was booked of, may count again.
  const all = [...adjustments, ...held, ...(await to.ledger.positionKeys())]
  for (const { strategy, conId } of all) keys.set(`${strategy}|${conId}`, { strategy, conId })
  for (const key of keys.values()) await refoldHolding(to, key)
}

/** @throws {Error} when an execution of the snapshot has not been taken in, or was corrected. */
async function fillsOfSnapshot(
  { executions }: BrokerSnapshot,
  memory: BookMemory,
  ledger: Ledger,
): Promise<readonly Fill[]> {
  const roots = executions.map(({ execId }) => splitExecId(execId).root)
  // Memory keeps only the last thousands of a day.
  const unknown = roots.filter((root) => !memory.fills.has(root))
  const forgotten = unknown.length === 0 ? [] : await ledger.findFills(unknown)
  const kept = new Map(forgotten.map((fill) => [fill.fillId, fill]))
  return executions.map(({ execId }) => {
    const { root } = splitExecId(execId)
    const fill = memory.fills.get(root) ?? kept.get(root)
    if (fill === undefined) throw new Error('The snapshot has an execution the book has not seen.')
    if (fill.execution.execId !== execId)
      throw new Error('An execution of the snapshot has been corrected since.')
    return fill
  })
}

function holdingsAtOpening(
  snapshot: BrokerSnapshot,
  from: { readonly fills: readonly Fill[]; readonly memory: BookMemory },
): readonly OpeningHolding[] {
  const counted = from.fills.filter(({ secType }) => movesPosition(secType))
  const held = new Map(
    snapshot.positions
      .filter(({ instrument }) => movesPosition(instrument.secType))
      .map((position) => [position.conId, position]),
  )
  const conIds = new Set([...held.keys(), ...counted.map(({ execution }) => execution.conId)])
  return [...conIds].map((conId) =>
    openingHolding(
      termsOf(conId, held.get(conId), from.memory),
      counted.filter(({ execution }) => execution.conId === conId),
    ),
  )
}

function termsOf(
  conId: ConId,
  held: BrokerPosition | undefined,
  memory: BookMemory,
): Parameters<typeof openingHolding>[0] {
  const instrument = memory.instruments.get(conId) ?? held?.instrument
  return {
    conId,
    quantity: held?.quantity ?? ZERO,
    averageCost: held?.averageCost ?? null,
    currency: instrument?.currency ?? null,
    pointValue: instrument === undefined ? null : pointValue(instrument),
  }
}

function journal(
  to: { readonly memory: BookMemory; readonly batch: Batch; readonly clock: Clock },
  outcome: OpeningState,
  detail: string,
): void {
  to.memory.journalLength += 1
  const entry = {
    seq: to.memory.journalLength,
    at: to.clock.stamp(),
    author: outcome === 'proposed' ? 'truebook' : 'trader',
    command: 'opening.' + outcome,
    outcome,
    detail,
  }
  to.memory.openingEntries.push(entry)
  to.batch.journal.push(entry)
}
