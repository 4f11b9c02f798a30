import type { Clock } from '#ports/clock.ts'
import type { HealthView } from '#shared/api/views.ts'
import type { Link } from '#shared/link.ts'
import { VERSION } from '#shared/version.ts'
import type { Account } from './account.ts'

const BEAT_MS = 500
/** Beats remembered: five seconds of them. */
const BEATS = 10

/** Tells how long the core lives, and how late its timers come because it is busy. */
export class Pulse {
  readonly #clock: Clock
  readonly #startedAt: number
  #beatAt: number
  #late: readonly number[] = []

  constructor(clock: Clock) {
    this.#clock = clock
    this.#startedAt = clock.monotonic()
    this.#beatAt = this.#startedAt
  }

  /** Begins to beat; the answer ends it. */
  start(): () => void {
    this.#beatAt = this.#clock.monotonic()
    return this.#clock.every(BEAT_MS, () => {
      const at = this.#clock.monotonic()
      this.#late = [...this.#late, at - this.#beatAt - BEAT_MS].slice(-BEATS)
      this.#beatAt = at
    })
  }

  get uptimeMs(): number {
    return this.#clock.monotonic() - this.#startedAt
  }

  /** The latest a beat came, of the last few. */
  get lagMs(): number {
    return Math.max(0, ...this.#late)
  }
}

/** What of a desk tells how it is doing. */
export type Watched = {
  readonly accounts: readonly Account[]
  readonly link: Link
  readonly pulse: Pulse
}

/** How the core is doing: failing as soon as one ledger cannot be opened or written. */
export function healthView({ accounts, link, pulse }: Watched): HealthView {
  const ledgers = accounts.map(({ id, book, trouble, depth }) => ({
    account: id,
    state: trouble ? ('failing' as const) : book ? ('open' as const) : ('opening' as const),
    problem: trouble?.sentence ?? null,
    queueDepth: depth,
  }))
  return {
    status: ledgers.some(({ state }) => state === 'failing') ? 'failing' : 'serving',
    version: VERSION,
    uptimeMs: Math.round(pulse.uptimeMs),
    link: link.state,
    ledgers,
    eventLoopLagMs: Math.round(pulse.lagMs),
  }
}
