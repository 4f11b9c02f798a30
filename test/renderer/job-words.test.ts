import { describe, expect, it } from 'vitest'
import type { JobView } from '#shared/api/jobs.ts'
import { jobsInShort, lasting, lastRun, nextRun } from '../../src-renderer/format/job-words.ts'
import { timeOf } from '../../src-renderer/format/time.ts'

const NOW = Date.UTC(2026, 2, 2, 14, 30)
const run = { startedAt: NOW - 5_000, durationMs: 420, reason: 'timer', why: null } as const

const aJob = (over: Partial<JobView> = {}): JobView => ({
  ...{ name: 'snapshot', runningSince: null, everyMs: null, nextAt: null },
  ...{ last: null, lastFailure: null, successes: 0, failures: 0 },
  ...over,
})
const failed = aJob({ last: { ...run, outcome: 'failed', why: 'The disk is full.' } })

describe('the jobs in short', () => {
  it('name what failed before what is running', () => {
    const running = aJob({ name: 'reconcile', runningSince: NOW })
    expect(jobsInShort([aJob()])).toBe('Jobs')
    expect(jobsInShort([aJob(), running])).toBe('Reconcile …')
    expect(jobsInShort([running, aJob({ runningSince: NOW })])).toBe('2 jobs …')
    expect(jobsInShort([failed, running])).toBe('Snapshot failed')
    expect(jobsInShort([failed, failed])).toBe('2 jobs failed')
  })
})

describe('one job', () => {
  it('says how its last run went and how long it took', () => {
    expect(lastRun(aJob(), NOW)).toBe('not yet')
    expect(lastRun(failed, NOW)).toBe(`${timeOf(run.startedAt)}, failed in 420 ms`)
    const skipped = aJob({ last: { ...run, outcome: 'skipped' } })
    expect(lastRun(skipped, NOW)).toBe(`${timeOf(run.startedAt)}, skipped`)
    expect(lastRun(aJob({ runningSince: NOW }), NOW)).toBe(`running since ${timeOf(NOW)}`)
    expect([3_210, 100_000].map(lasting)).toEqual(['3.2 s', '2 min'])
  })

  it('says when it runs next', () => {
    expect(nextRun(aJob({ nextAt: NOW + 9_500 }), NOW)).toBe('in 10 s')
    expect(nextRun(aJob({ nextAt: NOW + 600_000 }), NOW)).toBe(`at ${timeOf(NOW + 600_000)}`)
    expect(nextRun(aJob(), NOW)).toBe('—')
    expect(nextRun(aJob({ name: 'catch-up' }), NOW)).toBe('on the next connection')
  })
})
