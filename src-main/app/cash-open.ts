import { standingEntries } from '#domain/cash.ts'
import type { BookMemory } from './memory.ts'

/** Whether the book knows what cash it began with; before, its cash and its NAV are not known. */
export const isCashOpen = (memory: BookMemory): boolean =>
  standingEntries(memory.cashEntries).some((entry) => entry.class === 'opening')
