import type { Clock } from '#ports/clock.ts'
import { LIVE_WINDOW } from '#shared/api/contract.ts'
import { LIVE_FILLS, LIVE_ORDERS } from '#shared/api/live.ts'
import type { LiveChanges, LiveMessage, LiveSnapshot } from '#shared/api/live.ts'
import type { FillRow, OrderRow, PositionRow } from '#shared/api/views.ts'

/** Fills wait only for others of the moment; of all else there are ten messages a second. */
const CALM_MS = 100
const URGENT_MS = 15
/** Positions in one message: more hold everything else up, and go in the next ones. */
const ROWS_AT_ONCE = 100

export type Everything = Omit<LiveSnapshot, 'kind' | 'subscription' | 'revision'>

/** What the stream reads when it speaks: always the latest committed state. */
export type Screen = {
  readonly everything: (account: string | undefined) => Everything
  /** The parts that are no rows. */
  readonly parts: (account: string | null) => Pick<Everything, LivePart>
  /** Null when the row is no longer shown. */
  readonly position: (account: string, key: string) => PositionRow | null
}

export type LivePart = 'link' | 'book' | 'account' | 'status' | 'reconciliation' | 'jobs'

/** What has changed in one account; parts without an account concern everybody. */
export type Touch = {
  readonly account?: string
  readonly parts?: readonly LivePart[]
  readonly positions?: Iterable<string>
  readonly fills?: readonly FillRow[]
  readonly orders?: readonly OrderRow[]
}

/**
 * The live stream: one snapshot for each subscriber, then conflated changes. What changes while a
 * slow reader has not acknowledged is kept as the latest state of each row, never as a queue of
 * messages.
 */
export class Live {
  readonly #clock: Clock
  readonly #screen: Screen
  readonly #subscribers = new Map<string, Subscriber>()
  #count = 0

  constructor(clock: Clock, screen: Screen) {
    this.#clock = clock
    this.#screen = screen
  }

  get subscriberCount(): number {
    return this.#subscribers.size
  }

  async *subscribe(
    account: string | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<LiveMessage, void, undefined> {
    this.#count += 1
    const id = `live-${this.#count}`
    const subscriber = new Subscriber({ id, account, clock: this.#clock, screen: this.#screen })
    this.#subscribers.set(id, subscriber)
    if (signal?.aborted) subscriber.end()
    signal?.addEventListener('abort', () => subscriber.end(), { once: true })
    try {
      for (;;) {
        const message = await subscriber.next()
        if (message === null) return
        yield message
      }
    } finally {
      subscriber.end()
      this.#subscribers.delete(id)
    }
  }

  /** Whether somebody still reads this subscription. */
  isOpen(subscription: string): boolean {
    return this.#subscribers.has(subscription)
  }

  acknowledge(subscription: string, revision: number): void {
    this.#subscribers.get(subscription)?.acknowledge(revision)
  }

  touch(touch: Touch): void {
    for (const subscriber of this.#subscribers.values()) subscriber.touch(touch)
  }

  /** Everybody gets a new snapshot: another book is on screen. */
  restart(): void {
    for (const subscriber of this.#subscribers.values()) subscriber.restart()
  }

  /** Ends every subscription. */
  close(): void {
    for (const subscriber of this.#subscribers.values()) subscriber.end()
  }
}

type SubscriberSettings = {
  readonly id: string
  readonly account: string | undefined
  readonly clock: Clock
  readonly screen: Screen
}

class Subscriber {
  readonly #settings: SubscriberSettings
  #account: string | null = null
  #revision = 0
  #acknowledged = 0
  #sentAt = Number.NEGATIVE_INFINITY
  /** When a message had more than fills. */
  #allSentAt = Number.NEGATIVE_INFINITY
  #needsSnapshot = true
  #hasEnded = false
  #wake: (() => void) | null = null
  readonly #parts = new Set<LivePart>()
  readonly #positions = new Set<string>()
  /** Those of the last message of all that are still to be told. */
  #rest: string[] = []
  readonly #fills = new Map<string, FillRow>()
  readonly #orders = new Map<string, OrderRow>()

  constructor(settings: SubscriberSettings) {
    this.#settings = settings
  }

  touch(touch: Touch): void {
    if (this.#needsSnapshot || !this.#concerns(touch)) return
    const { fills = [], orders = [] } = touch
    addAll(this.#parts, touch.parts)
    addAll(this.#positions, touch.positions)
    for (const fill of fills) putLatest(this.#fills, fill.fillId, fill)
    for (const order of orders) putLatest(this.#orders, order.key, order)
    keepLast(this.#fills, LIVE_FILLS)
    keepLast(this.#orders, LIVE_ORDERS)
    this.#wake?.()
  }

  #concerns({ account }: Touch): boolean {
    return account === undefined || account === this.#account
  }

  restart(): void {
    this.#needsSnapshot = true
    this.#wake?.()
  }

  acknowledge(revision: number): void {
    this.#acknowledged = Math.min(this.#revision, Math.max(this.#acknowledged, revision))
    this.#wake?.()
  }

  end(): void {
    this.#hasEnded = true
    this.#wake?.()
  }

  /**
   * The next message, once there is something to say and the reader can take it; null at the end.
   */
  async next(): Promise<LiveMessage | null> {
    for (;;) {
      if (this.#hasEnded) return null
      const wait = this.#waitMs()
      if (wait === 0) return this.#take()
      await this.#sleep(wait)
    }
  }

  /** Milliseconds until the next message may go; Infinity until something happens. */
  #waitMs(): number {
    const isFull = this.#revision - this.#acknowledged >= LIVE_WINDOW
    const isUrgent = this.#needsSnapshot || this.#fills.size > 0 || this.#rest.length > 0
    const calm = this.#parts.size + this.#positions.size + this.#orders.size
    if (isFull || !(isUrgent || calm > 0)) return Infinity
    const at = isUrgent ? this.#sentAt + URGENT_MS : this.#allSentAt + CALM_MS
    return Math.max(0, at - this.#settings.clock.monotonic())
  }

  #sleep(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = waitMs === Infinity ? null : this.#settings.clock.after(waitMs, () => wake())
      const wake = (): void => {
        cancel?.()
        this.#wake = null
        resolve()
      }
      this.#wake = wake
    })
  }

  #take(): LiveMessage {
    this.#revision += 1
    this.#sentAt = this.#settings.clock.monotonic()
    const isCalm = this.#rest.length === 0 && this.#sentAt >= this.#allSentAt + CALM_MS
    const isOfAll = this.#needsSnapshot || isCalm
    if (isOfAll) this.#rest = this.#needsSnapshot ? [] : [...this.#positions]
    const message = this.#needsSnapshot ? this.#snapshot() : this.#changes(isOfAll)
    this.#needsSnapshot = false
    this.#fills.clear()
    if (!isOfAll) return message
    this.#allSentAt = this.#sentAt
    this.#parts.clear()
    this.#positions.clear()
    this.#orders.clear()
    return message
  }

  #head(): { subscription: string; revision: number } {
    return { subscription: this.#settings.id, revision: this.#revision }
  }

  #snapshot(): LiveSnapshot {
    const everything = this.#settings.screen.everything(this.#settings.account)
    this.#account = everything.book?.account ?? null
    return { kind: 'snapshot', ...this.#head(), ...everything }
  }

  #changes(isOfAll: boolean): LiveChanges {
    return {
      kind: 'changes',
      ...this.#head(),
      ...(isOfAll && { ...this.#changedParts(), ...this.#changedOrders() }),
      ...this.#changedPositions(),
      ...(this.#fills.size > 0 && { fills: [...this.#fills.values()].reverse() }),
    }
  }

  #changedOrders(): Pick<LiveChanges, 'orders'> {
    return this.#orders.size > 0 ? { orders: [...this.#orders.values()].reverse() } : {}
  }

  /** The next of what is to be told, as it is now. */
  #changedPositions(): Pick<LiveChanges, 'positions' | 'positionsGone'> {
    const { screen } = this.#settings
    const rows: PositionRow[] = []
    const gone: string[] = []
    for (const key of this.#rest.splice(0, ROWS_AT_ONCE)) {
      const row = this.#account === null ? null : screen.position(this.#account, key)
      if (row === null) gone.push(key)
      else rows.push(row)
    }
    return {
      ...(rows.length > 0 && { positions: rows }),
      ...(gone.length > 0 && { positionsGone: gone }),
    }
  }

  #changedParts(): Partial<Pick<LiveChanges, LivePart>> {
    if (this.#parts.size === 0) return {}
    const changed = this.#parts
    const parts = this.#settings.screen.parts(this.#account)
    const book = changed.has('book') ? parts.book : null
    const reconciliation = changed.has('reconciliation') ? parts.reconciliation : null
    return {
      ...(changed.has('link') && { link: parts.link }),
      ...(book && { book }),
      ...(changed.has('account') && { account: parts.account }),
      ...(changed.has('status') && { status: parts.status }),
      ...(reconciliation && { reconciliation }),
      ...(changed.has('jobs') && { jobs: parts.jobs }),
    }
  }
}

function addAll<Value>(to: Set<Value>, values: Iterable<Value> | undefined): void {
  if (values) for (const value of values) to.add(value)
}

/** The latest goes last. */
function putLatest<Row>(rows: Map<string, Row>, key: string, row: Row): void {
  rows.delete(key)
  rows.set(key, row)
}

function keepLast(rows: Map<string, unknown>, limit: number): void {
  for (const key of rows.keys()) {
    if (rows.size <= limit) return
    rows.delete(key)
  }
}
