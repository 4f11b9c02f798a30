import type { AttributionRule } from '#domain/attribution.ts'
import { quotedMark } from '#domain/mark.ts'
import type { Broker, BrokerEvent, PriceQuote } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { LedgerFailure, LedgerStatus, OpenLedger } from '#ports/ledger.ts'
import type { Log } from '#ports/log.ts'
import type { AccountId, ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { Price } from '#shared/money.ts'
import { AccountOpener } from './account-opener.ts'
import { AccountValues } from './account-values.ts'
import { Attempts } from './attempts.ts'
import type { Batch } from './batch.ts'
import type { BookCommand, BookEvent } from './book-event.ts'
import type { Book } from './book.ts'
import type { Live } from './live.ts'
import { Conflated } from './conflated.ts'
import { Describing } from './describing.ts'
import { instrumentsHeld } from './lookup.ts'
import type { BookMemory } from './memory.ts'
import type { Notices } from './notices.ts'
import { openBook } from './open-book.ts'
import { openingState } from './opening.ts'
import type { PriceCache } from './price-cache.ts'
import { touchOf } from './touch.ts'

const REOPEN_MS = 5_000
/** A rate or NAV moves every row in the base currency: so often they are told, at most. */
const ROWS_IN_BASE_MS = 1_000
/** Events kept while the ledger is being opened; beyond it the link is caught up again. */
const BACKLOG_LIMIT = 50_000

/** Events that concern one book or, naming no account, all of them. */
export type RoutedEvent = Exclude<
  BrokerEvent,
  { readonly kind: 'link' | 'session' | 'notice' | 'price' | 'price-line' | 'caught-up' }
>

/** What an account needs of the desk it belongs to. */
export type Surroundings = {
  readonly settings: {
    readonly broker: Broker
    readonly openLedger: OpenLedger
    readonly rules: readonly AttributionRule[]
    readonly clock: Clock
    readonly log: Log
  }
  readonly live: Live
  readonly notices: Notices
  /** `take` a price in, for every account; `plan` which to ask for, of what is held now. */
  readonly pricing: {
    readonly cache: PriceCache
    readonly take: (quote: PriceQuote) => void
    readonly plan: () => void
  }
  /** Compares an open book with the broker that has just told everything. */
  readonly reconcile: (account: Account) => void
}

/** One account of the desk: its book, once its ledger is open, and what the broker says of it. */
export class Account {
  readonly id: AccountId
  readonly values = new AccountValues()
  readonly #desk: Surroundings
  readonly #opener: AccountOpener
  #book: Book | null = null
  #opening: Promise<void> | null = null
  #backlog: BookEvent[] = []
  #trouble: LedgerFailure | null = null
  #isClosed = false
  #hasOverflowed = false
  readonly #describing: Describing
  readonly #rowsInBase: Conflated
  /** The last marks of instruments whose details have not come. */
  readonly #marks = new Map<ConId, Extract<RoutedEvent, { kind: 'mark' }>>()
  readonly #attempts = new Attempts()

  constructor(id: AccountId, desk: Surroundings) {
    this.id = id
    this.#desk = desk
    this.#describing = new Describing(desk.settings.broker, (instrument) =>
      this.#queue({ kind: 'instrument', instrument }),
    )
    this.#rowsInBase = new Conflated(desk.settings.clock, ROWS_IN_BASE_MS, () =>
      desk.live.touch({ account: id, positions: this.#book?.memory.committed.keys() ?? [] }),
    )
    this.#opener = new AccountOpener({
      settings: desk.settings,
      book: () => this.#book,
      isClosed: () => this.#isClosed,
      learn: (instrument) => this.#queue({ kind: 'instrument', instrument }),
      opened: () => {
        desk.pricing.plan()
        desk.reconcile(this)
      },
    })
  }

  get book(): Book | null {
    return this.#book
  }

  /** What stands in the way of the ledger; null when nothing does. */
  get trouble(): LedgerFailure | null {
    return this.#trouble
  }

  get depth(): number {
    return (this.#book?.depth ?? 0) + this.#backlog.length
  }

  ledgerStatus(): LedgerStatus | null {
    return this.#book?.ledger.status() ?? null
  }

  /** Opens the ledger and its book; while it cannot be opened, tries again. */
  open(): Promise<void> {
    if (this.#book !== null || this.#isClosed) return Promise.resolve()
    this.#opening ??= this.#open().finally(() => {
      this.#opening = null
    })
    return this.#opening
  }

  async #open(): Promise<void> {
    const { openLedger, rules, clock, log, broker } = this.#desk.settings
    const opened = await openBook(openLedger, {
      account: this.id,
      rules,
      clock,
      log,
      onCommitted: (batch, memory) => this.#committed(batch, memory),
      onTrouble: (failure) => this.#report(failure),
    })
    if (!opened.ok) {
      this.#report(opened.error)
      clock.after(REOPEN_MS, () => void this.open())
      return
    }
    const hasMissed = this.#trouble !== null || this.#hasOverflowed
    this.#book = opened.value
    this.#report(null)
    this.values.recallAccruals(opened.value.memory.accruals)
    this.#desk.pricing.cache.recall(opened.value.memory.savedPrices)
    for (const event of this.#backlog.splice(0)) this.#queue(event)
    this.#desk.pricing.plan()
    this.#desk.live.restart()
    if (hasMissed) broker.reconnect('the ledger can be written again')
    else if (broker.link().state === 'connected') this.caughtUp()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#opening
    await this.#book?.close()
  }

  take(event: RoutedEvent): void {
    switch (event.kind) {
      case 'mark': {
        this.#queue({ kind: 'instrument', instrument: event.mark.instrument })
        this.#takeMark(event)
        return
      }
      case 'account-value':
        this.#takeValue(event)
        return
      case 'position':
        this.#queue({ kind: 'instrument', instrument: event.position.instrument })
        return
      case 'execution':
      case 'commission':
      case 'order':
      case 'instrument':
        this.#queue(event)
    }
  }

  /** A mark waits for the contract's details, which say what it is quoted in. */
  #takeMark(told: Extract<RoutedEvent, { kind: 'mark' }>): void {
    const { conId, marketPrice } = told.mark
    const known = this.#book?.memory.instruments.get(conId) ?? told.mark.instrument
    const price = quotedMark(told.mark, known) as Price | null
    if (price !== null) {
      this.#marks.delete(conId)
      this.#desk.pricing.take({ conId, price, source: 'broker-mark', at: told.at })
    } else if (marketPrice !== null) this.#marks.set(conId, told)
  }

  #takeValue({ value, at }: Extract<RoutedEvent, { kind: 'account-value' }>): void {
    if (this.values.take(value, at)) this.#rowsInBase.due()
    this.#desk.live.touch({ account: this.id, parts: ['account'] })
  }

  /** Runs a command on the book. @throws {Error} in words, when it is refused. */
  command(run: BookCommand): Promise<void> {
    if (this.#book === null)
      throw new Error(this.#trouble?.sentence ?? 'The ledger is not open yet.')
    return this.#book.command(run)
  }

  /**
   * The same for what is done by itself and again later: rejected as soon as the ledger cannot be
   * written, although it is written once it can.
   */
  async attempt(run: BookCommand): Promise<void> {
    if (this.#trouble !== null) throw new Error(this.#trouble.sentence)
    await this.#attempts.wait(this.command(run))
  }

  /** Resolves once all that was taken in is durable. @throws {Error} when it cannot be written. */
  written(): Promise<void> {
    if (this.#book === null && this.#trouble === null) return Promise.resolve()
    return this.attempt(() => Promise.resolve())
  }

  /** A new session tells everything again: what an overflow dropped comes now. */
  sessionOpened(): void {
    this.#hasOverflowed = false
  }

  /** The broker has told what it had to: the first time, the book is opened on it. */
  caughtUp(): void {
    if (this.#book === null) return
    const { memory } = this.#book
    // A crash or a lost link may have come between an instrument's first sight and its details.
    this.#describing.ask(memory.instruments.values())
    if (openingState(memory) === 'awaiting') void this.propose()
    else this.#desk.reconcile(this)
  }

  /** Takes the broker's holdings as the opening position; tries again until it is settled. */
  propose(): Promise<void> {
    return this.#opener.propose()
  }

  /** Instruments with an open position. */
  heldInstruments(): readonly Instrument[] {
    return this.#book === null ? [] : instrumentsHeld(this.#book.memory)
  }

  touchPositionsIn(conId: ConId): void {
    const keys = this.#book?.memory.keysOf(conId) ?? []
    if (keys.length > 0) this.#desk.live.touch({ account: this.id, positions: keys })
  }

  savePrices(quotes: readonly PriceQuote[]): void {
    const memory = this.#book?.memory
    const own = quotes.filter(({ conId }) => memory?.instruments.has(conId))
    if (own.length > 0) this.#queue({ kind: 'prices', quotes: own })
  }

  /** False when the broker has not told anything of it. */
  saveSummary(): boolean {
    const summary = this.values.summary(this.#desk.settings.clock.stamp())
    if (summary) this.#queue({ kind: 'summary', summary })
    return summary !== null
  }

  #queue(event: BookEvent): void {
    if (this.#hasOverflowed || this.#book?.knows(event) === true) return
    if (this.#book?.take(event) === true) return
    if (this.#book === null && this.#backlog.length < BACKLOG_LIMIT) {
      this.#backlog.push(event)
      return
    }
    // IB's socket cannot be paused. What is dropped here comes again when the link is caught up.
    this.#hasOverflowed = true
    this.#backlog = []
    // A book that is not open yet asks for everything again when it is.
    if (this.#book === null) return
    this.#desk.settings.broker.reconnect('more arrived than could be written; it is fetched again')
  }

  #committed(batch: Batch, memory: BookMemory): void {
    const { live } = this.#desk
    if (live.subscriberCount > 0) live.touch({ account: this.id, ...touchOf(batch, memory) })
    for (const { conId } of batch.instruments.values()) {
      const waiting = this.#marks.get(conId)
      if (waiting) this.#takeMark(waiting)
      this.touchPositionsIn(conId)
    }
    if (batch.holdings.size > 0) this.#desk.pricing.plan()
    this.#describing.ask(batch.instruments.values())
  }

  #report(failure: LedgerFailure | null): void {
    const isNew = failure?.sentence !== this.#trouble?.sentence
    this.#trouble = failure
    if (failure) this.#attempts.fail(failure.sentence)
    if (failure && isNew) {
      this.#desk.notices.add({ severity: 'error', message: failure.sentence, remedy: null })
    }
    this.#desk.live.touch({ parts: ['status'] })
  }
}
