import type { Break, BreakKind } from '#shared/break.ts'
import type { AccountId, ConId } from '#shared/ids.ts'
import type { Decimal } from '#shared/money.ts'
import type { UtcMillis } from '#shared/time.ts'
import type { Disagreement, Reconciled } from './reconcile.ts'

/** What a disagreement is about: what its id is made of. */
export type BreakSubject = {
  readonly account: AccountId
  readonly kind: BreakKind
  readonly conId: ConId | null
  readonly currency: string | null
}

/** The same for the same disagreement, whenever it is found. */
export const breakId = ({ account, kind, conId, currency }: BreakSubject): string =>
  `${account}/${kind}/${conId ?? currency ?? ''}`

/** Breaks a run leaves other than they were; those it leaves alone are not among them. */
export type BreakChange = { readonly before: Break | null; readonly after: Break }

/** Whether a break still asks for somebody: neither settled nor gone, and not acknowledged. */
export const isOpen = ({ status }: Pick<Break, 'status'>): boolean =>
  status !== 'settled' && status !== 'gone' && status !== 'acknowledged'

/**
 * What a run makes of the breaks known before it. Found again: seen again; not found though
 * judged: gone; not judged: in flight, or left as it is. An acknowledged one stays so until either
 * side moves; one that was settled, or gone, and is found again begins anew.
 * @param known the account's breaks, one for each id.
 */
export function followUp(
  known: readonly Break[],
  run: Reconciled,
  now: UtcMillis,
): readonly BreakChange[] {
  const { account } = run
  const before = new Map(known.map((one) => [one.id, one]))
  const found = new Map(run.disagreements.map((one) => [breakId({ account, ...one }), one]))
  const unjudged = new Map(
    run.unjudged.map((one) => [breakId({ account, ...one }), one.isInFlight]),
  )
  const changes: BreakChange[] = []
  for (const [id, disagreement] of found) {
    const was = before.get(id) ?? null
    const after =
      was === null ? opened(account, disagreement, now) : foundAgain(was, disagreement, now)
    changes.push({ before: was, after })
  }
  for (const was of known) {
    if (found.has(was.id)) continue
    const after = notFound(was, unjudged.get(was.id) ?? null, now)
    if (after !== was) changes.push({ before: was, after })
  }
  return changes
}

function opened(account: AccountId, disagreement: Disagreement, now: UtcMillis): Break {
  return {
    id: breakId({ account, ...disagreement }),
    account,
    ...disagreement,
    status: 'opened',
    firstSeenAt: now,
    lastSeenAt: now,
    timesSeen: 1,
    revision: 1,
    recurrences: 0,
    note: null,
    settledAt: null,
    settledBy: null,
    goneAt: null,
  }
}

function foundAgain(was: Break, disagreement: Disagreement, now: UtcMillis): Break {
  const hasMoved = !isSame(was, disagreement)
  const revision = was.revision + (hasMoved ? 1 : 0)
  const next = { ...was, ...disagreement, revision, lastSeenAt: now }
  if (was.status === 'settled' || was.status === 'gone') {
    const anew = { status: 'opened', firstSeenAt: now, timesSeen: 1, note: null } as const
    // A settlement was shown this break: none may be applied to it once more.
    return { ...next, ...anew, revision: was.revision + 1, recurrences: was.recurrences + 1 }
  }
  const timesSeen = was.timesSeen + 1
  if (was.status === 'acknowledged' && !hasMoved) return { ...next, timesSeen }
  return { ...next, timesSeen, status: 'seen again', note: hasMoved ? null : was.note }
}

/** @param isInFlight null: the run judged it, and found both sides to agree. */
function notFound(was: Break, isInFlight: boolean | null, now: UtcMillis): Break {
  if (was.status === 'gone') return was
  if (isInFlight !== null) {
    const waits = isInFlight && isOpen(was) && was.status !== 'in flight'
    return waits ? { ...was, status: 'in flight' } : was
  }
  if (was.status === 'settled') return was.goneAt === null ? { ...was, goneAt: now } : was
  return { ...was, status: 'gone', goneAt: now }
}

const isSame = (was: Break, now: Disagreement): boolean =>
  isSameAmount(was.ledger, now.ledger) && isSameAmount(was.broker, now.broker)

const isSameAmount = (a: Decimal | null, b: Decimal | null): boolean =>
  a === null || b === null ? a === b : a.equals(b)

/** A break left as it is, with a note, until either side moves. */
export const acknowledged = (one: Break, note: string): Break => ({
  ...one,
  status: 'acknowledged',
  note,
})

/** A break for which `command` wrote an entry; the next run tells whether it did it. */
export const settled = (one: Break, command: string, now: UtcMillis): Break => ({
  ...one,
  status: 'settled',
  settledAt: now,
  settledBy: command,
  goneAt: null,
})

/** A break whose entry was taken back; settlements shown before know an older revision. */
export const undone = (one: Break): Break => ({
  ...one,
  status: 'undone',
  revision: one.revision + 1,
})
