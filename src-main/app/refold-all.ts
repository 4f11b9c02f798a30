import type { Clock } from '#ports/clock.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { ConId } from '#shared/ids.ts'
import type { BookCommand } from './book-event.ts'
import type { BookMemory } from './memory.ts'
import { refoldGroup, type FoldedAnew } from './refold-group.ts'

/** Fills of the instruments folded in one command, but for one instrument that has more. */
const GROUP_FILLS = 65_536
const GROUP_INSTRUMENTS = 256

export type From = {
  readonly ledger: Pick<Ledger, 'findFills' | 'fillsOfOrders' | 'folds'>
  readonly clock: Pick<Clock, 'turn' | 'stamp'>
}

export const nothingFolded = (): FoldedAnew => ({
  ...{ positions: 0, differed: 0, fills: 0, repaired: 0 },
})

/** Folds every position anew, all at once; `outcome` says what came of it. */
export const refoldAll =
  (from: From, outcome = nothingFolded()): BookCommand =>
  async (memory, batch) => {
    // A batch that is decided again runs its commands again.
    Object.assign(outcome, nothingFolded())
    for (const conIds of await groupsOf(from.ledger, memory)) {
      const { found } = await refoldGroup({ ...from, memory, batch }, conIds, Infinity)
      add(outcome, found)
    }
  }

/** Counts what one more group came to. */
export function add(to: FoldedAnew, found: FoldedAnew): void {
  to.positions += found.positions
  to.differed += found.differed
  to.fills += found.fills
  to.repaired += found.repaired
}

/** The instruments of a book in groups of so many fills that a group is folded within seconds. */
export async function groupsOf(
  ledger: Pick<Ledger, 'folds'>,
  memory: BookMemory,
): Promise<readonly (readonly ConId[])[]> {
  const counts = new Map<ConId, number>()
  for (const { position } of memory.holdings.values()) counts.set(position.conId, 0)
  for (const { conId, fills } of await ledger.folds.instruments()) counts.set(conId, fills)
  const groups: ConId[][] = []
  let fills = Infinity
  for (const [conId, count] of counts) {
    const last = groups.at(-1)
    const isFull = fills + count > GROUP_FILLS || last?.length === GROUP_INSTRUMENTS
    if (last === undefined || isFull) groups.push([conId])
    else last.push(conId)
    fills = isFull ? count : fills + count
  }
  return groups
}
