import { describe, expect, it } from 'vitest'
import type { Client } from '#renderer/desk.ts'
import { jobOf, previewOf, proposedJobs, settleAll } from '#renderer/panels/settling/jobs.ts'
import type { SettleInput, SettleOutcome } from '#shared/api/settle-views.ts'

const KEEP = { how: 'keep unattributed' } as const
const FETCH = { how: 'fetch executions' } as const

const aRow = (id: string, proposal: typeof KEEP | typeof FETCH | null, revision = 1) => ({
  ...{ id, revision },
  causes: [
    {
      ...{ cause: 'unknown', certainty: 'possible', sentence: '', facts: [] },
      proposals: proposal === null ? [] : [proposal],
    } as const,
  ].map((cause) => ({ ...cause, facts: [], proposals: [...cause.proposals] })),
})

/** A core that writes whatever it is told, but for one break it does not let be settled. */
function aCore(refuses = '') {
  const settled: (SettleInput & { account?: string })[] = []
  const undone: string[] = []
  let shown = 'DU1'
  const outcome = (breakId: string): SettleOutcome => ({
    ...{ breakId, refusal: null, isStale: false, command: `settle-${breakId}`, entries: 1 },
    ...{ cash: [], effects: [], says: [] },
  })
  const settle = (input: SettleInput) => {
    settled.push(input)
    const { breaks } = input
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
  return { ask, settled, undone, show: (account: string) => (shown = account) }
}

describe('settling several breaks', () => {
  it('asks for each as its causes propose, at the revision shown', () => {
    const rows = [aRow('a', KEEP, 3), aRow('b', null), aRow('c', FETCH, 7)]
    expect(proposedJobs(rows)).toEqual([
      { breaks: [{ breakId: 'a', revision: 3 }], settlement: KEEP },
      { breaks: [{ breakId: 'c', revision: 7 }], settlement: FETCH },
    ])
    expect(jobOf(rows, FETCH).breaks.map(({ breakId }) => breakId)).toEqual(['a', 'b', 'c'])
  })

  it('previews every job in its order', async () => {
    const { ask } = aCore()
    const outcomes = await previewOf(ask, proposedJobs([aRow('a', KEEP), aRow('c', FETCH)]))
    expect(outcomes.map(({ breakId }) => breakId)).toEqual(['a', 'c'])
  })

  it('says of each what came of it, and takes back the last one first', async () => {
    const { ask, undone, show } = aCore('b')
    const rows = ['a', 'b', 'c'].map((id) => aRow(id, KEEP))
    const done = await settleAll(ask, proposedJobs(rows), 'tidying up')
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
