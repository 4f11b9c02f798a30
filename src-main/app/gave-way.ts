import type { GaveWay } from '#domain/cause-cash-evidence.ts'
import { leftOver } from '#domain/superseding.ts'
import { pointValue } from '#domain/valuation.ts'
import type { Ledger } from '#ports/ledger.ts'
import type { BookMemory } from './memory.ts'
import { knownIn } from './superseding.ts'

type Place = { readonly ledger: Pick<Ledger, 'facts'>; readonly memory: BookMemory }

/** The settlements of a currency whose residuals executions have taken the place of in full. */
export async function gaveWayIn(place: Place, currency: string): Promise<readonly GaveWay[]> {
  const { memory } = place
  const all: GaveWay[] = []
  for (const [conId, within] of memory.residualsWithin) {
    const instrument = memory.instruments.get(conId)
    const point = instrument === undefined ? null : pointValue(instrument)
    if (instrument === undefined || point === null || instrument.currency !== currency) continue
    const executions = [...(await knownIn(place, conId, within)).values()]
    const left = leftOver(memory.adjustments, { conId, executions })
    all.push(
      ...left.map(({ command, settledAt, points, roots }) => ({
        ...{ symbol: instrument.symbol, command, settledAt, executions: roots },
        leftOver: points.times(point),
      })),
    )
  }
  return all
}
