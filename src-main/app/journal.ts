import type { JournalEntry } from '#ports/history.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { Account } from './account.ts'
import type { Batch } from './batch.ts'
import type { BookMemory } from './memory.ts'

type Said = Pick<JournalEntry, 'command' | 'outcome' | 'detail'>

type Journalling = {
  readonly settings: { readonly clock: Clock; readonly log: Log }
  readonly accounts: readonly Account[]
}

/** Writes a command of the trader into the journal of one book. */
export function journalIn(
  { memory, batch }: { readonly memory: BookMemory; readonly batch: Batch },
  clock: Pick<Clock, 'stamp'>,
  said: Said,
): void {
  memory.journalLength += 1
  const entry = { seq: memory.journalLength, at: clock.stamp(), author: 'trader', ...said }
  batch.journal.push(entry)
}

/**
 * Writes a command that concerns no single account into the journal of every open book. It is
 * not waited for: a ledger that cannot be written must not keep the trader from the link.
 */
export function journalInAll({ settings, accounts }: Journalling, said: Said): void {
  const { clock, log } = settings
  for (const account of accounts) {
    if (account.book === null) continue
    const written = account.command((memory, batch) => {
      journalIn({ memory, batch }, clock, said)
      return Promise.resolve()
    })
    written.catch((error: unknown) =>
      log.error('A command could not be journalled', { ...said, why: String(error) }),
    )
  }
}
