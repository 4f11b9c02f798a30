import type { Clock } from '#ports/clock.ts'
import type { Notifier } from '#ports/notifier.ts'
import type { Link } from '#shared/link.ts'
import type { Notices } from './notices.ts'

/** A link lost for longer than this is worth calling the trader. */
const LOST_FOR_MS = 30_000

/** How the link and the broker behind it stand: `unknown` until it was good once. */
type Standing =
  | { readonly kind: 'unknown' | 'good' }
  | { readonly kind: 'lost'; readonly since: number; isTold: boolean; cancel: () => void }

/**
 * Calls the trader once when a link that was good stays lost for more than 30 s, and once when it
 * is good again. Before the first connection the trader sits before the screen, which says more.
 */
export class LinkWatch {
  readonly #around: Surroundings
  #standing: Standing = { kind: 'unknown' }

  constructor(around: Surroundings) {
    this.#around = around
  }

  /** Takes in how the link stands now; the same state any number of times is one state. */
  heard(link: Link): void {
    if (link.state === 'stopped') {
      this.stop()
    } else if (isGood(link)) {
      this.#found()
    } else if (this.#standing.kind === 'good') {
      const { clock } = this.#around
      const cancel = clock.after(LOST_FOR_MS, () => this.#tell())
      this.#standing = { kind: 'lost', since: clock.monotonic(), isTold: false, cancel }
    }
  }

  /** Forgets a loss under way: a link stopped on purpose is no news. */
  stop(): void {
    if (this.#standing.kind === 'lost') this.#standing.cancel()
    this.#standing = { kind: 'unknown' }
  }

  #found(): void {
    const before = this.#standing
    this.#standing = { kind: 'good' }
    if (before.kind !== 'lost') return
    before.cancel()
    if (!before.isTold) return
    const seconds = Math.round((this.#around.clock.monotonic() - before.since) / 1000)
    const message = `The link is back after ${spoken(seconds)}; what was missed is fetched.`
    this.#around.notices.add({ severity: 'info', message, remedy: null })
    this.#around.notifier.notify({ title: 'Link is back', message })
  }

  #tell(): void {
    if (this.#standing.kind !== 'lost') return
    this.#standing.isTold = true
    const link = this.#around.link()
    const [message, remedy] = wordsOf(link)
    this.#around.notices.add({ severity: 'warning', message, remedy })
    this.#around.notifier.notify({ title: 'Link lost', message: `${message} ${remedy}` })
  }
}

export type Surroundings = {
  readonly clock: Clock
  readonly notices: Pick<Notices, 'add'>
  readonly notifier: Notifier
  readonly link: () => Link
}

const isGood = ({ state }: Link): boolean => state === 'connected' || state === 'catching-up'

const spoken = (seconds: number): string =>
  seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`

function wordsOf({ state, problem }: Link): readonly [message: string, remedy: string] {
  if (state === 'broker-lost') {
    return [
      'TWS has had no connection to IB for 30 s.',
      'What is shown is the last that was known; TWS reconnects by itself.',
    ]
  }
  const message = 'No connection to TWS or Gateway for 30 s: what is shown is the last known.'
  return [message, problem === null ? 'It is tried again.' : `${problem.message} ${problem.remedy}`]
}
