import { z } from 'zod'
import { JOB_NAMES, JOB_OUTCOMES } from '../job.ts'
import { RUN_REASONS } from '../run.ts'
import { millis } from './decimal.ts'
import { command, query } from './procedure.ts'

/** One run of a job that has ended. */
const jobRun = z.object({
  startedAt: millis,
  /** By the steady clock: a machine whose clock is set does not change it. */
  durationMs: z.number().int(),
  reason: z.enum(RUN_REASONS),
  /** `skipped`: there was nothing to do, or it could not be done then; counted as neither. */
  outcome: z.enum(JOB_OUTCOMES),
  /** Why it failed or was skipped; null when it was done. */
  why: z.string().nullable(),
})

/** What the core does by itself, since this start of the program. */
export const jobView = z.object({
  name: z.enum(JOB_NAMES),
  /** Since when it has been running; null while it is not. */
  runningSince: millis.nullable(),
  /** How often it runs by the timer, in milliseconds; null: not by a timer. */
  everyMs: z.number().int().nullable(),
  /** When it runs next by the timer; null: when it is asked for, or on the next connection. */
  nextAt: millis.nullable(),
  /** The run that ended last; null before the first. */
  last: jobRun.nullable(),
  /** The last that failed, though others may have been done since; null: none has. */
  lastFailure: jobRun.nullable(),
  successes: z.number().int(),
  failures: z.number().int(),
})
export type JobView = z.infer<typeof jobView>

/** What the core does by itself: savings, snapshots, reconciliations, catching up. */
export const jobs = {
  list: query({
    path: '/api/jobs',
    tag: 'jobs',
    summary: 'What the core does by itself: the last run, the next, successes, failures and why',
  }).output(z.array(jobView)),
  run: command({
    path: '/api/jobs/run',
    tag: 'jobs',
    summary:
      'Runs a job now, for every account; answers once it has ended, catch-up once it is begun',
  })
    .input(z.object({ name: z.enum(JOB_NAMES) }))
    .output(jobView),
}
