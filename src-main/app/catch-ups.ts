import type { Broker } from '#ports/broker.ts'
import type { Link } from '#shared/link.ts'
import type { RunReason } from '#shared/run.ts'
import { DONE, failed, type Jobs, type Running } from './jobs.ts'

type Place = { readonly jobs: Jobs; readonly broker: Pick<Broker, 'link' | 'reconnect'> }

/** Takes down when the broker is asked for all that may have been missed, and what it told. */
export class CatchUps {
  readonly #place: Place
  #running: Running | null = null
  /** Somebody asked for the next one. */
  #reason: RunReason = 'connect'

  constructor(place: Place) {
    this.#place = place
    place.jobs.define('catch-up', {
      obstacle: () => this.#obstacle(),
      work: () => {
        this.#reason = 'demand'
        // What may have been missed is asked for on every connect, and only then.
        place.broker.reconnect('asked to catch up')
        return Promise.resolve()
      },
    })
  }

  #obstacle(): string | null {
    const { state } = this.#place.broker.link()
    if (state === 'connected') return null
    if (state === 'catching-up') return 'It is being caught up already: wait until it is done.'
    return 'Connect to TWS or Gateway first.'
  }

  /** Follows the link: it catches up until that is said to be over, or is lost meanwhile. */
  heard({ state, problem }: Pick<Link, 'state' | 'problem'>): void {
    if (state === 'catching-up') {
      this.#running ??= this.#place.jobs.begin('catch-up', this.#reason)
      this.#reason = 'connect'
    } else if (state !== 'connected') {
      const why = problem?.message ?? 'The link was lost.'
      this.#end(failed(`${why} Not everything was told; it is asked for on the next connection.`))
    }
  }

  /** @param missing what the broker did not answer about. */
  caughtUp(missing: readonly string[]): void {
    const isAll = missing.length === 0
    this.#end(isAll ? DONE : failed(`The broker did not answer about: ${missing.join(', ')}.`))
  }

  #end(verdict: Parameters<Running['end']>[0]): void {
    this.#running?.end(verdict)
    this.#running = null
  }
}
