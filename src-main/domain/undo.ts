import type { Money } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { standing, type Adjustment } from './adjustment.ts'
import { standingEntries, type CashEntry } from './cash.ts'
import { supersededBy } from './late-execution.ts'
import { commandOf, entryId, reversalOf, type Entries, type Writing } from './settlement.ts'

/** Everything one command wrote, and all else of the book that could take it back. */
export type Undoing = Entries & {
  /** The command to take back. The entries are the book's, or at least those of it and theirs. */
  readonly command: string
}

/** `already-undone`: nothing of it stands. `is-an-undo`: settle again instead of redoing. */
export type UndoRefusal = 'unknown-command' | 'already-undone' | 'is-superseded' | 'is-an-undo'

export const UNDO_REFUSALS: Readonly<Record<UndoRefusal, string>> = {
  'unknown-command': 'There is no such settlement in this book.',
  'already-undone': 'It has been undone already.',
  'is-superseded': 'The executions it stood for have turned up: nothing of it is left to undo.',
  'is-an-undo': 'An undo is not undone: settle the break again, on what is true by now.',
}

/**
 * The reverse of everything a command wrote that still stands. Once written it is as if the
 * command had never been. What is left of a stand-in goes with it.
 */
export function planUndo(
  { command, adjustments, cashEntries }: Undoing,
  writing: Writing,
): Result<Entries, UndoRefusal> {
  const own = adjustments.filter((one) => one.command === command)
  const ownCash = cashEntries.filter(({ id }) => isOf(command, id))
  if (own.length === 0 && ownCash.length === 0) return err('unknown-command')
  if ([...own, ...ownCash].every(({ reverses }) => reverses !== null)) return err('is-an-undo')
  const stand = standing(adjustments).filter((one) => one.command === command)
  const standCash = standingEntries(cashEntries).filter(({ id }) => isOf(command, id))
  if (stand.length === 0 && standCash.length === 0) {
    const isSuperseded = ownCash.length === 0 && own.every((one) => gaveWay(one, adjustments))
    return err(isSuperseded ? 'is-superseded' : 'already-undone')
  }
  return ok({
    adjustments: stand.map((one, index) => reversalOf(one, index, writing)),
    cashEntries: standCash.map((one, index) => cashReversalOf(one, stand.length + index, writing)),
  })
}

/** Whether it was an execution that turned up which took an entry back. */
const gaveWay = ({ id }: Adjustment, adjustments: readonly Adjustment[]): boolean =>
  adjustments.some(({ reverses, command }) => reverses === id && supersededBy(command) !== null)

/** Entries of a command are its id and a number: see `entryId`. */
const isOf = (command: string, id: string): boolean => id !== command && commandOf(id) === command

const cashReversalOf = (one: CashEntry, index: number, writing: Writing): CashEntry => ({
  ...one,
  id: entryId(writing.command, index),
  amount: one.amount.negated() as Money,
  author: writing.author,
  reverses: one.id,
  recordedAt: writing.recordedAt,
})
