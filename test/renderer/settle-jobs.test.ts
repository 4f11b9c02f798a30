import { describe, expect, it } from 'vitest'
import type { Client } from '#renderer/desk.ts'
import { jobOf, previewOf, proposedJobs, settleAll } from '#renderer/panels/settling/jobs.ts'
import type { BreakRow } from '#shared/api/reconcile-views.ts'
import type { SettleInput, SettleOutcome } from '#shared/api/settle-views.ts'

const KEEP = { how: 'keep unattributed' } as const
const FETCH = { how: 'fetch executions' } as const

const aRow = (
  id: string,
  proposal: typeof KEEP | typeof FETCH | null,
  revision = 1,
): Pick<BreakRow, 'id' | 'revision' | 'causes'> => {
  const proposals = proposal === null ? [] : [proposal]
  const why = { cause: 'unknown', certainty: 'possible', sentence: '', facts: [] } as const
  return { id, revision, causes: [{ ...why, facts: [], proposals }] }
}

/** A core that writes whatever it is told, but for one break it does not let be settled. */
function aCore(refuses = '') {
  const undone: string[] = []
  let shown = 'DU1'
  const outcome = (breakId: string): SettleOutcome => ({
    ...{ breakId, refusal: null, isStale: false, command: `settle-${breakId}`, entries: 1 },
    ...{ cash: [], effects: [], says: [] },
  })
  const settle = ({ breaks }: SettleInput) => {
    if (breaks.some(({ breakId }) => breakId === refuses)) return Promise.reject(new Error('Full.'))
    return Promise.resolve(breaks.map(({ breakId }) => outcome(breakId)))
  }
  const undo = ({ account, command }: { account?: string; command: string }) => {
    undone.push(`${account ?? '?'} ${command}`)
    return Promise.resolve({})
  }
  const client = { reconcile: { settle, undo, preview: settle } } as unknown as Client
  const ask = <Answer>(run: (on: Client, of: { account?: string }) => Promise<Answer>) =>
    run(client, { account: shown })
  return { ask, undone, show: (account: string) => (shown = account) }
}

describe('settling several breaks', () => {
  it('asks for each as its causes propose, at the revision shown', () => {
    const rows = [aRow('c', FETCH, 7), aRow('a', KEEP, 3), aRow('b', null), aRow('d', KEEP)]
    const kept = [
      { breakId: 'a', revision: 3 },
      { breakId: 'd', revision: 1 },
    ]
    expect(proposedJobs(rows)).toEqual([
      { breaks: kept, settlement: KEEP },
      { breaks: [{ breakId: 'c', revision: 7 }], settlement: FETCH },
    ])
    expect(jobOf(rows, FETCH).breaks.map(({ breakId }) => breakId)).toEqual(['c', 'a', 'b', 'd'])
  })

  it('previews every job in its order', async () => {
    const { ask } = aCore()
    const outcomes = await previewOf(ask, proposedJobs([aRow('a', KEEP), aRow('c', FETCH)]))
    expect(outcomes.map(({ breakId }) => breakId)).toEqual(['a', 'c'])
  })

  it('says of each what came of it, and takes back the last one first', async () => {
    const { ask, undone, show } = aCore('b')
    const jobs = ['a', 'b', 'c'].map((id) => jobOf([aRow(id, KEEP)], KEEP))
    const done = await settleAll(ask, jobs, 'tidying up')
    expect(done.outcomes.map(({ breakId, refusal }) => [breakId, refusal])).toEqual([
      ['a', null],
      ['b', 'Full.'],
      ['c', null],
    ])
    show('DU2')
    await done.undo()
    expect(undone).toEqual(['DU1 settle-c', 'DU1 settle-a'])
  })
})
