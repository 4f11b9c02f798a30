import { inSlotOrder } from '#domain/fold.ts'
import type { Folds } from '#ports/folds.ts'
import type { ConId } from '#shared/ids.ts'
import { utcNanos } from '#shared/time.ts'
import type { Store } from './ledger.ts'

/** Fills between two bounds: so few that small books have several pages. */
const PAGE = 3

/** The fills of a ledger in memory, asked for as the real ledger is. */
export const foldsIn = (store: Store): Folds => ({
  instruments: () => {
    const counts = new Map<ConId, number>()
    for (const { execution } of store.fills.values()) {
      counts.set(execution.conId, (counts.get(execution.conId) ?? 0) + 1)
    }
    const ordered = [...counts].sort(([a], [b]) => a - b)
    return Promise.resolve(ordered.map(([conId, fills]) => ({ conId, fills })))
  },
  bounds: (conIds) => {
    const times = inSlotOrder([...store.fills.values()])
      .filter(({ execution }) => conIds.includes(execution.conId))
      .map(({ execution }) => execution.executedAt)
    const parted = times.filter((_, index) => index % PAGE === PAGE - 1)
    return Promise.resolve([...new Set(parted), utcNanos(9_223_372_036_854_775_806n)])
  },
  between: ({ conIds, after, until }) =>
    Promise.resolve(
      inSlotOrder(
        [...store.fills.values()].filter(
          ({ execution: { conId, executedAt } }) =>
            conIds.includes(conId) && executedAt > after && executedAt <= until,
        ),
      ),
    ),
})
