import { standing } from '#domain/adjustment.ts'
import { standingEntries } from '#domain/cash.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { BookMemory } from './memory.ts'

/** One settlement that was written. */
export type SettlementWritten = {
  readonly command: string
  /** Null: it settled no break, such as a transfer between strategies. */
  readonly breakId: string | null
  readonly at: UtcNanos
  readonly author: string
  readonly reason: string
  /** How many entries it wrote. */
  readonly entries: number
  readonly isUndone: boolean
}

type Entry = Omit<SettlementWritten, 'entries' | 'isUndone'> & { readonly stands: boolean }

/**
 * Every settlement that wrote entries, the newest first: what settled a break, what booked cash,
 * transfers. Openings have an undo of their own.
 */
export function settlementsOf(memory: BookMemory): readonly SettlementWritten[] {
  const commands = new Map<string, Entry[]>()
  for (const entry of [...adjustmentsIn(memory), ...cashIn(memory)]) {
    const others = commands.get(entry.command)
    if (others) others.push(entry)
    else commands.set(entry.command, [entry])
  }
  return [...commands.values()]
    .flatMap((entries): readonly SettlementWritten[] => {
      const [first] = entries
      if (first === undefined) return []
      const { command, breakId, at, author, reason } = first
      const isUndone = entries.every(({ stands }) => !stands)
      return [{ command, breakId, at, author, reason, entries: entries.length, isUndone }]
    })
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
}

function adjustmentsIn({ adjustments }: BookMemory): readonly Entry[] {
  const stands = new Set(standing(adjustments).map(({ id }) => id))
  return adjustments.flatMap(({ id, kind, reverses, recordedAt: at, ...told }) => {
    if (kind === 'opening' || reverses !== null) return []
    const { command, breakId, author, reason } = told
    return [{ ...{ command, breakId, author, reason, at }, stands: stands.has(id) }]
  })
}

function cashIn({ cashEntries, breaks }: BookMemory): readonly Entry[] {
  const stands = new Set(standingEntries(cashEntries).map(({ id }) => id))
  const settled = new Map([...breaks.values()].map((one) => [one.settledBy, one.id]))
  return cashEntries.flatMap(({ id, reverses, author, evidence, recordedAt: at, ...told }) => {
    if (told.class === 'opening' || reverses !== null) return []
    // An entry's id is its command's and a number.
    const command = id.replace(/-\d{5}$/, '')
    const breakId = settled.get(command) ?? null
    const reason = `${told.class}: ${evidence}`
    return [{ ...{ command, breakId, author, reason, at }, stands: stands.has(id) }]
  })
}
