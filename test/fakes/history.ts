import type { Fill } from '#domain/fill.ts'
import type { History, Reattributed, ReattributionSummary, JournalEntry } from '#ports/history.ts'

import type { ExecRoot } from '#shared/ids.ts'

type Kept = {
  readonly reattributed: readonly Reattributed[]
  readonly fills: ReadonlyMap<ExecRoot, Fill>
  readonly journal: readonly JournalEntry[]
}

/** What a ledger in memory tells of the commands it kept. */
export const historyIn = (store: Kept): History => ({
  reattributed: (command) =>
    Promise.resolve(
      store.reattributed.filter((one) => one.command === command || one.undoes === command),
    ),
  reattributedSince: (instant) =>
    Promise.resolve(store.reattributed.filter(({ recordedAt }) => recordedAt > instant)),
  reattributions: (limit) => Promise.resolve(summariesOf(store.reattributed).slice(0, limit)),
  fillsOfOrderRef: (orderRef, { after, limit }) =>
    Promise.resolve(
      [...store.fills.values()]
        .filter((fill) => fill.execution.orderRef === orderRef && fill.fillId > (after ?? ''))
        .sort((a, b) => (a.fillId < b.fillId ? -1 : 1))
        .slice(0, limit),
    ),
  journal: ({ before, limit }) =>
    Promise.resolve(
      store.journal
        .filter(({ seq }) => seq < (before ?? Infinity))
        .toSorted((a, b) => b.seq - a.seq)
        .slice(0, limit),
    ),
})

function summariesOf(rows: readonly Reattributed[]): readonly ReattributionSummary[] {
  return [...new Set(rows.map(({ command }) => command))]
    .map((command) => {
      const own = rows.filter((one) => one.command === command)
      const names = (key: 'was' | 'strategy') => [...new Set(own.map((one) => one[key]))].sort()
      const { recordedAt, author, reason, undoes } = own[0]!
      return {
        ...{ command, recordedAt, author, reason, undoes, fills: own.length },
        undone: rows.filter((one) => one.undoes === command).length,
        ...{ from: names('was'), to: names('strategy') },
      }
    })
    .toSorted((a, b) => (a.recordedAt < b.recordedAt ? 1 : -1))
}
