import { splitExecId, type ToldExecution } from '#domain/execution.ts'
import { isFolded } from '#domain/fill.ts'
import type { Broker, BrokerSnapshot } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { ConId } from '#shared/ids.ts'
import type { Book } from './book.ts'
import type { BookMemory } from './memory.ts'
import { takeSettled, wholeOf } from './settled.ts'

/**
 * The broker's average cost has commissions in it that it reports seconds later; one that takes
 * longer than this leaves the cost of its holding unknown.
 */
export const COMMISSIONS_WITHIN_MS = 30_000
/** So long each instrument is waited for until it stands still. */
const SETTLES_WITHIN_MS = 60_000

/**
 * A settled snapshot to open a book on: each instrument at a moment at which it stood still and the
 * book had taken in every execution of it, with its commission. Null when some never did.
 */
export async function takeForOpening(
  book: Pick<Book, 'account' | 'command' | 'memory'>,
  { broker, clock }: { readonly broker: Broker; readonly clock: Clock },
): Promise<BrokerSnapshot | null> {
  const taken = await takeSettled(book.account, {
    broker,
    clock,
    withinMs: SETTLES_WITHIN_MS,
    unready: async ({ executions }, takenMs) => {
      // What was told before the snapshot has been taken in once a command had its turn.
      await book.command(() => Promise.resolve())
      return takenMs < COMMISSIONS_WITHIN_MS ? awaited(executions, book.memory) : []
    },
  })
  return taken.ok ? wholeOf(taken.value) : null
}

/** What this needs of a book's memory. */
type Known = Pick<BookMemory, 'fills' | 'revisionOf'>

/** Instruments of which the book has not taken in every execution with its commission. */
export function awaited(executions: readonly ToldExecution[], book: Known): readonly ConId[] {
  const isWhole = ({ execId }: ToldExecution): boolean => {
    const { root } = splitExecId(execId)
    const fill = book.fills.get(root)
    // Of what it remembers only by its id thousands have come since.
    if (fill === undefined) return book.revisionOf(root) !== undefined
    return fill.charge !== null || !isFolded(fill.secType)
  }
  return executions.filter((execution) => !isWhole(execution)).map(({ conId }) => conId)
}
