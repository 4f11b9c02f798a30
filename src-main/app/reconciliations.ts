import { atBroker } from '#domain/broker-time.ts'
import { DEFAULT_THRESHOLDS, type Thresholds } from '#domain/thresholds.ts'
import type { Broker } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { ReconciliationRun } from '#ports/reconciliation.ts'
import type { AccountId, ConId } from '#shared/ids.ts'
import type { Link } from '#shared/link.ts'
import { D, ZERO, type Decimal } from '#shared/money.ts'
import type { RunReason } from '#shared/run.ts'
import { nanosOf, utcMillis, type UtcMillis } from '#shared/time.ts'
import type { Account } from './account.ts'
import { isCashOpen } from './cash-open.ts'
import { DONE, failed, type Jobs } from './jobs.ts'
import type { Live } from './live.ts'
import { openingState } from './opening.ts'
import type { PriceCache } from './price-cache.ts'
import { reconcileBook, type Ran } from './reconciler.ts'
import type { SettledHolding, SettledSnapshot } from './settled.ts'

/** What this needs of the desk. */
type Place = {
  readonly settings: { readonly broker: Broker; readonly clock: Clock; readonly log: Log }
  readonly accounts: readonly Account[]
  readonly prices: PriceCache
  readonly live: Live
  readonly jobs: Jobs
  readonly link: Link
  /** Called after each run the broker answered. */
  readonly reconciled: (account: Account) => Promise<void>
}

/** How often and how strictly books are compared with the broker. */
export type ReconcileRules = {
  /** 0: only on connect and on demand. */
  readonly everyMs: number
  readonly thresholds: Thresholds
  /** Settling what is worth more than this, in the base currency, is asked about once more. */
  readonly askAbove: Decimal
}

/** Nothing by itself but on connect, at the usual tolerances. */
export const WHEN_ASKED: ReconcileRules = {
  everyMs: 0,
  thresholds: DEFAULT_THRESHOLDS,
  askAbove: new D(10_000),
}

/** While the cash is not open it is tried again after twice as long each time. */
const FIRST_RETRY_MS = 1_000
const LAST_RETRY_MS = 300_000
/** So long nothing may have traded before. */
const QUIET_MS = 700

type Retry = { readonly delayMs: number; readonly cancel: () => void }

/** Reconciles the accounts of a desk: on a timer, once caught up, and on demand. */
export class Reconciliations {
  readonly #desk: Place
  #rules: ReconcileRules
  readonly #running = new Map<AccountId, Promise<ReconciliationRun>>()
  readonly #last = new Map<AccountId, Ran>()
  readonly #before = new Map<AccountId, SettledSnapshot | null>()
  readonly #retries = new Map<AccountId, Retry>()

  constructor(desk: Place, rules: ReconcileRules) {
    this.#desk = desk
    this.#rules = rules
    desk.jobs.define('reconcile', {
      obstacle: () => this.#obstacle(),
      work: (reason) => this.#runAll(reason),
    })
  }

  start(): void {
    this.#desk.jobs.every('reconcile', this.#rules.everyMs)
  }

  /** From now on; a timer that runs begins anew when its period is another. */
  follow(rules: ReconcileRules): void {
    this.#rules = rules
    this.start()
    for (const account of this.#desk.accounts) this.#show(account)
  }

  /** What is worth more than this, in the base currency, is settled after one more question. */
  get askAbove(): Decimal {
    return this.#rules.askAbove
  }

  /** Nothing runs again by itself. */
  stop(): void {
    for (const { cancel } of this.#retries.values()) cancel()
    this.#retries.clear()
  }

  isRunning(id: AccountId): boolean {
    return this.#running.has(id)
  }

  /** What the broker said a holding cost when it was last asked; null when unknown. */
  brokerAverage(id: AccountId, conId: ConId): Decimal | null {
    return this.#settled(id, conId)?.position?.averageCost ?? null
  }

  /** When an instrument was last seen to stand still, by the broker's clock; null: unknown. */
  seenAt(id: AccountId, conId: ConId): UtcMillis | null {
    const snapshot = this.#last.get(id)?.snapshot ?? null
    if (snapshot === null) return null
    return atBroker(this.#settled(id, conId)?.at ?? snapshot.takenAt, snapshot.clockAheadMs)
  }

  /** What the broker held of it when it was last asked, nothing included; null when unknown. */
  brokerQuantity(id: AccountId, conId: ConId): Decimal | null {
    return quantityIn(this.#last.get(id)?.snapshot ?? null, conId)
  }

  /** The same in the run before the last. */
  brokerQuantityBefore(id: AccountId, conId: ConId): Decimal | null {
    return quantityIn(this.#before.get(id) ?? null, conId)
  }

  #settled(id: AccountId, conId: ConId): SettledHolding | undefined {
    return this.#last.get(id)?.snapshot?.settled.find((one) => one.conId === conId)
  }

  /**
   * Compares an account with the broker; who asks while that is under way gets the same answer.
   * @throws {Error} in words, when there is nothing to compare yet.
   */
  run(account: Account, reason: RunReason): Promise<ReconciliationRun> {
    const { id } = account
    const underWay = this.#running.get(id)
    if (underWay !== undefined) return underWay
    const run = this.#takeDown(account, reason).finally(() => {
      this.#running.delete(id)
      this.#show(account)
    })
    this.#running.set(id, run)
    this.#show(account)
    return run
  }

  /** The same where what comes of it is only looked at; a book that is not open is left alone. */
  async runAlone(account: Account, reason: RunReason): Promise<void> {
    if (!isOpen(account)) return
    try {
      await this.run(account, reason)
    } catch (error) {
      this.#desk.settings.log.warn('A reconciliation came to nothing', { why: String(error) })
    }
  }

  async #runAll(reason: RunReason): Promise<void> {
    await Promise.all(this.#desk.accounts.map((account) => this.runAlone(account, reason)))
  }

  #obstacle(): string | null {
    if (this.#desk.link.state !== 'connected') return 'Connect to TWS or Gateway first.'
    const hasOpen = this.#desk.accounts.some(isOpen)
    return hasOpen ? null : 'The book has no opening position to compare with yet.'
  }

  #takeDown(account: Account, reason: RunReason): Promise<ReconciliationRun> {
    const run = () => this.#run(account, reason)
    return this.#desk.jobs.run({ name: 'reconcile', reason }, run, ({ outcome, why }) =>
      outcome === 'failed' ? failed(why ?? 'It could not be compared.') : DONE,
    )
  }

  async #run(account: Account, reason: RunReason): Promise<ReconciliationRun> {
    const { book, values } = account
    if (book === null) throw new Error('The ledger is not open yet.')
    if (!isOpen(account)) throw new Error('The book has no opening position to compare with yet.')
    const { prices, settings } = this.#desk
    const { broker, clock } = settings
    const { thresholds } = this.#rules
    const before = this.#last.get(account.id)?.snapshot ?? null
    const ran = await reconcileBook(book, reason, {
      ...{ broker, clock, prices, values, thresholds },
      sessionAt: this.#desk.link.since,
      accruals: values.accruals,
    })
    if (ran.snapshot === null) return ran.run
    this.#last.set(account.id, ran)
    this.#before.set(account.id, before)
    values.restartAccruals(ran.cashApart)
    await this.#desk.reconciled(account)
    this.#openCash(account, ran.snapshot)
    return ran.run
  }

  /** Runs again soon while the cash could not be opened, for something traded around the window. */
  #openCash(account: Account, { window }: SettledSnapshot): void {
    const { id, book } = account
    if (window === null || book === null || isCashOpen(book.memory)) {
      this.#retries.delete(id)
      return
    }
    const before = this.#retries.get(id)?.delayMs ?? FIRST_RETRY_MS
    this.#tryLater(account, Math.min(before * 2, LAST_RETRY_MS))
  }

  /** Not while something trades: no window would stand still, and a run costs a busy book time. */
  #tryLater(account: Account, delayMs: number): void {
    const cancel = this.#desk.settings.clock.after(delayMs, () => {
      if (this.#desk.link.state !== 'connected') return
      if (!this.#isQuiet(account)) this.#tryLater(account, delayMs)
      else void this.runAlone(account, 'connect')
    })
    this.#retries.set(account.id, { delayMs, cancel })
  }

  #isQuiet({ book, depth }: Account): boolean {
    if (book === null || depth > 0) return false
    const since = nanosOf(utcMillis(this.#desk.settings.clock.now() - QUIET_MS))
    return [...book.memory.holdings.values()].every(({ changedAt }) => changedAt < since)
  }

  #show({ id }: Account): void {
    this.#desk.live.touch({ account: id, parts: ['reconciliation'] })
  }
}

function isOpen({ book }: Account): boolean {
  const state = book === null ? 'awaiting' : openingState(book.memory)
  return state === 'proposed' || state === 'confirmed'
}

/** What a settled snapshot lists, and nothing of what it does not; null: it did not stand still. */
function quantityIn(snapshot: SettledSnapshot | null, conId: ConId): Decimal | null {
  if (snapshot === null) return null
  const { inFlight, contradicted, settled } = snapshot
  if ([...inFlight, ...contradicted].includes(conId)) return null
  return settled.find((one) => one.conId === conId)?.position?.quantity ?? ZERO
}
