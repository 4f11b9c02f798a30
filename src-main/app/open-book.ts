import type { LedgerError, LedgerFailure, OpenLedger } from '#ports/ledger.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { utcNanos, type UtcNanos } from '#shared/time.ts'
import { Book, type BookSettings } from './book.ts'
import type { BookMemory } from './memory.ts'

/**
 * Opens the ledger of an account and reads its book; a file that cannot be read is let go of. What
 * is stamped from now on stands after all that the book holds: the machine's clock may have been
 * set back since it was written.
 */
export async function openBook(
  openLedger: OpenLedger,
  settings: Omit<BookSettings, 'ledger'>,
): Promise<Result<Book, LedgerFailure>> {
  const ledger = await openLedger(settings.account)
  if (!ledger.ok) return ledger
  try {
    const book = await Book.open({ ...settings, ledger: ledger.value })
    settings.clock.stampAfter(lastStamp(book.memory))
    return ok(book)
  } catch (error) {
    await ledger.value.close()
    return err((error as LedgerError).failure)
  }
}

/** The latest instant at which a position, an order or the opening of the book was changed. */
function lastStamp(memory: BookMemory): UtcNanos {
  let last = 0n
  const see = (at: UtcNanos): void => {
    if (at > last) last = at
  }
  for (const { changedAt } of memory.committed.values()) see(changedAt)
  for (const { updatedAt } of memory.orders.values()) see(updatedAt)
  for (const { recordedAt } of memory.adjustments) see(recordedAt)
  for (const { at } of memory.openingEntries) see(at)
  if (memory.lastRun !== null) see(memory.lastRun.endedAt)
  return utcNanos(last)
}
