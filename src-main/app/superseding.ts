import { fillAsOf, type FillAsOf, type FillFacts } from '#domain/as-of.ts'
import { isBooked, signedQuantity, type Fill } from '#domain/fill.ts'
import { handedOver } from '#domain/handed-over.ts'
import { supersedingCommand, type LateExecution, type Within } from '#domain/late-execution.ts'
import { slotOf } from '#domain/slot.ts'
import { supersede } from '#domain/superseding.ts'
import { pointValue } from '#domain/valuation.ts'
import type { Clock } from '#ports/clock.ts'
import type { Facts } from '#ports/facts.ts'
import { present } from '#shared/assert.ts'
import { grouped } from '#shared/grouped.ts'
import type { ConId, ExecRoot, StrategyId } from '#shared/ids.ts'
import { text, toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Batch } from './batch.ts'
import { END } from './ends.ts'
import { supersedingKey } from './given-fills.ts'
import type { BookMemory } from './memory.ts'

type Place = {
  readonly ledger: { readonly facts: Pick<Facts, 'lateIn'> }
  readonly memory: BookMemory
  readonly batch: Batch
  readonly clock: Clock
}

/** What an entry is of that gave way or came back: its position is to be folded anew. */
type Gave = { readonly strategy: StrategyId; readonly conId: ConId }

/** Fills that are news of executions a residual may stand for, each as it was known before. */
type News = ReadonlyMap<ExecRoot, Fill | null>

/**
 * Lets residuals give way to the executions that have turned up, or get back what these turn out
 * not to tell, and says so in the journal.
 */
export async function superseding(place: Place, news: News): Promise<readonly Gave[]> {
  const gave: Gave[] = []
  const told = [...news.keys()].map((root) =>
    present(place.memory.fills.get(root), `the fill ${root}`),
  )
  for (const [conId, fills] of grouped(told, ({ execution }) => execution.conId)) {
    const within = place.memory.residualsWithin.get(conId)
    // They were all taken back since, in the very same batch.
    if (within === undefined) continue
    const known = await knownIn(place, conId, within)
    for (const fill of fills) {
      const was = news.get(fill.fillId) ?? null
      const late = lateAgain(place, { fill, was, known: known.get(fill.fillId) })
      if (late === null) continue
      if (isTold(place.memory, fill)) known.set(fill.fillId, late)
      else known.delete(fill.fillId)
      gave.push(...giveWay(place, { fill, was, executions: [...known.values()] }))
      await place.clock.turn()
    }
  }
  return gave
}

/** What the ledger knows of the instrument's executions that turned up after a settlement. */
export async function knownIn(
  { ledger, memory }: Pick<Place, 'ledger' | 'memory'>,
  conId: ConId,
  within: Within,
): Promise<Map<ExecRoot, LateExecution>> {
  const facts = await ledger.facts.lateIn(conId, within)
  const known = new Map<ExecRoot, LateExecution>()
  for (const one of facts) {
    const fill = fillAsOf(one, { at: END, knownAt: END })
    if (fill !== null && isTold(memory, fill)) known.set(one.fillId, lateOf(fill, one, memory))
  }
  return known
}

/** A stand-in's executions are told by their order, and what is not booked by nobody. */
const isTold = (memory: BookMemory, fill: FillAsOf): boolean =>
  isBooked(fill, memory.openingMoment) && !memory.stoodFor.has(fill.execution.permId)

type First = { readonly knownAt: UtcNanos; readonly strategy: StrategyId }

function lateOf(fill: FillAsOf, facts: FillFacts, memory: BookMemory): LateExecution {
  const times = facts.revisions.map(({ recordedAt }) => recordedAt)
  const given = facts.attributions.toSorted((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1))
  const knownAt = times.reduce((first, one) => (one < first ? one : first))
  return late(fill, { knownAt, strategy: given[0]?.strategy ?? fill.strategy }, memory)
}

function late(fill: FillAsOf, first: First, memory: BookMemory): LateExecution {
  const { execution, charge } = fill
  const { conId, price } = execution
  const instrument = memory.instruments.get(conId)
  const point = instrument === undefined ? null : pointValue(instrument)
  const isInCurrency = charge?.currency === instrument?.currency
  return {
    ...{ root: fill.fillId, conId, price, slot: slotOf(fill), ...first },
    quantity: signedQuantity(execution),
    charge:
      charge === null || point === null || !isInCurrency
        ? ZERO
        : toLedgerScale(charge.amount.dividedBy(point)),
  }
}

type Again = {
  readonly fill: Fill
  readonly was: Fill | null
  /** By what the ledger has. */
  readonly known: LateExecution | undefined
}

/** An execution as this batch has it; null where the book knew it before any settlement. */
function lateAgain({ memory, batch }: Place, { fill, was, known }: Again): LateExecution | null {
  if (known !== undefined) return late(fill, known, memory)
  if (was !== null) return null
  const told = batch.executions.find(({ execution }) => execution.execId === fill.execution.execId)
  const { recordedAt } = present(told, `when ${fill.fillId} turned up`)
  return late(fill, { knownAt: recordedAt, strategy: fill.strategy }, memory)
}

type Way = {
  readonly fill: Fill
  readonly was: Fill | null
  readonly executions: readonly LateExecution[]
}

function giveWay(place: Place, { fill, was, executions }: Way): readonly Gave[] {
  const { memory, batch, clock } = place
  const { conId, executedAt } = fill.execution
  const command = supersedingCommand(fill.fillId)
  const recordedAt = clock.stamp()
  const entries = supersede(
    memory.adjustments,
    { conId, executions },
    {
      ...{ command, author: 'truebook', reason: reasonOf(fill, was) },
      ...{ effectiveAt: executedAt, recordedAt },
    },
  )
  memory.addAdjustments(entries)
  batch.adjustments.push(...entries)
  const adjustments = memory.adjustments.filter((one) => one.conId === conId)
  const carried = handedOver({ adjustments, entries, fill, was, recordedAt })
  memory.given.byCommand.set(supersedingKey(fill.fillId, recordedAt), carried)
  tell(place, fill, entries)
  return entries.map(({ strategy }) => ({ strategy, conId }))
}

function reasonOf({ execution, charge }: Fill, was: Fill | null): string {
  const { execId, price } = execution
  const told = `${text(signedQuantity(execution))} at ${text(price)}`
  if (was === null) return `Execution ${execId} turned up: ${told}`
  if (was.execution !== execution) return `Execution ${execId} was corrected: ${told}`
  return `Execution ${execId} was charged ${text(charge?.amount ?? ZERO)}`
}

/** Which settlements gave way to which execution, or got back what it tells no more. */
function tell({ memory, batch, clock }: Place, { execution }: Fill, entries: Entries): void {
  const reversed = new Set(entries.map(({ reverses }) => reverses))
  const before = memory.adjustments.filter(({ id }) => reversed.has(id))
  const after = entries.filter(({ reverses }) => reverses === null)
  const [had, has] = [unitsOf(before), unitsOf(after)]
  if (had.equals(has)) return
  const outcome = had.lessThan(has) ? 'came back' : 'superseded'
  const commands = new Set([...before, ...after].map(({ command }) => command))
  const isInPart = outcome === 'superseded' && !has.isZero()
  memory.journalLength += 1
  batch.journal.push({
    ...{ seq: memory.journalLength, at: clock.stamp(), author: 'truebook' },
    command: 'reconcile.supersede',
    outcome: isInPart ? 'superseded in part' : outcome,
    detail: `${[...commands].join(', ')}: by execution ${execution.execId}`,
  })
}

type Entries = BookMemory['adjustments']

const unitsOf = (entries: Entries): Decimal =>
  entries.reduce<Decimal>((sum, { quantity }) => sum.plus(quantity.abs()), ZERO)
