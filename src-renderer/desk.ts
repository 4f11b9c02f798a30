import { ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { contract } from '#shared/api/contract.ts'
import type { LiveMessage } from '#shared/api/live.ts'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { inFrames, type Batches } from './stores/batches.ts'
import { NOTHING_TOLD, type CoreState, type DeskState } from './stores/desk-state.ts'
import { pastOf } from './stores/past.ts'
import { fold, follows, isLiveMessage, withOlderFills, type Cursor } from './stores/fold.ts'

/** The contract as this side calls it. */
export type Client = ContractRouterClient<typeof contract>

/** One open way to the core, whatever carries it: a socket, or a port in a native window. */
export type Wire = {
  readonly client: Client
  /** Settles when the way is gone: `refused` when the core is there but does not let us in. */
  readonly closed: Promise<'gone' | 'refused'>
  readonly close: () => void
}
export type Dial = () => Wire

export type Clock = {
  readonly now: () => number
  readonly wait: (ms: number) => Promise<void>
}

export type DeskOptions = {
  readonly dial: Dial
  readonly clock: Clock
  /** How messages are gathered; one batch per animation frame unless said otherwise. */
  readonly batches?: (apply: (batch: readonly LiveMessage[]) => void) => Batches<LiveMessage>
}

/** How long to wait before the next attempt, by how many have failed. */
const BACKOFF_MS = [500, 1000, 2000, 3000, 5000] as const
/** Silence after which the core is asked whether it is still there, and how long it may take. */
const SILENCE_MS = 6000
const ANSWER_MS = 5000
const OLDER_FILLS = 1000

/** The screen's end of the contract: the only toucher of what carries it. */
export class Desk {
  readonly store: StoreApi<DeskState> = createStore(() => NOTHING_TOLD)
  private readonly options: DeskOptions
  private readonly batches: Batches<LiveMessage>
  private wire: Wire | null = null
  private subscription: AbortController | null = null
  private cursor: Cursor | null = null
  private account: string | undefined
  private heardAt = 0
  private failures = 0
  private inSight: readonly number[] = []
  private hasFailed = false
  private readonly stopping = new AbortController()

  constructor(options: DeskOptions) {
    this.options = options
    this.batches = (options.batches ?? inFrames)((batch) => this.apply(batch))
  }

  /** Dials until stopped; every loss is followed by another attempt. */
  async run(): Promise<void> {
    while (!this.isStopped()) {
      const wire = this.options.dial()
      this.wire = wire
      this.heardAt = this.options.clock.now()
      this.hasFailed = false
      const stopWatching = this.watch(wire)
      void this.follow(wire)
      const why = await wire.closed
      stopWatching()
      this.subscription?.abort()
      if (this.isStopped()) return
      await this.pause(why)
    }
  }

  stop(): void {
    this.stopping.abort()
    this.subscription?.abort()
    this.wire?.close()
    this.batches.drop()
  }

  /** Shows another account. */
  show(account: string): void {
    this.account = account
    this.resubscribe()
  }

  /** Asks the core for something. @throws with a sentence while there is no way to it. */
  readonly ask = async <Answer>(
    run: (client: Client, of: { account?: string }) => Promise<Answer>,
  ): Promise<Answer> => {
    if (this.wire === null) throw new Error('The workstation’s core does not answer.')
    return await run(this.wire.client, this.ofAccount())
  }

  readonly reconnect = async (): Promise<void> => {
    await this.ask((client) => client.link.reconnect())
  }

  /**
   * Opens the demo desk in place of the real one, or goes back; which account is on screen is then
   * the other's business. @throws with a sentence when it cannot be.
   */
  readonly changeDesk = async (how: 'open' | 'close'): Promise<void> => {
    await this.ask((client) => client.demo[how]())
    this.account = undefined
  }

  /** Says which instruments (conIds) are in sight: their market data comes before the others'. */
  readonly look = (conIds: readonly number[]): void => {
    this.inSight = conIds
    if (this.cursor !== null) this.tellInSight(this.cursor)
  }

  readonly decideOpening = async (
    verdict: 'confirmOpening' | 'undoOpening' | 'proposeOpening',
  ): Promise<void> => {
    const book = await this.ask((client, of) => client.book[verdict](of))
    this.store.setState(({ told }) => ({ told: told === null ? null : { ...told, book } }))
  }

  /** Compares the ledger with the broker now; answers once that is in the ledger. */
  readonly reconcile = async (): Promise<void> => {
    const run = await this.ask((client, of) => client.reconcile.run(of))
    if (run.outcome === 'failed') throw new Error(run.why ?? 'It could not be compared.')
  }

  /** Asks for the book as it was. */
  readonly askPast = async (at: number, known: 'then' | 'now'): Promise<void> => {
    const view = await this.ask((client, of) => client.book.asOf({ ...of, at, known }))
    this.store.setState(({ past }) => ({ past: pastOf(view, past) }))
  }

  /** Shows of the past also what is closed, or what was or is open alone. */
  readonly showClosed = (hasClosed: boolean): void => {
    this.store.setState(({ past }) => ({ past: { ...past, hasClosed, shape: past.shape + 1 } }))
  }

  /** Asks for the fills before those on screen; answers how many more there were. */
  readonly askOlderFills = async (before: number): Promise<number> => {
    // Of one instant some fills may be on screen and some not: it is asked for, too.
    let from: { readonly before: number; readonly beforeKey?: string } = { before: before + 1 }
    for (;;) {
      const page = { limit: OLDER_FILLS, ...from }
      const rows = await this.ask((client, of) => client.fills.list({ ...of, ...page }))
      const count = this.store.getState().fills.byKey.size
      this.store.setState((state) => withOlderFills(state, rows))
      const news = this.store.getState().fills.byKey.size - count
      const last = rows.at(-1)
      if (news > 0 || last === undefined || rows.length < OLDER_FILLS) return news
      // A page full of what is known says nothing of what comes after it.
      from = { before: last.executedAt, beforeKey: last.fillId }
    }
  }

  private isStopped(): boolean {
    return this.stopping.signal.aborted
  }

  private ofAccount(): { account?: string } {
    const account = this.account ?? this.store.getState().told?.book?.account
    return account === undefined ? {} : { account }
  }

  private async follow(wire: Wire): Promise<void> {
    const abort = new AbortController()
    this.subscription = abort
    this.cursor = null
    this.batches.drop()
    try {
      const input = this.account === undefined ? {} : { account: this.account }
      const messages = await wire.client.live.subscribe(input, { signal: abort.signal })
      for await (const message of messages) {
        if (abort.signal.aborted) return
        this.hear(message)
      }
      if (!abort.signal.aborted) wire.close()
    } catch (error) {
      if (abort.signal.aborted || this.wire !== wire) return
      // Only what the core itself answered is its error; anything else is a lost way to it.
      if (error instanceof ORPCError) {
        this.hasFailed = true
        const retryAt = this.options.clock.now() + BACKOFF_MS[4]
        this.setCore({ kind: 'failed', message: error.message, retryAt })
      }
      wire.close()
    }
  }

  private hear(message: unknown): void {
    this.heardAt = this.options.clock.now()
    if (!isLiveMessage(message)) return
    this.batches.add(message)
  }

  /** Takes in one batch: one change of state however many messages, one acknowledgement. */
  private apply(batch: readonly LiveMessage[]): void {
    const at = this.options.clock.now()
    const before = this.cursor?.subscription
    let state = this.store.getState()
    for (const message of batch) {
      if (!follows(this.cursor, message)) {
        // Something is missing in between: begin anew rather than show a guess.
        this.resubscribe()
        break
      }
      this.cursor = { subscription: message.subscription, revision: message.revision }
      state = fold(state, message, at)
    }
    if (state === this.store.getState()) return
    this.failures = 0
    this.store.setState(state, true)
    if (this.cursor === null) return
    this.acknowledge(this.cursor)
    // What is in sight is told of a subscription, and ends with it.
    const isNew = this.cursor.subscription !== before
    if (isNew && this.inSight.length > 0) this.tellInSight(this.cursor)
  }

  private tellInSight({ subscription }: Cursor): void {
    const conIds = [...this.inSight]
    this.wire?.client.prices.watch({ subscription, conIds }).catch(() => undefined)
  }

  private acknowledge(cursor: Cursor): void {
    // A failure means the wire is going down, which is told by `closed`.
    this.wire?.client.live.acknowledge(cursor).catch(() => undefined)
  }

  private resubscribe(): void {
    this.subscription?.abort()
    if (this.wire !== null) void this.follow(this.wire)
  }

  /** A core that hangs keeps its socket open: it is asked after a silence, then given up. */
  private watch(wire: Wire): () => void {
    const { clock } = this.options
    const watching = new AbortController()
    const isOver = () => watching.signal.aborted
    const ask = async () => {
      while (!isOver()) {
        await clock.wait(1000)
        if (isOver() || clock.now() - this.heardAt < SILENCE_MS) continue
        const answer = wire.client.link.state().then(
          () => true,
          () => false,
        )
        const isThere = await Promise.race([answer, clock.wait(ANSWER_MS).then(() => false)])
        if (isThere) this.heardAt = clock.now()
        else wire.close()
      }
    }
    void ask()
    return () => watching.abort()
  }

  private async pause(why: 'gone' | 'refused'): Promise<void> {
    const { clock } = this.options
    this.wire = null
    const backoff = BACKOFF_MS[Math.min(this.failures, BACKOFF_MS.length - 1)] ?? BACKOFF_MS[4]
    this.failures += 1
    const ms = this.hasFailed || why === 'refused' ? BACKOFF_MS[4] : backoff
    const retryAt = clock.now() + ms
    if (why === 'refused') this.setCore({ kind: 'refused' })
    else if (!this.hasFailed) this.setCore({ kind: 'unanswered', retryAt })
    await clock.wait(ms)
  }

  private setCore(core: CoreState): void {
    this.store.setState({ core })
  }
}
