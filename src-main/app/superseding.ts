import {
  residualsFor,
  supersede,
  supersedeCharge,
  supersedingCommand,
} from '#domain/late-execution.ts'
import type { LateExecution } from '#domain/late-execution.ts'
import { isBooked, signedQuantity, type Fill } from '#domain/fill.ts'
import { pointValue } from '#domain/valuation.ts'
import type { Clock } from '#ports/clock.ts'
import type { ConId, StrategyId } from '#shared/ids.ts'
import { text, toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import type { Batch } from './batch.ts'
import type { BookMemory } from './memory.ts'

type Place = {
  readonly memory: BookMemory
  readonly batch: Batch
  readonly clock: Pick<Clock, 'stamp'>
}

/** What an entry is of that gave way: its position is to be folded anew. */
type Gave = { readonly strategy: StrategyId; readonly conId: ConId }

/**
 * Lets the residuals give way that a new execution explains, and says so in the journal. The book
 * has settled none of them knowing it: an execution is new once.
 */
export const superseding = (place: Place, fill: Fill): readonly Gave[] =>
  giveWay(place, fill, signedQuantity(fill.execution))

/**
 * The same for an execution that is corrected: where it took the place of something before, and
 * turns out to be larger, it goes on with what it has more. One that turns out to be smaller gives
 * nothing back: then it is the broker that holds less.
 */
export function supersedingMore(place: Place, known: Fill, fill: Fill): readonly Gave[] {
  const command = supersedingCommand(fill.fillId)
  const { openingMoment } = place.memory
  if (!isKnown(place.memory, command)) return []
  if (!isBooked(known, openingMoment) || !isBooked(fill, openingMoment)) return []
  const now = signedQuantity(fill.execution)
  const more = now.minus(signedQuantity(known.execution))
  return more.isZero() || more.isNegative() !== now.isNegative() ? [] : giveWay(place, fill, more)
}

/** The same for what an execution is charged, or is charged more, once it is told. */
export function supersedingCharge(place: Place, known: Fill, fill: Fill): readonly Gave[] {
  const { memory, batch, clock } = place
  const { conId, execId, executedAt } = fill.execution
  const command = supersedingCommand(fill.fillId)
  const instrument = memory.instruments.get(conId)
  const point = instrument === undefined ? null : pointValue(instrument)
  const isOfOne = memory.residualsUntil.has(conId) && isKnown(memory, command)
  if (!isOfOne || point === null || fill.charge?.currency !== instrument?.currency) return []
  const more = (fill.charge?.amount ?? ZERO).minus(known.charge?.amount ?? ZERO)
  const entries = supersedeCharge(memory.adjustments, toLedgerScale(more.dividedBy(point)), {
    ...{ command, author: 'truebook', reason: `Execution ${execId} was charged ${text(more)}` },
    ...{ effectiveAt: executedAt, recordedAt: clock.stamp() },
  })
  memory.addAdjustments(entries)
  batch.adjustments.push(...entries)
  return entries.map(({ strategy }) => ({ strategy, conId }))
}

const isKnown = ({ adjustments }: BookMemory, command: string): boolean =>
  adjustments.some((one) => one.command === command)

function giveWay(place: Place, fill: Fill, quantity: Decimal): readonly Gave[] {
  const { memory, clock } = place
  const { execId, conId, executedAt, price } = fill.execution
  const until = memory.residualsUntil.get(conId)
  if (until === undefined || executedAt > until) return []
  const late: LateExecution = { conId, strategy: fill.strategy, executedAt, quantity, price }
  const before = memory.adjustments
  const given = residualsFor(before, late)
  if (given.length === 0) return []
  const recordedAt = clock.stamp()
  const entries = supersede(before, late, {
    command: supersedingCommand(fill.fillId),
    author: 'truebook',
    reason: `Execution ${execId} turned up: ${text(quantity)} at ${text(price)}`,
    ...{ effectiveAt: executedAt, recordedAt },
  })
  memory.addAdjustments(entries)
  place.batch.adjustments.push(...entries)
  tell(place, fill, entries)
  return entries.map(({ strategy }) => ({ strategy, conId }))
}

/** Which settlements gave way to which execution. */
function tell({ memory, batch, clock }: Place, { execution }: Fill, entries: Entries): void {
  const reversed = new Set(entries.map(({ reverses }) => reverses))
  const commands = memory.adjustments.flatMap((one) =>
    reversed.has(one.id) && one.kind === 'residual' ? one.command : [],
  )
  const isInPart = entries.some(({ reverses }) => reverses === null)
  memory.journalLength += 1
  batch.journal.push({
    ...{ seq: memory.journalLength, at: clock.stamp(), author: 'truebook' },
    command: 'reconcile.supersede',
    outcome: isInPart ? 'superseded in part' : 'superseded',
    detail: `${[...new Set(commands)].join(', ')}: by execution ${execution.execId}`,
  })
}

type Entries = BookMemory['adjustments']
