import type { FillFacts } from '#domain/as-of.ts'
import { splitExecId } from '#domain/execution.ts'
import { inSlotOrder } from '#domain/fold.ts'
import type { Facts } from '#ports/facts.ts'
import type { ExecRoot } from '#shared/ids.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Store } from './ledger.ts'

/** Executions between two bounds: so few that small books have several pages. */
const PAGE = 3

const isBetween = (at: UtcNanos, after: UtcNanos, until: UtcNanos): boolean =>
  at > after && at <= until

/** The facts of a ledger in memory, asked for as the real ledger is. */
export const factsIn = (store: Store): Facts => ({
  bounds: (until) => {
    const times = [...store.executions.values()]
      .map(({ execution }) => execution.executedAt)
      .filter((at) => at < until)
      .sort((a, b) => (a < b ? -1 : 1))
    return Promise.resolve([
      ...new Set(times.filter((_, index) => index % PAGE === PAGE - 1)),
      until,
    ])
  },
  between: ({ after, until, knownAt }) => {
    const told = [...store.executions.values()].filter(
      ({ execution, recordedAt }) =>
        isBetween(execution.executedAt, after, until) && recordedAt <= knownAt,
    )
    const roots = new Set(told.map(({ execution }) => splitExecId(execution.execId).root))
    const ids = new Set(told.map(({ execution }) => execution.execId))
    const all = [...roots].map((root) => factsOf(store, root))
    const changed = all.filter((facts) =>
      [...facts.revisions, ...facts.attributions, ...facts.charges].some(
        ({ recordedAt }) => recordedAt > knownAt,
      ),
    )
    const isChanged = new Set(changed.map(({ fillId }) => fillId))
    const fills = [...store.fills.values()].filter(
      ({ fillId, execution }) =>
        isBetween(execution.executedAt, after, until) &&
        ids.has(execution.execId) &&
        !isChanged.has(fillId),
    )
    return Promise.resolve({ fills: inSlotOrder(fills), changed })
  },
  ofOrders: (permIds) => {
    const own = [...store.executions.values()].filter(({ execution }) =>
      permIds.includes(execution.permId),
    )
    const roots = new Set(own.map(({ execution }) => splitExecId(execution.execId).root))
    return Promise.resolve([...roots].map((root) => factsOf(store, root)))
  },
  lateIn: (conId, { until, since }) => {
    const own = [...store.fills.values()].filter(
      ({ execution }) => execution.conId === conId && execution.executedAt <= until,
    )
    const all = own.map(({ fillId }) => factsOf(store, fillId))
    return Promise.resolve(
      all.filter(({ revisions }) => revisions.every(({ recordedAt }) => recordedAt > since)),
    )
  },
})

const factsOf = (store: Store, fillId: ExecRoot): FillFacts => ({
  fillId,
  revisions: [...store.executions.values()]
    .filter(({ execution }) => splitExecId(execution.execId).root === fillId)
    .map(({ execution, instrument, recordedAt }) => ({
      ...{ execution, recordedAt, secType: instrument.secType },
      revision: splitExecId(execution.execId).revision,
    })),
  attributions: store.attributions.filter((one) => one.fillId === fillId),
  charges: store.commissions
    .filter(({ report }) => splitExecId(report.execId).root === fillId)
    .map(({ report, recordedAt }) => ({
      ...{ recordedAt, amount: report.commission, currency: report.currency },
      revision: splitExecId(report.execId).revision,
    })),
})
