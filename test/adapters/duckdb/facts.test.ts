import { describe, expect, it } from 'vitest'
import { conId, execId, execRoot, permId } from '#shared/ids.ts'
import { money } from '#shared/money.ts'
import { utcNanos } from '#shared/time.ts'
import { splitExecId } from '#domain/execution.ts'
import { aFill, anExecution, anInstrument, MOMENTUM, secondsIn } from '../../fakes/builders.ts'
import { changes, inFolder, openIn } from './folder.ts'

const START = utcNanos(0n)

/** One execution, told, attributed and, when charged, charged; `id` is any exec id of a broker. */
const told = (id: string, second: number, chargedAt: number | null = null) => {
  const execution = anExecution({
    ...{ execId: execId(id), executedAt: secondsIn(second), permId: permId(7) },
    conId: conId(4711),
  })
  const { root } = splitExecId(execution.execId)
  const recordedAt = secondsIn(second)
  const report = { execId: execution.execId, commission: money('1'), currency: 'USD' }
  return changes({
    executions: [{ execution, instrument: anInstrument(), recordedAt, source: 'ib' }],
    newFills: [aFill({ ...execution })],
    attributions: [{ fillId: root, recordedAt, strategy: MOMENTUM, by: 'default' }],
    commissions:
      chargedAt === null
        ? []
        : [
            {
              report: { ...report, realizedPnl: null },
              ...{ recordedAt: secondsIn(chargedAt), isOrphan: false },
            },
          ],
  })
}

const IDS = ['a.01', 'b.7', 'c.012', 'whole', 'd.e.x', 'f.g.01', 'h.', '.5']

describe('the facts of a ledger', () => {
  it('are whole for every form of exec id, and only of what has changed since', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      for (const [index, id] of IDS.entries()) {
        await ledger.commit(told(id, index, 100))
        // Known at the end, charged and all: nothing of it changes.
        await ledger.commit(told(`still.${id}`, index, index))
      }
      const until = secondsIn(50)
      const page = await ledger.facts.between({ after: START, until, knownAt: until })
      const roots = (ids: readonly string[]) => ids.map((id) => splitExecId(execId(id)).root).sort()
      expect(page.changed.map(({ fillId }) => fillId).sort()).toEqual(roots(IDS))
      expect(page.fills.map(({ fillId }) => fillId).sort()).toEqual(
        roots(IDS.map((id) => `still.${id}`)),
      )
      for (const { fillId, revisions, attributions, charges } of page.changed) {
        const counts = [revisions.length, attributions.length, charges.length]
        expect([fillId, ...counts]).toEqual([fillId, 1, 1, 1])
      }
      await ledger.close()
    }))

  it('tell what turned up late of one instrument, whole', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      // Recorded when it was executed; corrected later, which makes it no news.
      await ledger.commit(told('before.01', 3))
      const again = told('before.02', 30).executions
      await ledger.commit(changes({ lateExecutions: again }))
      await ledger.commit(told('late.01', 6, 8))
      await ledger.commit(told('after.01', 9))
      const within = { until: secondsIn(7), since: secondsIn(5) }
      const late = await ledger.facts.lateIn(conId(4711), within)
      expect(late.map(({ fillId }) => fillId)).toEqual([execRoot('late')])
      const [one] = late
      const facts = [one?.revisions, one?.attributions, one?.charges]
      expect(facts.map((told) => told?.length)).toEqual([1, 1, 1])
      expect(await ledger.facts.lateIn(conId(1), within)).toEqual([])
      await ledger.close()
    }))

  it('leave out what was recorded later, and name the fills of an order', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      await ledger.commit(told('a.01', 1))
      const before = { after: START, until: secondsIn(9), knownAt: secondsIn(0) }
      expect(await ledger.facts.between(before)).toEqual({ fills: [], changed: [] })
      expect(await ledger.facts.bounds(secondsIn(9))).toEqual([secondsIn(9)])
      const [own] = await ledger.facts.ofOrders([permId(7)])
      expect(own?.fillId).toBe(execRoot('a'))
      expect(await ledger.facts.ofOrders([permId(8)])).toEqual([])
      await ledger.close()
    }))
})
