import type { LedgerError, LedgerFailure, OpenLedger } from '#ports/ledger.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { Book, type BookSettings } from './book.ts'

/** Opens the ledger of an account and reads its book; a file that cannot be read is let go of. */
export async function openBook(
  openLedger: OpenLedger,
  settings: Omit<BookSettings, 'ledger'>,
): Promise<Result<Book, LedgerFailure>> {
  const ledger = await openLedger(settings.account)
  if (!ledger.ok) return ledger
  try {
    return ok(await Book.open({ ...settings, ledger: ledger.value }))
  } catch (error) {
    await ledger.value.close()
    return err((error as LedgerError).failure)
  }
}
