import { rank } from '#domain/lines.ts'
import { isFinal } from '#domain/order.ts'
import type { Broker, BrokerEvent, PriceQuote } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { LinkState } from '#shared/link.ts'
import type { Account } from './account.ts'
import type { Live } from './live.ts'
import { PriceCache } from './price-cache.ts'

type Desk = {
  readonly settings: { readonly broker: Broker; readonly clock: Clock }
  readonly live: Live
  readonly accounts: readonly Account[]
}

/** A burst of fills asks for the same lines again and again: it is looked at this often. */
const PLAN_MS = 250

const hears = (state: LinkState): boolean => state === 'connected' || state === 'catching-up'

/** Prices of the desk: which are asked for, what they are, and whether they can be relied on. */
export class Pricing {
  readonly cache = new PriceCache()
  readonly #desk: Desk
  /** What each screen shows, by its subscription to the live stream. */
  readonly #visible = new Map<string, readonly ConId[]>()
  #plannedAt = Number.NEGATIVE_INFINITY
  #cancelPlan: (() => void) | null = null

  constructor(desk: Desk) {
    this.#desk = desk
  }

  /** Takes in what an event says about prices or about what brings them. */
  hear(event: BrokerEvent): void {
    switch (event.kind) {
      case 'price':
        this.take(event.quote)
        break
      case 'price-line':
        if (this.cache.takeLine(event.conId, event.isUp)) this.#touch(event.conId)
        break
      case 'session':
        this.cache.beginSession(this.#desk.settings.clock.now())
        break
      case 'link':
        if (this.cache.takeLink(hears(event.link.state))) this.#touchAll()
        break
      default:
    }
  }

  /** Takes a price in and shows it wherever the instrument is held. */
  take(quote: PriceQuote): void {
    if (this.cache.take(quote)) this.#touch(quote.conId)
  }

  /** Takes in what a screen shows. False when its subscription is not open. */
  watch(subscription: string, conIds: readonly ConId[]): boolean {
    if (!this.#desk.live.isOpen(subscription)) return false
    this.#visible.set(subscription, conIds)
    this.plan()
    return true
  }

  /** Forgets what screens showed that are gone. */
  tidy(): void {
    const gone = [...this.#visible.keys()].filter((id) => !this.#desk.live.isOpen(id))
    for (const id of gone) this.#visible.delete(id)
    if (gone.length > 0) this.plan()
  }

  /** Asks for prices of what is seen, ordered and held, each instrument once. */
  plan(): void {
    if (this.#cancelPlan !== null) return
    const { clock } = this.#desk.settings
    const waitMs = this.#plannedAt + PLAN_MS - clock.monotonic()
    if (waitMs <= 0) {
      this.#planNow()
      return
    }
    this.#cancelPlan = clock.after(waitMs, () => {
      this.#cancelPlan = null
      this.#planNow()
    })
  }

  stop(): void {
    this.#cancelPlan?.()
    this.#cancelPlan = null
  }

  #planNow(): void {
    const { accounts, settings } = this.#desk
    this.#plannedAt = settings.clock.monotonic()
    const instruments = new Map<ConId, Instrument>()
    const held = accounts.flatMap((account) => account.heldInstruments())
    for (const instrument of held) instruments.set(instrument.conId, instrument)
    const { conIds, visible } = rank({
      visible: [...this.#visible.values()],
      ordered: this.#ordered(),
      held: [...instruments.keys()],
    })
    const wanted = conIds.flatMap((conId) => instruments.get(conId) ?? this.#find(conId) ?? [])
    settings.broker.watch(wanted, visible)
  }

  #ordered(): readonly ConId[] {
    return this.#desk.accounts.flatMap(({ book }) =>
      [...(book?.memory.orders.values() ?? [])].flatMap(({ status, conId }) =>
        isFinal(status) || conId === null ? [] : conId,
      ),
    )
  }

  #find(conId: ConId): Instrument | null {
    for (const { book } of this.#desk.accounts) {
      const known = book?.memory.instruments.get(conId)
      if (known !== undefined) return known
    }
    return null
  }

  #touch(conId: ConId): void {
    for (const account of this.#desk.accounts) account.touchPositionsIn(conId)
  }

  #touchAll(): void {
    for (const { id, book } of this.#desk.accounts) {
      if (book) this.#desk.live.touch({ account: id, positions: book.memory.committed.keys() })
    }
  }
}
