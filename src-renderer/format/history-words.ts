import type { ReattributionView } from '#shared/api/attribution.ts'
import type { SettlementView } from '#shared/api/settle-views.ts'
import { strategyName } from '../stores/holding.ts'

/** One thing that was written into the book, as the history lists it. */
export type Written = {
  readonly command: string
  readonly kind: 'Settlement' | 'Transfer' | 'Re-attribution' | 'Undo'
  readonly at: number
  readonly author: string
  readonly words: string
  /** How it stands, in words. */
  readonly state: string
  /** Which undo of the contract takes it back; null: nothing is left to take back. */
  readonly undo: 'attribution' | 'reconcile' | null
}

const named = (names: readonly string[]): string => names.map(strategyName).join(', ')
/** Such as `1 fill` and `3 fills`. */
export const counted = (count: number, noun: string): string =>
  count === 1 ? `1 ${noun}` : `${count} ${noun}s`

function ofSettlement(one: SettlementView): Written {
  const { command, at, author, reason, isUndone, isSuperseded, breakId } = one
  const about = breakId === '' ? '' : ` (${breakId})`
  return {
    ...{ command, at, author, words: `${reason}${about}` },
    kind: breakId === '' ? 'Transfer' : 'Settlement',
    state: settlementState(one),
    undo: isUndone || isSuperseded ? null : 'reconcile',
  }
}

/** How much of a settlement stands; what executions took the place of is not undone. */
function settlementState({
  entries,
  isUndone,
  isSuperseded,
  supersededBy,
}: SettlementView): string {
  if (isUndone) return 'undone'
  if (isSuperseded) return `superseded by ${counted(supersededBy.length, 'execution')}`
  const written = counted(entries, 'entry').replace('entrys', 'entries')
  return supersededBy.length === 0 ? written : `${written}, superseded in part`
}

function stateOf({ undoes, undone, fills }: ReattributionView): string {
  if (undoes !== null) return counted(fills, 'fill')
  if (undone === 0) return counted(fills, 'fill')
  return undone >= fills ? 'undone' : `${undone} of ${counted(fills, 'fill')} undone`
}

function ofReattribution(one: ReattributionView): Written {
  const { command, at, author, reason, from, to, undoes, undone, fills } = one
  const isOver = undoes !== null || undone >= fills
  return {
    ...{ command, at, author, state: stateOf(one) },
    kind: undoes === null ? 'Re-attribution' : 'Undo',
    words: `${reason}: ${named(from)} → ${named(to)}`,
    undo: isOver ? null : 'attribution',
  }
}

/** Everything that can be or was taken back, newest first. */
export const writtenIn = (
  settlements: readonly SettlementView[],
  reattributions: readonly ReattributionView[],
): readonly Written[] =>
  [...settlements.map(ofSettlement), ...reattributions.map(ofReattribution)].toSorted(
    (a, b) => b.at - a.at || (a.command < b.command ? 1 : -1),
  )
