import type { AttributionRule } from '#domain/attribution.ts'
import { splitExecId } from '#domain/execution.ts'
import type { Clock } from '#ports/clock.ts'
import type { Changes, Ledger, LedgerFailure } from '#ports/ledger.ts'
import type { Log } from '#ports/log.ts'
import type { AccountId } from '#shared/ids.ts'
import { Batch } from './batch.ts'
import type { BookCommand, BookEvent, Settle } from './book-event.ts'
import { refuseAll, runCommand, tell, type Decided } from './decided.ts'
import { FillProcessor, isSameCharge } from './fill-processor.ts'
import { EventQueue } from './event-queue.ts'
import { atLedgerScale } from './ledger-scale.ts'
import { learn } from './learn.ts'
import { unknownRoots } from './lookup.ts'
import { BookMemory } from './memory.ts'
import { OrderTracker } from './order-tracker.ts'
import { refoldAll } from './refold-all.ts'
import { patient, retrying, type Retrying } from './retrying.ts'
import { Writing } from './writing.ts'

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

/** Events after which a batch is not added to while it waits for the one before to be written. */
const BATCH_EVENTS = 3_072
/** Events decided before others get their turn. */
const TURN_EVENTS = 64

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
  readonly #retrying: Retrying
  readonly #reads: ReturnType<typeof patient>
  #memory: BookMemory
  /** Positions may be wrong: they are folded anew with what is decided next. */
  #isDoubted = false
  readonly #queue = new EventQueue()
  #inBatch = 0
  #hasNews: () => void = () => undefined
  #isPumping = false
  #isClosed = false
  #idle: Promise<void> = Promise.resolve()

  private constructor(settings: BookSettings, memory: BookMemory) {
    this.account = settings.account
    this.#settings = settings
    this.#retrying = { ...settings, hasEnded: () => this.#isClosed }
    this.#reads = patient(settings.ledger, this.#retrying)
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
    this.#hasNews()
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

  /**
   * The next batch is decided while the one before is being committed: whatever arrives meanwhile
   * goes into it.
   */
  async #pump(): Promise<void> {
    // What else is in the same chunk of the socket comes along.
    await this.#settings.clock.turn()
    let writing = Writing.NOTHING
    // Nothing may be awaited between finding the queue empty and no longer pumping.
    while (this.#queue.length > 0 || !writing.isDone) {
      if (this.#queue.length === 0) await this.#newsOr(writing)
      if (this.#queue.length === 0) continue
      const events: BookEvent[] = []
      const decided = await this.#decideMeanwhile(events, writing).catch((error: unknown) => {
        if (this.#isClosed) return refuseAll(events, error)
        throw error
      })
      await writing.done
      if (decided === null) continue
      this.#memory.trim()
      writing = new Writing(this.#write(events, decided))
    }
    this.#isPumping = false
  }

  /** Decides one batch, of more and more events for as long as the one before is being written. */
  async #decideMeanwhile(events: BookEvent[], writing: Writing): Promise<Decided> {
    let decided: Decided | null = null
    for (;;) {
      const next = this.#queue.next()
      this.#inBatch += next.length
      events.push(...next)
      decided = await this.#decide(next, writing.done, decided)
      if (this.#queue.length === 0) await this.#newsOr(writing)
      const isFull = events.length >= BATCH_EVENTS
      if (writing.isDone || isFull || this.#queue.length === 0) return decided
    }
  }

  /** Resolves when something is put into the queue, or what is being written is written. */
  async #newsOr(writing: Writing): Promise<void> {
    const news = new Promise<void>((resolve) => (this.#hasNews = resolve))
    await Promise.race([news, writing.done])
  }

  /** Commits what was decided, however often the ledger refuses. */
  async #write(events: readonly BookEvent[], decided: Decided): Promise<void> {
    let { memory, batch, settled } = decided
    for (;;) {
      // Decided on what the ledger has since refused: decided again on what is so.
      if (memory !== this.#memory)
        ({ memory, batch, settled } = await this.#decide(events, DONE, null))
      // Taken down now: memory goes on while this is being written.
      const changes = batch.toChanges()
      const outcome = await this.#commit(changes)
      if (outcome === 'committed') {
        this.#isDoubted = false
        memory.showCommitted(changes.positions)
        memory.day.see(batch)
        this.#settings.onCommitted(batch, memory)
      }
      if (outcome === 'committed' || outcome === 'closed') {
        tell(settled, outcome)
        break
      }
      // Memory believed a row to be new that was not: it is read anew.
      this.#memory = new BookMemory(await this.#reads.load())
      this.#memory.distrust()
      this.#isDoubted ||= outcome === 'doubled'
    }
    this.#inBatch -= events.length
  }

  /**
   * Decides a batch in memory, or what is added to one. What must be read from the ledger waits for
   * the commit under way.
   */
  async #decide(
    events: readonly BookEvent[],
    writing: Promise<void>,
    before: Decided | null,
  ): Promise<Decided> {
    if (events.some(({ kind }) => kind === 'command')) await writing
    await this.#lookUp(events, writing)
    const { rules, clock, log } = this.#settings
    const place = { ledger: this.#reads, clock }
    const memory = this.#memory
    // The commit under way was refused meanwhile: all of the batch is decided again.
    if (before !== null && before.memory !== memory) return before
    const decided = before ?? { memory, batch: new Batch(), settled: [] }
    const { batch } = decided
    const fills = new FillProcessor({ rules, clock, log }, memory, batch)
    const settings = { account: this.account, rules, stamp: clock.stamp }
    const orders = new OrderTracker(settings, memory, batch)
    for (const [index, event] of events.entries()) {
      if (index > 0 && index % TURN_EVENTS === 0) await clock.turn()
      if (event.kind === 'command') {
        // It is decided on what was taken in before it, and sees all that came of that.
        if (fills.isPending) await fills.finish(this.#reads)
        await runCommand(event, decided)
      } else this.#apply(event, { fills, orders, batch })
    }
    if (fills.isPending) {
      await writing
      await fills.finish(this.#reads)
    }
    if (this.#isDoubted) await refoldAll(place)(memory, batch)
    return decided
  }

  /** Fetches what the batch is about and memory does not hold. */
  async #lookUp(events: readonly BookEvent[], writing: Promise<void>): Promise<void> {
    if (unknownRoots(this.#memory, events).length === 0) return
    await writing
    const roots = unknownRoots(this.#memory, events)
    if (roots.length === 0) return
    for (const fill of await this.#reads.findFills(roots)) this.#memory.keepFill(fill)
  }

  #apply(event: Exclude<BookEvent, { kind: 'command' }>, to: Appliers): void {
    switch (event.kind) {
      case 'execution':
        learn(this.#memory, event.instrument, to.batch)
        to.fills.execution(event.execution, event.instrument)
        to.orders.execution(event.execution)
        return
      case 'commission':
        to.fills.commission(event.report)
        return
      case 'order':
        if (event.instrument) learn(this.#memory, event.instrument, to.batch)
        to.orders.report(event.report)
        return
      case 'instrument':
        learn(this.#memory, event.instrument, to.batch)
        return
      case 'prices':
        for (const quote of event.quotes) to.batch.prices.set(quote.conId, quote)
        return
      case 'summary':
        to.batch.accountSummaries.push(event.summary)
        return
    }
  }

  async #commit(changes: Changes): Promise<'committed' | 'duplicate' | 'doubled' | 'closed'> {
    const done = await retrying(this.#retrying, () => this.#settings.ledger.commit(changes))
    if ('value' in done) return 'committed'
    return done.kind === 'duplicate' || done.kind === 'doubled' ? done.kind : 'closed'
  }
}

type Appliers = {
  readonly fills: FillProcessor
  readonly orders: OrderTracker
  readonly batch: Batch
}

const DONE = Promise.resolve()
