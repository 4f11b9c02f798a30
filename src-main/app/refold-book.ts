import type { ConId } from '#shared/ids.ts'
import type { BookCommand } from './book-event.ts'
import { journalIn } from './journal.ts'
import type { BookMemory } from './memory.ts'
import { add, groupsOf, nothingFolded, type From } from './refold-all.ts'
import { refoldGroup, type FoldedAnew, type Pass } from './refold-group.ts'

/** Fills put right in one command: they are written whole. */
const REPAIRED_AT_ONCE = 8_192

type Commanding = {
  readonly book: { readonly ledger: From['ledger']; readonly memory: BookMemory }
  readonly clock: From['clock']
  readonly command: (run: BookCommand) => Promise<void>
}

/**
 * Folds every position anew, some instruments to a command, so that what arrives meanwhile is
 * decided in between, and journals what came of it.
 * @throws {Error} in words, when the book is closed or cannot be read; what was put right stays so.
 */
export async function refoldBook(place: Commanding): Promise<FoldedAnew> {
  const { book, clock, command } = place
  const outcome = nothingFolded()
  const journal = (said: string, why: string): Promise<void> =>
    command((memory, batch) => {
      const detail = `${detailOf(outcome)}${why}`
      journalIn({ memory, batch }, clock, { command: 'book.refold', outcome: said, detail })
      return Promise.resolve()
    })
  try {
    for (const conIds of await groupsOf(book.ledger, book.memory)) {
      await refoldCommanded(place, conIds, outcome)
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    // A book that is closed cannot say so either.
    await journal('failed', `: ${why}`).catch(() => undefined)
    throw error
  }
  await journal(outcome.differed + outcome.repaired === 0 ? 'same' : 'repaired', '')
  return outcome
}

const detailOf = ({ positions, differed, fills, repaired }: FoldedAnew): string =>
  `${positions} positions, ${differed} differed; ${fills} fills, ${repaired} differed`

/** Folds a group again and again until no fill is left to put right. */
async function refoldCommanded(
  { book, clock, command }: Commanding,
  conIds: readonly ConId[],
  outcome: FoldedAnew,
): Promise<void> {
  let folded = 0
  for (let pass = 1; ; pass += 1) {
    let done: Pass = { found: nothingFolded(), isWhole: true }
    await command(async (memory, batch) => {
      const to = { ledger: book.ledger, clock, memory, batch }
      done = await refoldGroup(to, conIds, REPAIRED_AT_ONCE)
    })
    const { found, isWhole } = done
    // The same positions and fills once more.
    add(outcome, pass === 1 ? found : { ...found, positions: 0, fills: 0 })
    folded = Math.max(folded, found.fills)
    if (isWhole || pass * REPAIRED_AT_ONCE > folded) return
  }
}
