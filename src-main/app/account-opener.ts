import { movesPosition } from '#domain/fill.ts'
import type { Broker, BrokerSnapshot } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { Book } from './book.ts'
import { openingState, proposeOpening } from './opening.ts'
import { takeForOpening } from './take-for-opening.ts'

const RETRY_MS = 2_000

/** What opening a book needs of its account. */
type Place = {
  readonly settings: { readonly broker: Broker; readonly clock: Clock; readonly log: Log }
  readonly book: () => Book | null
  readonly isClosed: () => boolean
  readonly learn: (instrument: Instrument) => void
  /** Called once the opening position is booked. */
  readonly opened: () => void
}

/** Takes the broker's holdings as the opening position of a book, the first time it is seen. */
export class AccountOpener {
  readonly #place: Place
  #isProposing = false

  constructor(place: Place) {
    this.#place = place
  }

  /** Proposes the opening position; tries again until the broker's holdings are settled. */
  async propose(): Promise<void> {
    if (this.#isProposing) return
    this.#isProposing = true
    try {
      await this.#proposeOnce()
    } catch (error) {
      this.#place.settings.log.warn('The book could not be opened yet', { reason: String(error) })
      this.#retry()
    } finally {
      this.#isProposing = false
    }
  }

  async #proposeOnce(): Promise<void> {
    const { broker, clock } = this.#place.settings
    const book = this.#place.book()
    if (book === null) return
    const settled = await takeForOpening(book, { broker, clock })
    if (settled === null) {
      this.#retry()
      return
    }
    await this.#describeAll(book, settled)
    await book.command(proposeOpening(settled, { ledger: book.ledger, clock }))
    this.#place.opened()
  }

  #retry(): void {
    const { clock, broker } = this.#place.settings
    clock.after(RETRY_MS, () => {
      const book = this.#place.book()
      const isAwaiting = book !== null && openingState(book.memory) === 'awaiting'
      const isConnected = broker.link().state === 'connected'
      if (isAwaiting && !this.#place.isClosed() && isConnected) void this.propose()
    })
  }

  /** Costs need the price magnifier, which only contract details tell. */
  async #describeAll({ memory }: Book, { positions }: BrokerSnapshot): Promise<void> {
    const known = memory.instruments
    const wanted = positions.filter(
      ({ conId, instrument }) =>
        movesPosition(instrument.secType) && (known.get(conId)?.priceMagnifier ?? null) === null,
    )
    await Promise.all(
      wanted.map(async ({ conId }) => {
        const described = await this.#place.settings.broker.describe(conId)
        if (described.ok) this.#place.learn(described.value)
      }),
    )
  }
}
