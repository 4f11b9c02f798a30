import type { Cursor } from '#ports/ledger.ts'
import { millisOf, type UtcNanos } from '#shared/time.ts'

type Placed = readonly [at: UtcNanos, key: string]

/** By the millisecond, the latest first, then by the key, the largest first. */
export function newestFirst([first, a]: Placed, [second, b]: Placed): number {
  const apart = millisOf(second) - millisOf(first)
  if (apart !== 0) return apart
  return a < b ? 1 : -1
}

export const isPast = (at: UtcNanos, key: string, before: Cursor | null): boolean =>
  before === null ||
  millisOf(at) < before.at ||
  (millisOf(at) === before.at && key < (before.key ?? ''))
