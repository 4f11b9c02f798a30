/** Why the ledger was reconciled with the broker. */
export const RUN_REASONS = ['timer', 'connect', 'demand'] as const
export type RunReason = (typeof RUN_REASONS)[number]

/** `failed`: the broker could not be asked, so nothing was judged: unknown, which is not flat. */
export const RUN_OUTCOMES = ['agrees', 'differs', 'failed'] as const
export type RunOutcome = (typeof RUN_OUTCOMES)[number]
