import type { Changes } from '#ports/ledger.ts'
import type { EquityPoint, PortfolioSnapshot, Snapshots } from '#ports/snapshot.ts'
import { millisOf } from '#shared/time.ts'

export function writeSnapshots(kept: PortfolioSnapshot[], changes: Changes): void {
  const dropped = new Set(changes.snapshotsDropped)
  const all = [...kept, ...changes.snapshots].filter(({ at }) => !dropped.has(at))
  kept.splice(0, kept.length, ...all)
}

/** Snapshots in memory, read as the real ledger reads them. */
export const snapshotsIn = (kept: readonly PortfolioSnapshot[]): Snapshots => ({
  at: (instant) => Promise.resolve(kept.findLast(({ at }) => at <= instant) ?? null),
  next: (instant) => Promise.resolve(kept.find(({ at }) => at >= instant)?.at ?? null),
  first: () => Promise.resolve(kept[0] ? millisOf(kept[0].at) : null),
  pricesAt: (at) => {
    const last = kept.findLast((one) => one.at <= at)
    const priced = last?.positions.flatMap(({ conId, price }) =>
      price === null ? [] : [[conId, price] as const],
    )
    return Promise.resolve(last ? { at: millisOf(last.at), prices: new Map(priced) } : null)
  },
  rates: () =>
    Promise.resolve(
      kept.flatMap(({ at, positions }) =>
        positions.flatMap(({ currency, fxRate }) =>
          fxRate === null ? [] : [{ at: millisOf(at), currency, rate: fxRate }],
        ),
      ),
    ),
  times: () => Promise.resolve(kept.map(({ at }) => at)),
  curve: ({ from, starts }) => {
    const points = kept.map(({ at, equity }) => ({ at: millisOf(at), equity }))
    const inside = points.filter(({ at }) => from === null || at >= from)
    const opening = points.findLast(({ at }) => from !== null && at < from) ?? inside[0]
    const lasts = new Map<number, EquityPoint>()
    for (const point of inside) {
      const start = starts.findLast((each) => each <= point.at)
      if (start !== undefined) lasts.set(start, point)
    }
    const after = [...lasts.values()].filter(({ at }) => at !== opening?.at)
    return Promise.resolve(opening ? [opening, ...after] : [])
  },
})
