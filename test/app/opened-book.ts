import { DEFAULT_RULE } from '#domain/attribution.ts'
import { Book, type BookSettings } from '#app/book.ts'
import type { BookEvent } from '#app/book-event.ts'
import { nothingFolded, refoldAll } from '#app/refold-all.ts'
import { ACCOUNT } from '../fakes/builders.ts'
import { handClock } from '../fakes/clock.ts'
import { fakeLedger } from '../fakes/ledger.ts'
import { keptLog } from '../fakes/log.ts'

/** A book on a ledger in memory, for what a test does not say otherwise. */
export const openedBook = (over: Partial<BookSettings> = {}): Promise<Book> =>
  Book.open({
    account: ACCOUNT,
    rules: [DEFAULT_RULE],
    clock: handClock(),
    log: keptLog(),
    ledger: fakeLedger(),
    onCommitted: () => undefined,
    onTrouble: () => undefined,
    ...over,
  })

/** Everything taken so far is durable once this resolves. */
export const written = (book: Book): Promise<void> => book.command(() => Promise.resolve())

/** Until a retry is scheduled. */
export async function untilWaiting(clock: ReturnType<typeof handClock>): Promise<void> {
  while (clock.pending() === 0) await clock.turn()
}

/** Takes a batch in and waits until it is durable. */
export async function feed(book: Book, events: readonly BookEvent[]): Promise<void> {
  for (const event of events) book.take(event)
  await written(book)
}

/** Folds everything anew; answers how many positions were not as believed. */
export async function differedOnRefold(book: Book): Promise<number> {
  const outcome = nothingFolded()
  const { ledger } = book
  await book.command(refoldAll({ ledger, clock: handClock() }, outcome))
  return outcome.differed
}
