import { GAP_FACTS } from '#domain/cause-gap.ts'
import type { QuantityEvidence } from '#domain/cause-evidence.ts'
import type { BreakCauses } from '#ports/reconciliation.ts'
import type { Break } from '#shared/break.ts'
import { millisOf, utcMillis, type UtcMillis } from '#shared/time.ts'
import type { BookMemory } from './memory.ts'

type Away = NonNullable<QuantityEvidence['away']>

/**
 * When nobody is known to have listened before a break was found: from the last run until this
 * session. The runs after the first know it by what was thought of the break before, as long as it
 * is still the same occurrence.
 */
export function awayBefore(
  broken: Break,
  { lastRun, causes }: Pick<BookMemory, 'lastRun' | 'causes'>,
  sessionAt: UtcMillis | null,
): Away | null {
  const told = toldOf(broken, causes.get(broken.id))
  if (told !== null || lastRun === null || sessionAt === null) return told
  const from = millisOf(lastRun.endedAt)
  return from < sessionAt ? { from, to: sessionAt } : null
}

function toldOf({ firstSeenAt }: Break, known: BreakCauses | undefined): Away | null {
  if (known === undefined || millisOf(known.recordedAt) < firstSeenAt) return null
  const facts = known.causes.flatMap((cause) => cause.facts)
  const momentOf = (wanted: string): UtcMillis | null => {
    const value = facts.find(({ name }) => name === wanted)?.value
    return value === undefined ? null : utcMillis(Date.parse(value))
  }
  const [from, to] = [momentOf(GAP_FACTS.from), momentOf(GAP_FACTS.to)]
  return from === null || to === null ? null : { from, to }
}
