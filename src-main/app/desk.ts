import type { AttributionRule } from '#domain/attribution.ts'
import type { AutoUpdateSettings } from '#domain/auto-update.ts'
import type { Broker, BrokerEvent } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { DemoDesk } from '#ports/demo-desk.ts'
import type { OpenLedger } from '#ports/ledger.ts'
import type { Log } from '#ports/log.ts'
import type { Notifier } from '#ports/notifier.ts'
import { accountId, type AccountId } from '#shared/ids.ts'
import type { Link } from '#shared/link.ts'
import { Account } from './account.ts'
import { Accounts } from './accounts.ts'
import { AutoUpdates } from './auto-updates.ts'
import { CatchUps } from './catch-ups.ts'
import { DayOpenings } from './day-openings.ts'
import type { SetLimit } from './drawdown-limits.ts'
import { DrawdownMonitor } from './drawdown-monitor.ts'
import { LinkWatch } from './link-watch.ts'
import { LinkHistory } from './link-history.ts'
import { Pulse } from './health.ts'
import { Jobs } from './jobs.ts'
import { Live } from './live.ts'
import { Notices } from './notices.ts'
import type { PriceCache } from './price-cache.ts'
import { Pricing } from './pricing.ts'
import { Reconciliations, type ReconcileRules } from './reconciliations.ts'
import { Savings } from './savings.ts'
import { screenOf } from './screen.ts'
import { Snapshotter, type Measuring } from './snapshotter.ts'

export type DeskSettings = {
  readonly broker: Broker
  readonly openLedger: OpenLedger
  /** Accounts that have a ledger, the one written last first. */
  readonly knownAccounts: readonly string[]
  /** The account to keep; null: every account behind the link. */
  readonly account: string | null
  readonly rules: readonly AttributionRule[]
  readonly clock: Clock
  readonly log: Log
  readonly notifier: Notifier
  readonly priceFlushMs: number
  readonly measuring: Measuring
  readonly drawdownLimits?: readonly SetLimit[]
  readonly reconcile: ReconcileRules
  readonly autoUpdate: AutoUpdateSettings
  /** Turns the setting off, for good. */
  readonly turnAutoUpdateOff: () => void
  /** Absent where there is no demo to open. */
  readonly demo?: DemoDesk
}

/** Events waiting to be written at which less is read from the broker. */
const BEHIND = 10_000
const STATUS_MS = 1_000

/**
 * The desk: hands what the broker says to the book it belongs to, and what the books commit to the
 * live stream.
 */
export class Desk {
  readonly settings: DeskSettings
  readonly live: Live
  readonly notices: Notices
  readonly pricing: Pricing
  readonly linkHistory: LinkHistory
  readonly reconciliations: Reconciliations
  readonly autoUpdates: AutoUpdates
  readonly pulse: Pulse
  readonly snapshotter: Snapshotter
  readonly drawdown: DrawdownMonitor
  readonly days: DayOpenings
  readonly jobs: Jobs
  readonly savings: Savings
  readonly #catchUps: CatchUps
  readonly #accounts: Accounts
  readonly #linkWatch: LinkWatch
  #cancels: (() => void)[] = []
  /** Whoever was given these rules sees a change of them. */
  readonly #rules: AttributionRule[]

  constructor(settings: DeskSettings) {
    this.#rules = [...settings.rules]
    this.settings = { ...settings, rules: this.#rules }
    this.#accounts = new Accounts(settings.account, (id) => new Account(id, this))
    this.notices = new Notices(settings.clock)
    this.linkHistory = new LinkHistory(settings.clock)
    this.jobs = new Jobs(settings.clock, () => this.live.touch({ parts: ['jobs'] }))
    this.savings = new Savings(this)
    this.#catchUps = new CatchUps({ jobs: this.jobs, broker: settings.broker })
    this.reconciliations = new Reconciliations(this, settings.reconcile)
    this.autoUpdates = new AutoUpdates(this, settings.autoUpdate)
    this.pulse = new Pulse(settings.clock)
    this.snapshotter = new Snapshotter(this, settings.measuring)
    this.drawdown = new DrawdownMonitor(this, settings.measuring, settings.drawdownLimits)
    this.days = new DayOpenings(this, settings.measuring)
    this.live = new Live(settings.clock, screenOf(this))
    this.pricing = new Pricing(this)
    const { clock, notifier } = settings
    const link = (): Link => this.link
    this.#linkWatch = new LinkWatch({ clock, notices: this.notices, notifier, link })
  }

  /** Opens the books there are, then connects. */
  async start(): Promise<void> {
    const { broker, clock, account, knownAccounts } = this.settings
    const first = account ?? knownAccounts[0]
    if (first !== undefined && knownAccounts.includes(first)) {
      await this.#accounts.of(accountId(first)).open()
    }
    this.#cancels = [
      this.pulse.start(),
      broker.listen((event) => this.#take(event)),
      clock.every(STATUS_MS, () => {
        this.pricing.tidy()
        this.live.touch({ parts: ['link', 'status', 'account'] })
      }),
    ]
    this.savings.start(this.settings.priceFlushMs)
    this.snapshotter.start()
    this.drawdown.start()
    this.days.start()
    this.reconciliations.start()
    broker.pace(() => this.accounts.some(({ depth }) => depth > BEHIND))
    broker.start()
  }

  /** Stops listening, commits what is queued, and lets go of the ledgers. */
  async stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel()
    this.#linkWatch.stop()
    this.jobs.stop()
    this.drawdown.stop()
    this.days.stop()
    this.reconciliations.stop()
    this.pricing.stop()
    await this.settings.broker.stop()
    this.savings.stop()
    this.live.close()
    for (const account of this.accounts) await account.close()
  }

  /** The rules that attribute fills from now on. */
  attributeBy(rules: readonly AttributionRule[]): void {
    this.#rules.splice(0, this.#rules.length, ...rules)
  }

  get link(): Link {
    return this.settings.broker.link()
  }

  get accounts(): readonly Account[] {
    return this.#accounts.all
  }

  /** The account named, or the first one; null when there is none. */
  find(id: string | undefined): Account | null {
    return this.#accounts.find(id)
  }

  #take(event: BrokerEvent): void {
    this.pricing.hear(event)
    switch (event.kind) {
      case 'link':
        this.#linkWatch.heard(event.link)
        this.#catchUps.heard(event.link)
        this.linkHistory.see(event.link)
        this.live.touch({ parts: ['link', 'status'] })
        return
      case 'session':
        this.#openAccounts(event.accounts)
        return
      case 'notice':
        this.linkHistory.hear(event, this.link)
        this.notices.addSaid(event)
        this.live.touch({ parts: ['status'] })
        return
      case 'price':
      case 'price-line':
        return
      case 'caught-up':
        this.#caughtUp(event.missing)
        return
      default:
        this.#accounts.take(event)
    }
  }

  #openAccounts(ids: readonly AccountId[]): void {
    const { account } = this.settings
    const wanted = this.#accounts.session(ids)
    if (wanted.length === 0) {
      this.notices.add({
        severity: 'error',
        message: `The account ${account ?? ''} is not behind this connection.`,
        remedy: `It offers ${ids.join(', ')}: choose one of them with --account, or leave it out.`,
      })
    }
    // What is behind the link comes first: the screen opens on it.
    for (const one of wanted) {
      one.sessionOpened()
      void one.open()
    }
    this.live.restart()
  }

  #caughtUp(missing: readonly string[]): void {
    this.#catchUps.caughtUp(missing)
    if (missing.length > 0) {
      this.notices.add({
        severity: 'warning',
        message: `The broker did not answer about: ${missing.join(', ')}.`,
        remedy: 'It is asked again; if this stays, restart TWS or Gateway.',
      })
    }
    for (const account of this.accounts) account.caughtUp()
  }

  get prices(): PriceCache {
    return this.pricing.cache
  }

  /** What follows a comparison: small differences settled, what the account is worth taken down. */
  async reconciled(account: Account): Promise<void> {
    await this.autoUpdates.afterRun(account)
    await this.snapshotter.take(account)
  }

  reconcile(account: Account): void {
    void this.reconciliations.runAlone(account, 'connect')
  }
}
