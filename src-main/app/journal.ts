import type { JournalEntry } from '#ports/ledger.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { Account } from './account.ts'

type Said = Pick<JournalEntry, 'command' | 'outcome' | 'detail'>

type Journalling = {
  readonly settings: { readonly clock: Clock; readonly log: Log }
  readonly accounts: readonly Account[]
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
      memory.journalLength += 1
      const entry = { seq: memory.journalLength, at: clock.stamp(), author: 'trader', ...said }
      batch.journal.push(entry)
      return Promise.resolve()
    })
    written.catch((error: unknown) =>
      log.error('A command could not be journalled', { ...said, why: String(error) }),
    )
  }
}
