import { survivors } from '#domain/bucket.ts'
import { isWithin } from '#domain/trading-hours.ts'
import { standingEntries } from '#domain/cash.ts'
import type { DrawdownRules } from '#domain/drawdown.ts'
import type { Calendar } from '#domain/period.ts'
import type { Clock } from '#ports/clock.ts'
import type { PortfolioSnapshot } from '#ports/snapshot.ts'
import type { Log } from '#ports/log.ts'
import type { Link } from '#shared/link.ts'
import type { RunReason } from '#shared/run.ts'
import type { TradingHours } from '#shared/settings.ts'
import { millisOf } from '#shared/time.ts'
import type { Account } from './account.ts'
import type { BookCommand } from './book-event.ts'
import { DONE, forEach, skipped, type Jobs, type Verdict } from './jobs.ts'
import { isFlowEntry } from './flows.ts'
import type { PriceCache } from './price-cache.ts'
import { snapshotOf } from './snapshot-of.ts'

/** How often old snapshots are looked through. */
const THIN_EVERY_MS = 3_600_000

export type Measuring = {
  /** How often snapshots are taken; 0 for never. */
  readonly everyMs: number
  /** Null: at any time. */
  readonly hours: TradingHours | null
  readonly calendar: Calendar
  readonly openingValue: DrawdownRules['openingValue']
}

export type SnapshotSource = {
  readonly settings: { readonly clock: Clock; readonly log: Log }
  readonly accounts: readonly Account[]
  readonly prices: PriceCache
  readonly link: Link
}

/**
 * Takes down what each account is worth, again and again, and thins what has grown old. While the
 * link is not good nothing is taken: what the broker said before is no longer what is so, and a gap
 * is a gap.
 */
export class Snapshotter {
  readonly #desk: SnapshotSource & { readonly jobs: Jobs }
  #measuring: Measuring
  #thinnedAt: number | null = null

  constructor(desk: SnapshotSource & { readonly jobs: Jobs }, measuring: Measuring) {
    this.#desk = desk
    this.#measuring = measuring
    desk.jobs.define('snapshot', {
      obstacle: () => (desk.link.state === 'connected' ? null : 'Connect to TWS or Gateway first.'),
      work: (reason) => this.#takeAll(reason),
    })
  }

  get calendar(): Calendar {
    return this.#measuring.calendar
  }

  /** Begins, or goes on by other rules; the timer starts over only when its period changes. */
  start(measuring: Measuring = this.#measuring): void {
    this.#measuring = measuring
    this.#desk.jobs.every('snapshot', measuring.everyMs)
  }

  async #takeAll(reason: RunReason): Promise<void> {
    const { jobs, settings } = this.#desk
    try {
      await jobs.run(
        { name: 'snapshot', reason },
        () => this.#takeEach(),
        (verdict) => verdict,
      )
    } catch (error) {
      settings.log.warn('A snapshot could not be written', { reason: String(error) })
    }
  }

  /** Takes one of each account, and now and then thins them. */
  async #takeEach(): Promise<Verdict> {
    const { clock } = this.#desk.settings
    const isThinning = clock.monotonic() - (this.#thinnedAt ?? -Infinity) >= THIN_EVERY_MS
    if (isThinning) this.#thinnedAt = clock.monotonic()
    const { hours } = this.#measuring
    const isPaused = hours !== null && !isWithin(hours, clock.now())
    let count = 0
    await forEach(this.#desk.accounts, async (account) => {
      if (!isPaused && (await this.take(account)) !== null) count += 1
      if (isThinning) await this.thin(account)
    })
    return isPaused ? skipped('Snapshots are paused outside the hours that are set.') : taken(count)
  }

  /** Takes one now; null, when the account's worth is not known. @throws when it is not written. */
  async take(account: Account): Promise<PortfolioSnapshot | null> {
    const { settings, prices, link } = this.#desk
    if (link.state !== 'connected' || account.book === null) return null
    const snapshot = snapshotOf({ account, prices }, settings.clock.stamp())
    if (snapshot === null) return null
    await account.attempt(write(snapshot))
    return snapshot
  }

  /** Lets go of snapshots that their age asks for no more. */
  async thin(account: Account): Promise<void> {
    const { book } = account
    if (book === null) return
    const times = await book.ledger.snapshots.times()
    const now = this.#desk.settings.clock.now()
    const { calendar } = this.#measuring
    // What is booked late is placed by the equities of the days before: those are close then.
    const flows = standingEntries(book.memory.cashEntries).filter(isFlowEntry)
    const flown = flows.map(({ at }) => millisOf(at))
    const kept = new Set(survivors(times.map(millisOf), { now, calendar, flows: flown }))
    const dropped = times.filter((at) => !kept.has(millisOf(at)))
    if (dropped.length === 0) return
    await account.attempt((_memory, batch) => {
      batch.snapshotsDropped.push(...dropped)
      return Promise.resolve()
    })
  }
}

const taken = (count: number): Verdict =>
  count > 0 ? DONE : skipped('The broker has not told yet what the account is worth.')

const write =
  (snapshot: PortfolioSnapshot): BookCommand =>
  (_memory, batch) => {
    batch.snapshots.push(snapshot)
    return Promise.resolve()
  }
