import type { AttributionRule } from '#domain/attribution.ts'
import { splitExecId } from '#domain/execution.ts'
import type { Clock } from '#ports/clock.ts'
import type { Ledger, LedgerError, LedgerFailure } from '#ports/ledger.ts'
import type { Log } from '#ports/log.ts'
import type { AccountId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { Batch } from './batch.ts'
import type { BookCommand, BookEvent, Settle } from './book-event.ts'
import { FillProcessor, isSameCharge } from './fill-processor.ts'
import { atLedgerScale } from './ledger-scale.ts'
import { unknownRoots } from './lookup.ts'
import { BookMemory } from './memory.ts'
import { OrderTracker } from './order-tracker.ts'
import { refoldHolding } from './refold.ts'

export type BookSettings = {
  readonly account: AccountId
  readonly rules: readonly AttributionRule[]
  readonly clock: Clock
  readonly log: Log
  readonly ledger: Ledger
  /** Called after each commit with what it changed; everything in it is durable. */
  readonly onCommitted: (batch: Batch, memory: BookMemory) => void
  /** Called when a commit fails, and with null when one succeeds again. */
  readonly onTrouble: (failure: LedgerFailure | null) => void
}

/** Events committed together at most: a batch of this size is decided within milliseconds. */
const BATCH_LIMIT = 1_536
/** Events decided before others get their turn. */
const TURN_EVENTS = 256
const RETRY_MS = 2_000

/**
 * Events read and not yet committed, at most; beyond it the link is dropped and caught up again.
 */
export const QUEUE_LIMIT = 150_000

/**
 * The book of one account: one queue, one writer. Events that arrive while a commit runs are
 * committed together next; nothing counts as seen before it is committed.
 */
export class Book {
  readonly account: AccountId
  readonly #settings: BookSettings
  #memory: BookMemory
  #queue: BookEvent[] = []
  #inBatch = 0
  #isPumping = false
  #isClosed = false
  #idle: Promise<void> = Promise.resolve()

  private constructor(settings: BookSettings, memory: BookMemory) {
    this.account = settings.account
    this.#settings = settings
    this.#memory = memory
  }

  /** Reads the book from its ledger, ready to go on. */
  static async open(settings: BookSettings): Promise<Book> {
    return new Book(settings, new BookMemory(await settings.ledger.load()))
  }

  get memory(): BookMemory {
    return this.#memory
  }

  get ledger(): Ledger {
    return this.#settings.ledger
  }

  /** Events read and not yet committed. */
  get depth(): number {
    return this.#queue.length + this.#inBatch
  }

  /** Puts an event into the queue; false when it is full and the link must be dropped. */
  take(event: BookEvent): boolean {
    if (this.#isClosed) return true
    if (this.#queue.length >= QUEUE_LIMIT) return false
    this.#queue.push(atLedgerScale(event))
    if (!this.#isPumping) {
      this.#isPumping = true
      this.#idle = this.#pump()
    }
    return true
  }

  /**
   * Whether an event says only what has been taken in already, such as a replay after a reconnect:
   * it need not even be queued.
   */
  knows(event: BookEvent): boolean {
    if (event.kind === 'execution') {
      const { root, revision } = splitExecId(event.execution.execId)
      return this.#memory.revisionOf(root) === revision
    }
    if (event.kind !== 'commission') return false
    const { root, revision } = splitExecId(event.report.execId)
    const charge = this.#memory.fills.get(root)?.charge ?? null
    return charge?.revision === revision && isSameCharge(charge, event.report)
  }

  /** Runs a command in its turn; resolves once what it wrote is durable. */
  command(run: BookCommand): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle: Settle = (error) => {
        if (error) reject(error)
        else resolve()
      }
      if (this.#isClosed) settle(new Error('The book is closed.'))
      else if (!this.take({ kind: 'command', run, settle })) {
        settle(new Error('Too much is waiting to be written: try again in a moment.'))
      }
    })
  }

  /** Commits what is queued, then lets go of the ledger. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#idle
    await this.#settings.ledger.close()
  }

  async #pump(): Promise<void> {
    // What else is in the same chunk of the socket comes along.
    await this.#settings.clock.turn()
    while (this.#queue.length > 0) {
      const events = this.#queue.splice(0, BATCH_LIMIT)
      this.#inBatch = events.length
      await this.#process(events)
      this.#inBatch = 0
      this.#memory.trim()
    }
    this.#isPumping = false
  }

  /** Decides a batch and commits it, however often the ledger refuses. */
  async #process(events: readonly BookEvent[]): Promise<void> {
    for (;;) {
      const batch = new Batch()
      const settled: Settle[] = []
      await this.#decide(events, batch, settled)
      const outcome = await this.#commit(batch)
      if (outcome === 'committed') {
        this.#settings.onCommitted(batch, this.#memory)
        for (const settle of settled) settle(null)
        return
      }
      if (outcome === 'closed') {
        for (const settle of settled)
          settle(new Error('The book was closed before it was written.'))
        return
      }
      // Memory believed a row to be new that was not: read what is so, and decide again.
      this.#memory = new BookMemory(await this.#settings.ledger.load())
      this.#memory.distrust()
    }
  }

  async #decide(events: readonly BookEvent[], batch: Batch, settled: Settle[]): Promise<void> {
    const { ledger, rules, clock, log } = this.#settings
    const roots = unknownRoots(this.#memory, events)
    if (roots.length > 0) {
      for (const fill of await ledger.findFills(roots)) this.#memory.keepFill(fill)
    }
    const fills = new FillProcessor({ rules, clock, log }, this.#memory, batch)
    const orders = new OrderTracker(
      { account: this.account, rules, stamp: clock.stamp },
      this.#memory,
      batch,
    )
    for (const [index, event] of events.entries()) {
      if (index > 0 && index % TURN_EVENTS === 0) await clock.turn()
      if (event.kind === 'command')
        await runCommand(event, { memory: this.#memory, batch }, settled)
      else this.#apply(event, { fills, orders, batch })
    }
    for (const key of fills.refolds) {
      await refoldHolding({ ledger, clock, memory: this.#memory, batch }, key)
    }
  }

  #apply(event: Exclude<BookEvent, { kind: 'command' }>, to: Appliers): void {
    switch (event.kind) {
      case 'execution':
        this.#learn(event.instrument, to.batch)
        to.fills.execution(event.execution, event.instrument)
        to.orders.execution(event.execution)
        return
      case 'commission':
        to.fills.commission(event.report)
        return
      case 'order':
        if (event.instrument) this.#learn(event.instrument, to.batch)
        to.orders.report(event.report)
        return
      case 'instrument':
        this.#learn(event.instrument, to.batch)
        return
      case 'prices':
        for (const quote of event.quotes) to.batch.prices.set(quote.conId, quote)
        return
      case 'summary':
        to.batch.accountSummaries.push(event.summary)
        return
    }
  }

  /** Keeps what is known of an instrument; details once learned are not forgotten. */
  #learn(instrument: Instrument, batch: Batch): void {
    const known = this.#memory.instruments.get(instrument.conId)
    if (known && !isBetter(instrument, known)) return
    this.#memory.instruments.set(instrument.conId, instrument)
    batch.instruments.set(instrument.conId, instrument)
  }

  async #commit(batch: Batch): Promise<'committed' | 'duplicate' | 'closed'> {
    const changes = batch.toChanges()
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#settings.ledger.commit(changes)
        if (attempt > 1) this.#settings.onTrouble(null)
        return 'committed'
      } catch (error) {
        const { failure } = error as LedgerError
        this.#settings.log.error('A commit failed', { attempt, reason: String(error) })
        if (failure.kind === 'duplicate') return 'duplicate'
        this.#settings.onTrouble(failure)
        if (this.#isClosed) return 'closed'
        await new Promise<void>((resolve) => this.#settings.clock.after(RETRY_MS, resolve))
      }
    }
  }
}

type Appliers = {
  readonly fills: FillProcessor
  readonly orders: OrderTracker
  readonly batch: Batch
}

async function runCommand(
  event: Extract<BookEvent, { kind: 'command' }>,
  to: { readonly memory: BookMemory; readonly batch: Batch },
  settled: Settle[],
): Promise<void> {
  try {
    await event.run(to.memory, to.batch)
    settled.push(event.settle)
  } catch (error) {
    event.settle(error instanceof Error ? error : new Error(String(error)))
  }
}

/** News of an instrument: its first sight, or details that were missing. */
const isBetter = (news: Instrument, known: Instrument): boolean =>
  (known.priceMagnifier === null && news.priceMagnifier !== null) ||
  (known.minTick === null && news.minTick !== null)
