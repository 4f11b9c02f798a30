import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'

/** How far IB's clock is from ours, by its answers to the question for its time. */
export type BrokerClock = {
  readonly listeners: Partial<ApiListeners>
  /** Milliseconds it is ahead of ours, behind below zero; null until it was told this session. */
  readonly aheadMs: () => number | null
  readonly beginSession: () => void
}

/** IB tells its time in whole seconds: on average half of one has passed. */
const SECOND_MS = 1_000

/** Asks once at the beginning; afterwards every heartbeat's answer tells it anew. */
export function createBrokerClock(
  { clock, api }: Pick<Context, 'clock' | 'api'>,
  told: () => void,
): BrokerClock {
  let aheadMs: number | null = null
  return {
    aheadMs: () => aheadMs,
    beginSession: () => {
      aheadMs = null
      api()?.reqCurrentTime()
    },
    listeners: {
      currentTime: (epochSeconds) => {
        if (Number.isFinite(epochSeconds) && epochSeconds > 0)
          aheadMs = Math.round(epochSeconds * SECOND_MS + SECOND_MS / 2 - clock.now())
        told()
      },
    },
  }
}
