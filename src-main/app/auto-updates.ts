import {
  autoUpdate,
  type AutoUpdateCandidate,
  type AutoUpdateOutcome,
  type AutoUpdateSettings,
} from '#domain/auto-update.ts'
import { toBase } from '#domain/fx.ts'
import { pointValue } from '#domain/valuation.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { Break } from '#shared/break.ts'
import type { AccountId, ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { Decimal } from '#shared/money.ts'
import type { UtcMillis } from '#shared/time.ts'
import type { Account } from './account.ts'
import type { Book } from './book.ts'
import type { Notices } from './notices.ts'
import type { PriceCache } from './price-cache.ts'
import { settleBreaks, type Outcome } from './settling.ts'

const AUTHOR = 'auto-update'

/** What this needs of the desk. */
type Place = {
  readonly settings: {
    readonly clock: Clock
    readonly log: Log
    readonly turnAutoUpdateOff: () => void
  }
  readonly notices: Notices
  readonly prices: PriceCache
  readonly reconciliations: {
    readonly brokerAverage: (id: AccountId, conId: ConId) => Decimal | null
    readonly seenAt: (id: AccountId, conId: ConId) => UtcMillis | null
    readonly brokerQuantityBefore: (id: AccountId, conId: ConId) => Decimal | null
  }
}

/** What came of the breaks of one run, and when. */
export type AutoUpdateRun = AutoUpdateOutcome & {
  readonly at: UtcMillis
  /** False: a dry run, nothing was settled. */
  readonly isOn: boolean
}

/**
 * Settles small differences of quantity by itself after each run, into UNATTRIBUTED; off unless
 * told.
 * While it is off each run is a dry run, to be looked at. It turns itself off when what it settled
 * comes back within a day.
 */
export class AutoUpdates {
  readonly #desk: Place
  #settings: AutoUpdateSettings
  readonly #last = new Map<AccountId, AutoUpdateRun>()

  constructor(desk: Place, settings: AutoUpdateSettings) {
    this.#desk = desk
    this.#settings = settings
  }

  get settings(): AutoUpdateSettings {
    return this.#settings
  }

  follow(settings: AutoUpdateSettings): void {
    this.#settings = settings
  }

  /** What came of the last run; null before the first. */
  last(id: AccountId): AutoUpdateRun | null {
    return this.#last.get(id) ?? null
  }

  /** Decides on the breaks of a run just made, and settles what it may; never rejects. */
  async afterRun(account: Account): Promise<void> {
    const { book } = account
    if (book === null) return
    const { clock, log } = this.#desk.settings
    const { isOn } = this.#settings
    const outcome = autoUpdate(this.#candidates(account, book), this.#settings, clock.now())
    this.#last.set(account.id, { ...outcome, at: clock.now(), isOn })
    if (!isOn) return
    try {
      if (outcome.stops !== null) await this.#stop(account, outcome.stops)
      else await this.#settle(account, book, outcome)
    } catch (error) {
      log.warn('Auto-update could not settle', { why: String(error) })
    }
  }

  #candidates(account: Account, { memory }: Book): readonly AutoUpdateCandidate[] {
    return [...memory.breaks.values()].map((one): AutoUpdateCandidate => {
      const { conId } = one
      const instrument = conId === null ? undefined : memory.instruments.get(conId)
      return {
        break: one,
        secType: instrument?.secType ?? null,
        symbol: instrument?.symbol ?? one.currency ?? one.id,
        notional: instrument === undefined ? null : this.#notionalOf(one, instrument, account),
        brokerBefore:
          conId === null
            ? null
            : this.#desk.reconciliations.brokerQuantityBefore(account.id, conId),
      }
    })
  }

  #notionalOf({ difference }: Break, instrument: Instrument, { values }: Account): Decimal | null {
    const quote = this.#desk.prices.of(instrument.conId)
    const point = pointValue(instrument)
    if (difference === null || quote === null || point === null) return null
    return toBase(values.fx, difference.times(quote.price).times(point), instrument.currency)
  }

  async #settle(account: Account, book: Book, { actions }: AutoUpdateOutcome): Promise<void> {
    const breaks = actions.flatMap(({ settlement, break: { id, revision } }) =>
      settlement === null ? [] : { breakId: id, revision },
    )
    if (breaks.length === 0) return
    const place = {
      ledger: book.ledger,
      clock: this.#desk.settings.clock,
      brokerAverage: (conId: ConId) => this.#desk.reconciliations.brokerAverage(account.id, conId),
      seenAt: (conId: ConId) => this.#desk.reconciliations.seenAt(account.id, conId),
      author: AUTHOR,
    }
    const reason = 'Within the limits of auto-update'
    const outcomes: Outcome[] = []
    const settlement = { how: 'keep unattributed' } as const
    await account.command(settleBreaks(place, { breaks, settlement, reason }, outcomes))
    const settled = outcomes.flatMap(({ breakId, plan }) => (plan.ok ? breakId : []))
    if (settled.length === 0) return
    this.#desk.notices.add({
      severity: 'info',
      message: `Auto-update settled ${namesOf(settled, book)} into UNATTRIBUTED.`,
      remedy: 'Each can be taken back in the history of settlements.',
    })
  }

  async #stop(account: Account, sentence: string): Promise<void> {
    this.#desk.settings.turnAutoUpdateOff()
    this.#desk.notices.add({
      severity: 'warning',
      message: sentence,
      remedy: 'Settle the break yourself, then turn auto-update on again.',
    })
    await account.command((memory, batch) => {
      memory.journalLength += 1
      batch.journal.push({
        ...{ seq: memory.journalLength, at: this.#desk.settings.clock.stamp(), author: AUTHOR },
        ...{ command: 'auto-update.stop', outcome: 'stopped', detail: sentence },
      })
      return Promise.resolve()
    })
  }
}

function namesOf(ids: readonly Break['id'][], { memory }: Book): string {
  const names = ids.map((id) => {
    const conId = memory.breaks.get(id)?.conId ?? null
    return (conId === null ? undefined : memory.instruments.get(conId)?.symbol) ?? id
  })
  return names.join(', ')
}
