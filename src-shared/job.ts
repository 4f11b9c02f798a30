/** What the core does again and again, or whenever it is connected anew. */
export const JOB_NAMES = ['price-flush', 'summary', 'snapshot', 'reconcile', 'catch-up'] as const
export type JobName = (typeof JOB_NAMES)[number]

/** `skipped`: there was nothing to do, or it could not be done then; counted as neither. */
export const JOB_OUTCOMES = ['done', 'failed', 'skipped'] as const
export type JobOutcome = (typeof JOB_OUTCOMES)[number]
