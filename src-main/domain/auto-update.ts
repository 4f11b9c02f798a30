import type { Break } from '#shared/break.ts'
import type { SecType } from '#shared/instrument.ts'
import type { Decimal } from '#shared/money.ts'
import { isoOf, type UtcMillis } from '#shared/time.ts'
import { isOpen } from './break-life.ts'
import type { Settlement } from './settlement.ts'

/** What the book may settle without asking. Off unless the trader turned it on. */
export type AutoUpdateSettings = {
  readonly isOn: boolean
  /** Classes of instruments it may touch; others are left alone. */
  readonly secTypes: readonly SecType[]
  /** Units of one break, at most. */
  readonly quantityMax: Decimal
  /** What the difference is worth in base currency, at most. */
  readonly notionalMax: Decimal
}

/** One break, and what is known of it in two settled snapshots. */
export type AutoUpdateCandidate = {
  readonly break: Break
  readonly secType: SecType | null
  readonly symbol: string
  /** The difference at the last price in base currency; null when price or rate are unknown. */
  readonly notional: Decimal | null
  /** What the broker held in the settled snapshot before this one; null: there was none. */
  readonly brokerBefore: Decimal | null
}

/** What it did with one break, or would have done, and why in a sentence. */
export type AutoUpdateAction = {
  readonly break: Break
  /** Null: left alone. Always into UNATTRIBUTED: to attribute is for people and rules. */
  readonly settlement: Settlement | null
  readonly why: string
}

export type AutoUpdateOutcome = {
  readonly actions: readonly AutoUpdateAction[]
  /** Why it must be turned off now; null: it goes on. A person must turn it on again. */
  readonly stops: string | null
  /** For the panel: what it would have done. */
  readonly sentence: string
}

const DAY_MS = 86_400_000

/**
 * What auto-update makes of the breaks of a run: it settles what is within every limit and stood
 * the same in two settled snapshots. When a break it settled within the last day is back it settles
 * nothing at all and stops: something that it does not understand goes on.
 * As a dry run the same decision is only shown: `isOn` does not matter for the actions.
 */
export function autoUpdate(
  candidates: readonly AutoUpdateCandidate[],
  settings: AutoUpdateSettings,
  now: UtcMillis,
): AutoUpdateOutcome {
  const open = candidates.filter((one) => isOpen(one.break))
  const back = open.find((one) => isBack(one.break, now))
  const actions = open.map((one): AutoUpdateAction => {
    const why = back === undefined ? whyLeftAlone(one, settings) : 'Auto-update has stopped.'
    return {
      break: one.break,
      settlement: why === null ? { how: 'keep unattributed' } : null,
      why: why ?? 'Within every limit, and the same in two settled snapshots.',
    }
  })
  const settled = actions.filter(({ settlement }) => settlement !== null).length
  const would = settings.isOn ? 'settles' : 'would have settled'
  return {
    actions,
    stops: back === undefined ? null : stopSentence(back),
    sentence: `It ${would} ${settled} of ${open.length}.`,
  }
}

/** Settled within the last day, and found again since. */
const isBack = ({ settledAt, firstSeenAt }: Break, now: UtcMillis): boolean =>
  settledAt !== null && firstSeenAt > settledAt && now - settledAt <= DAY_MS

const stopSentence = ({ break: broken, symbol }: AutoUpdateCandidate): string =>
  `${symbol} was settled at ${broken.settledAt === null ? '?' : isoOf(broken.settledAt)}` +
  ' and is back: auto-update has stopped, look at the break and turn it on again.'

function whyLeftAlone(candidate: AutoUpdateCandidate, settings: AutoUpdateSettings): string | null {
  const { kind, difference, broker, status, timesSeen } = candidate.break
  if (kind !== 'quantity' || difference === null) return 'Only quantities are settled by itself.'
  if (status === 'in flight') return 'It is in flight.'
  const beyond = whichLimit(candidate, difference, settings)
  if (beyond !== null) return beyond
  if (broker === null || candidate.brokerBefore?.equals(broker) !== true || timesSeen < 2)
    return 'Two settled snapshots must agree on it first.'
  return null
}

function whichLimit(
  { secType, notional }: AutoUpdateCandidate,
  difference: Decimal,
  { secTypes, quantityMax, notionalMax }: AutoUpdateSettings,
): string | null {
  if (secType === null || !secTypes.includes(secType))
    return 'Its class is not one of those allowed.'
  if (difference.abs().greaterThan(quantityMax)) return 'It is more than the quantity allowed.'
  if (notional === null) return 'What it is worth is not known.'
  return notional.abs().greaterThan(notionalMax) ? 'It is worth more than is allowed.' : null
}
