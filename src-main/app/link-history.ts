import type { Clock } from '#ports/clock.ts'
import type { LinkEvent } from '#shared/api/link-views.ts'
import type { Link } from '#shared/link.ts'

/** A night of an unreachable TWS leaves room for what came before it. */
const KEPT = 300

/** The latest events of the link, newest first. */
export class LinkHistory {
  readonly #clock: Clock
  #events: readonly LinkEvent[] = []
  #count = 0
  #state: Link['state'] | null = null
  #problem: string | null = null

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Takes in what the link is; only a change of its state or its problem is an event. */
  see({ state, host, port, problem }: Link): void {
    const message = problem?.message ?? null
    if (state === this.#state && message === this.#problem) return
    this.#state = state
    this.#problem = message
    this.#add({
      ...{ state, host, port, message },
      code: problem?.code ?? null,
      remedy: problem?.remedy ?? null,
    })
  }

  /** Takes in a message of the broker that left the link as it was. */
  hear(said: { readonly code: number; readonly message: string }, { host, port }: Link): void {
    const { code, message } = said
    this.#add({ state: null, host, port, code, message, remedy: null })
  }

  latest(limit: number): LinkEvent[] {
    return this.#events.slice(0, limit)
  }

  #add(event: Omit<LinkEvent, 'id' | 'at'>): void {
    this.#count += 1
    const added = { id: this.#count, at: this.#clock.now(), ...event }
    this.#events = [added, ...this.#events].slice(0, KEPT)
  }
}
