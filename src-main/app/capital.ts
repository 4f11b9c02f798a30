import type { Allocation } from '#domain/allocation.ts'
import { isReserved } from '#domain/attribution.ts'
import type { Clock } from '#ports/clock.ts'
import type { AllocationView } from '#shared/api/strategies.ts'
import { strategyId } from '#shared/ids.ts'
import { decimal, LEDGER_SCALE, text, type Money } from '#shared/money.ts'
import { millisOf } from '#shared/time.ts'
import type { Batch } from './batch.ts'
import type { BookMemory } from './memory.ts'

/** Amounts from here on do not fit into the ledger's columns with their 18 places. */
const TOO_MUCH = decimal('100000000000000000000')

export type CapitalGiven = {
  readonly strategy: string
  /** A plain decimal: given is positive, taken back is negative. */
  readonly amount: string
  readonly reason: string
  /** Null while the broker has not said which it is. */
  readonly baseCurrency: string | null
}

/** Where an allocation is written, and who asks for it. */
export type CapitalPlace = { readonly clock: Clock; readonly author: string }

/** What is wrong with an allocation, in a sentence that says what to do; null when nothing is. */
function faultOf({ strategy, amount, baseCurrency }: CapitalGiven): string | null {
  if (isReserved(strategy.trim())) {
    return `"${strategy.trim()}" is a reserved name and is given no capital: name a strategy.`
  }
  const given = decimal(amount)
  if (given.isZero()) return 'Nothing would be given: say an amount other than 0.'
  if (given.decimalPlaces() > LEDGER_SCALE || given.abs().greaterThanOrEqualTo(TOO_MUCH)) {
    return 'The amount must be below 10^20 and have at most 18 decimal places.'
  }
  return baseCurrency === null
    ? 'The base currency of the account is not known yet: connect to TWS or Gateway first.'
    : null
}

/** Writes an allocation. @throws {Error} in words, when it is refused. */
export const allocate =
  ({ clock, author }: CapitalPlace, given: CapitalGiven, written: Allocation[]) =>
  (memory: BookMemory, batch: Batch): Promise<void> => {
    const fault = faultOf(given)
    if (fault !== null || given.baseCurrency === null) throw new Error(fault ?? '')
    const at = clock.stamp()
    const one: Allocation = {
      id: `allocation-${at}`,
      strategy: strategyId(given.strategy.trim()),
      baseCurrency: given.baseCurrency,
      amount: decimal(given.amount) as Money,
      ...{ at, author, reason: given.reason.trim(), recordedAt: at },
    }
    return write({ memory, batch, written }, one, 'strategies.allocate')
  }

/** Writes the opposite of an allocation. @throws {Error} in words, when there is none to undo. */
export const undoAllocation =
  ({ clock, author }: CapitalPlace, id: string, written: Allocation[]) =>
  (memory: BookMemory, batch: Batch): Promise<void> => {
    const wrong = memory.allocations.find((one) => one.id === id)
    if (wrong === undefined) throw new Error('There is no such allocation in this book.')
    if (undoneBy(wrong) !== null)
      throw new Error('An undo is not undone: give the capital again instead.')
    if (memory.allocations.some((one) => undoneBy(one) === id))
      throw new Error('It has been undone already.')
    const at = clock.stamp()
    const one: Allocation = {
      ...wrong,
      id: `${UNDO}${id}`,
      amount: wrong.amount.negated() as Money,
      ...{ at, author, reason: 'The allocation was taken back', recordedAt: at },
    }
    return write({ memory, batch, written }, one, 'strategies.undoAllocation')
  }

/** The id of an opposite entry is this and the id of what it takes back. */
const UNDO = 'undo-'
const undoneBy = ({ id }: Allocation): string | null =>
  id.startsWith(UNDO) ? id.slice(UNDO.length) : null

type To = {
  readonly memory: BookMemory
  readonly batch: Batch
  readonly written: Allocation[]
}

function write({ memory, batch, written }: To, one: Allocation, command: string): Promise<void> {
  memory.allocations.push(one)
  batch.allocations.push(one)
  memory.journalLength += 1
  batch.journal.push({
    ...{ seq: memory.journalLength, at: one.at, author: one.author, command, outcome: 'written' },
    detail: `${one.strategy}: ${text(one.amount)} ${one.baseCurrency}`,
  })
  // A batch that is decided again runs its commands again.
  written.splice(0, written.length, one)
  return Promise.resolve()
}

/** Every allocation, the newest first. */
export function allocationViews(allocations: readonly Allocation[]): readonly AllocationView[] {
  const undone = new Set(allocations.map(undoneBy))
  return allocations.toReversed().map((one) => ({
    id: one.id,
    strategy: one.strategy,
    baseCurrency: one.baseCurrency,
    amount: text(one.amount),
    at: millisOf(one.at),
    author: one.author,
    reason: one.reason,
    undoes: undoneBy(one),
    isUndone: undone.has(one.id),
  }))
}
