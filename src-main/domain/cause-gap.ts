import { isoOf } from '#shared/time.ts'
import type { LikelyCause } from './cause.ts'
import type { QuantityEvidence } from './cause-evidence.ts'

/** What the two moments of a gap are called among the facts. */
export const GAP_FACTS = { from: 'away from', to: 'away to' } as const

/**
 * Nobody listened for longer than the broker tells executions again, in words and with the two
 * moments: only a statement has what was executed then. Null: everything can still be told.
 */
export function gapOf({
  away,
  replayedFrom,
}: Pick<QuantityEvidence, 'away' | 'replayedFrom'>): Pick<
  LikelyCause,
  'sentence' | 'facts'
> | null {
  if (away === null || replayedFrom === null || away.from >= replayedFrom) return null
  return {
    sentence:
      'Nobody listened for longer than the broker tells executions again: import a Flex statement.',
    facts: [
      { name: GAP_FACTS.from, value: isoOf(away.from) },
      { name: GAP_FACTS.to, value: isoOf(away.to) },
    ],
  }
}
