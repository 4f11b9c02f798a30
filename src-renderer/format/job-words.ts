import type { JobView } from '#shared/api/jobs.ts'
import { UNKNOWN } from './number.ts'
import { secondsUntil, timeOrDay } from './time.ts'

type JobWords = { readonly title: string; readonly about: string }

export const JOBS: Readonly<Record<JobView['name'], JobWords>> = {
  'price-flush': { title: 'Save prices', about: 'The last price of every instrument.' },
  summary: { title: 'Save account values', about: 'What the broker says the account is worth.' },
  snapshot: { title: 'Snapshot', about: 'The priced book, which charts are drawn from.' },
  reconcile: { title: 'Reconcile', about: 'The ledger compared with the broker.' },
  'catch-up': { title: 'Catch up', about: 'Asking the broker for what may have been missed.' },
}

/** The jobs whose last run came to nothing because something went wrong. */
export const failing = (jobs: readonly JobView[]): readonly JobView[] =>
  jobs.filter(({ last }) => last?.outcome === 'failed')

/** The jobs in a few words: what fails comes before what is running. */
export function jobsInShort(jobs: readonly JobView[]): string {
  const failed = failing(jobs)
  const [only] = failed
  if (only !== undefined) {
    return failed.length === 1 ? `${JOBS[only.name].title} failed` : `${failed.length} jobs failed`
  }
  const running = jobs.filter(({ runningSince }) => runningSince !== null)
  const [first] = running
  if (first === undefined) return 'Jobs'
  return running.length === 1 ? `${JOBS[first.name].title} …` : `${running.length} jobs …`
}

/** `420 ms`, `3.2 s`, `2 min`. */
export function lasting(ms: number): string {
  if (ms < 1000) return `${ms} ms`
  if (ms < 100_000) return `${(ms / 1000).toFixed(1)} s`
  return `${Math.round(ms / 60_000)} min`
}

/** When it ran last, how it went and how long it took. */
export function lastRun({ last, runningSince }: JobView, now: number): string {
  if (runningSince !== null) return `running since ${timeOrDay(runningSince, now)}`
  if (last === null) return 'not yet'
  const at = timeOrDay(last.startedAt, now)
  return last.outcome === 'skipped'
    ? `${at}, skipped`
    : `${at}, ${last.outcome} in ${lasting(last.durationMs)}`
}

/** When it runs next. */
export function nextRun({ name, nextAt }: JobView, now: number): string {
  if (nextAt === null) return name === 'catch-up' ? 'on the next connection' : UNKNOWN
  const seconds = secondsUntil(nextAt, now)
  return seconds < 100 ? `in ${seconds} s` : `at ${timeOrDay(nextAt, now)}`
}
