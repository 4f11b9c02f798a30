import {
  beginPeriods,
  measure,
  UNMEASURED,
  type DrawdownRules,
  type DrawdownState,
} from '#domain/drawdown.ts'
import { restoreDrawdown, saveDrawdown } from '#domain/drawdown-series.ts'
import { gaugesOf, type Gauge } from '#domain/gauge.ts'
import type { AccountId } from '#shared/ids.ts'
import type { Account } from './account.ts'
import type { SnapshotSource } from './snapshotter.ts'

/** How often equity is looked at; what has not moved is not written. */
const EVERY_MS = 5_000
/** The drawdown of the account as a whole, among what a ledger may keep of its strategies. */
const ACCOUNT_SCOPE = 'account'

/**
 * The drawdown of each account since it was first seen, this week and today, by the broker's net
 * liquidation value while the link is good. It is kept in the ledger and goes on after a restart;
 * a period that began meanwhile opens as the rules say.
 */
export class DrawdownMonitor {
  readonly #desk: SnapshotSource
  readonly #states = new Map<AccountId, DrawdownState>()
  readonly #restoring = new Set<AccountId>()
  #rules: DrawdownRules
  #stop: () => void = () => undefined

  constructor(desk: SnapshotSource, rules: DrawdownRules) {
    this.#desk = desk
    this.#rules = rules
  }

  start(): void {
    this.stop()
    this.#stop = this.#desk.settings.clock.every(EVERY_MS, () => {
      for (const account of this.#desk.accounts) void this.observe(account)
    })
  }

  stop(): void {
    this.#stop()
  }

  /** Periods that have begun stay as they are; the next begin by these rules. */
  measureBy(rules: DrawdownRules): void {
    this.#rules = rules
  }

  /** The gauges now: total, week, day. None before any equity was seen. */
  gauges(account: Account): readonly Gauge[] {
    const state = this.#states.get(account.id)
    if (state === undefined || state.at === null) return []
    const now = this.#desk.settings.clock.now()
    return gaugesOf(now >= state.at ? beginPeriods(state, now, this.#rules) : state, 0)
  }

  /** Takes the equity in and keeps what it changed; never rejects. */
  async observe(account: Account): Promise<void> {
    const state = this.#states.get(account.id)
    if (state === undefined) return this.#restore(account)
    const at = this.#desk.settings.clock.now()
    const equity = account.values.amount('NetLiquidation')
    if (this.#desk.link.state !== 'connected' || equity === null) return
    // The machine's clock was put back: measured time never is.
    if (state.at !== null && at < state.at) return
    if (state.equity?.equals(equity) && !this.#hasEnded(state, at)) return
    const measured = measure(state, { kind: 'equity', at, equity }, this.#rules)
    this.#states.set(account.id, measured)
    await this.#keep(account, measured)
  }

  #hasEnded({ daily, weekly }: DrawdownState, at: number): boolean {
    return [daily, weekly].some(({ until }) => until === null || at >= until)
  }

  async #restore(account: Account): Promise<void> {
    const { book } = account
    if (book === null || this.#restoring.has(account.id)) return
    this.#restoring.add(account.id)
    try {
      const saved = await book.ledger.drawdowns()
      const own = saved.find(({ scope }) => scope === ACCOUNT_SCOPE)
      this.#states.set(account.id, own ? restoreDrawdown(own.state) : UNMEASURED)
    } catch (error) {
      this.#warn('The drawdown could not be read; it is tried again', error)
    } finally {
      this.#restoring.delete(account.id)
    }
    if (this.#states.has(account.id)) await this.observe(account)
  }

  async #keep(account: Account, state: DrawdownState): Promise<void> {
    const measuredAt = this.#desk.settings.clock.stamp()
    try {
      await account.command((_memory, batch) => {
        batch.drawdowns.push({ scope: ACCOUNT_SCOPE, measuredAt, state: saveDrawdown(state) })
        return Promise.resolve()
      })
    } catch (error) {
      this.#warn('The drawdown could not be written; the next change is', error)
    }
  }

  #warn(sentence: string, error: unknown): void {
    this.#desk.settings.log.warn(sentence, { reason: String(error) })
  }
}
