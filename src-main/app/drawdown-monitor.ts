import { beginPeriods, type DrawdownRules } from '#domain/drawdown.ts'
import type { Gauge } from '#domain/gauge.ts'
import type { LimitLevel } from '#domain/limit.ts'
import type { Notifier } from '#ports/notifier.ts'
import { present } from '#shared/assert.ts'
import type { AccountId } from '#shared/ids.ts'
import type { Account } from './account.ts'
import type { AccountDrawdown, Looking } from './account-drawdown.ts'
import { measureAccount, newAccountDrawdown } from './account-drawdown.ts'
import { judgeAll, limitKey, limitsFor, noticeOf, type SetLimit } from './drawdown-limits.ts'
import {
  ACCOUNT_SCOPE,
  inOrder,
  recordsOf,
  restoreScopes,
  scopeGauges,
  startedOver,
} from './drawdown-scope.ts'
import type { Scope } from './drawdown-scope.ts'
import { END } from './ends.ts'
import { learnGiven } from './given-fills.ts'
import type { Notices } from './notices.ts'
import type { SnapshotSource } from './snapshotter.ts'
import { equityDecided } from './strategies.ts'
import { measureStrategies } from './strategy-drawdown.ts'

/** How often equity is looked at; what has not moved is not written. */
const EVERY_MS = 5_000

export type DrawdownSource = SnapshotSource & {
  readonly notices: Pick<Notices, 'add'>
  readonly settings: SnapshotSource['settings'] & { readonly notifier: Notifier }
}

/** One scope as it is looked at. */
export type ScopeGauges = {
  readonly scope: string
  readonly source: Scope['source']
  readonly gauges: readonly Gauge[]
  readonly limits: readonly { readonly limit: SetLimit; readonly level: LimitLevel }[]
}

/**
 * The drawdown of each account and of its strategies since they were first seen, this week and
 * today, and the limits set for them. It is kept in the ledger and goes on after a restart; a
 * period that began meanwhile opens as the rules say.
 */
export class DrawdownMonitor {
  readonly #desk: DrawdownSource
  readonly #accounts = new Map<AccountId, AccountDrawdown>()
  readonly #busy = new Set<AccountId>()
  #rules: DrawdownRules
  #limits: readonly SetLimit[]
  #stop: () => void = () => undefined

  constructor(desk: DrawdownSource, rules: DrawdownRules, limits: readonly SetLimit[] = []) {
    this.#desk = desk
    this.#rules = rules
    this.#limits = limits
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

  /** The limits from now on; what was told of those that stay is not told again. */
  limitBy(limits: readonly SetLimit[]): void {
    this.#limits = limits
  }

  /** The gauges of the account now: total, week, day. None before any equity was seen. */
  gauges(account: Account): readonly Gauge[] {
    return this.all(account).find(({ scope }) => scope === ACCOUNT_SCOPE)?.gauges ?? []
  }

  /** Everything that is measured: the account, strategies by name, UNATTRIBUTED. */
  all(account: Account): readonly ScopeGauges[] {
    const scopes = this.#accounts.get(account.id)?.scopes ?? new Map<string, Scope>()
    return inOrder(scopes.keys()).flatMap((scope) => {
      const of = scopes.get(scope)
      if (of === undefined || of.state.at === null) return []
      const limits = limitsFor(scope, this.#limits).map((limit) => ({
        limit,
        level: of.limits[limitKey(limit)]?.level ?? ('normal' as const),
      }))
      return [{ scope, source: of.source, gauges: this.#gaugesNow(of, account), limits }]
    })
  }

  #gaugesNow(scope: Scope, account: Account): readonly Gauge[] {
    const now = this.#desk.settings.clock.now()
    const { state } = scope
    const isLater = state.at === null || now >= state.at
    const begun = isLater ? beginPeriods(state, now, this.#rules) : state
    return scopeGauges({ ...scope, state: begun }, openCashBreaks(account))
  }

  /** Takes the equity in, judges the limits, and keeps what changed; never rejects. */
  async observe(account: Account): Promise<void> {
    if (this.#busy.has(account.id) || account.book === null) return
    this.#busy.add(account.id)
    try {
      await this.#observe(account)
    } catch (error) {
      this.#desk.settings.log.warn('The drawdown could not be measured; it is tried again', {
        reason: String(error),
      })
    } finally {
      this.#busy.delete(account.id)
    }
  }

  async #observe(account: Account): Promise<void> {
    const known = this.#accounts.get(account.id) ?? (await this.#restore(account))
    if (known === null) return
    await this.#learnGiven(account, known)
    const look = () => {
      const looking = this.#lookingAt(account)
      return { looking, measured: measureStrategies(known, looking) }
    }
    const { looking, measured } = await atRest(account, look)
    await this.#judge(account, known, await measureAccount(measured, looking))
  }

  /** Fills given to another strategy just before the program was restarted are flows, too. */
  async #learnGiven({ book }: Account, { scopes }: AccountDrawdown): Promise<void> {
    if (book === null) return
    const counted = [...scopes]
      .filter(([scope]) => scope !== ACCOUNT_SCOPE)
      .map(([, { countedUntil }]) => countedUntil)
    const since = counted.reduce((first, one) => (one < first ? one : first), END)
    await learnGiven(book, since)
  }

  #lookingAt(account: Account): Looking {
    const { prices, link, settings } = this.#desk
    const valuing = { account, prices }
    const stamp = settings.clock.stamp()
    return {
      ...{ ...valuing, rules: this.#rules, now: settings.clock.now(), stamp },
      ...{ isLinked: link.state === 'connected', ledger: equityDecided(valuing, stamp) },
    }
  }

  /** Tells of limits once what was told is kept: a restart repeats nothing. */
  async #judge(account: Account, before: AccountDrawdown, after: AccountDrawdown): Promise<void> {
    const scopes = new Map<string, Scope>()
    const told: Parameters<typeof noticeOf>[] = []
    const { baseCurrency } = account.values.fx
    for (const [scope, of] of after.scopes) {
      const limits = limitsFor(scope, this.#limits)
      const { states, notices } = judgeAll(of.limits, this.#gaugesNow(of, account), limits)
      const isSame = JSON.stringify(states) === JSON.stringify(of.limits)
      scopes.set(scope, isSame ? of : { ...of, limits: states })
      const whose = { account: account.id, scope, baseCurrency }
      told.push(...notices.map((notice): Parameters<typeof noticeOf> => [whose, notice]))
    }
    const now: AccountDrawdown = { ...after, scopes }
    await this.#keep(account, before, now)
    this.#accounts.set(account.id, now)
    for (const [whose, notice] of told) {
      const said = noticeOf(whose, notice)
      this.#desk.notices.add(said)
      const message = said.remedy === null ? said.message : `${said.message} ${said.remedy}`
      if (notice.kind === 'breach')
        this.#desk.settings.notifier.notify({ title: 'Drawdown limit', message })
    }
  }

  /**
   * Starts the total drawdown of a scope over at what there is now.
   * @throws {Error} in words, when nothing is measured under that name.
   */
  async reset(account: Account, scope: string): Promise<void> {
    const { clock } = this.#desk.settings
    while (this.#busy.has(account.id)) await clock.turn()
    this.#busy.add(account.id)
    try {
      await this.#reset(account, scope)
    } finally {
      this.#busy.delete(account.id)
    }
  }

  async #reset(account: Account, scope: string): Promise<void> {
    const known = this.#accounts.get(account.id)
    const of = known?.scopes.get(scope)
    if (known === undefined || of === undefined || of.state.at === null)
      throw new Error('No drawdown is measured under that name: look at the list of gauges.')
    const over = startedOver(of)
    const { clock } = this.#desk.settings
    await account.command((memory, batch) => {
      memory.journalLength += 1
      batch.journal.push({
        ...{ seq: memory.journalLength, at: clock.stamp(), author: 'trader' },
        ...{ command: 'drawdown.reset', outcome: 'reset', detail: scope },
      })
      batch.drawdowns.push(...recordsOf([scope, over], of, clock.stamp()))
      return Promise.resolve()
    })
    const scopes = new Map(known.scopes).set(scope, over)
    this.#accounts.set(account.id, { ...known, scopes })
  }

  async #restore(account: Account): Promise<AccountDrawdown | null> {
    const { book } = account
    if (book === null) return null
    const restored = newAccountDrawdown(restoreScopes(await book.ledger.drawdowns()))
    this.#accounts.set(account.id, restored)
    return restored
  }

  async #keep(account: Account, before: AccountDrawdown, after: AccountDrawdown): Promise<void> {
    const changed = [...after.scopes].filter(([key, scope]) => scope !== before.scopes.get(key))
    if (changed.length === 0) return
    const measuredAt = this.#desk.settings.clock.stamp()
    const records = changed.flatMap((one) => recordsOf(one, before.scopes.get(one[0]), measuredAt))
    await account.command((_memory, batch) => {
      batch.drawdowns.push(...records)
      return Promise.resolve()
    })
  }
}

/** Changes of cash nobody has said the nature of: each may be a flow that looks like P&L. */
function openCashBreaks({ book }: Account): number {
  const breaks = [...(book?.memory.breaks.values() ?? [])]
  const isClosed = new Set<string>(['gone', 'settled', 'acknowledged'])
  return breaks.filter(({ kind, status }) => kind === 'cash' && !isClosed.has(status)).length
}

/** Reads when no entry is in memory by half: with nothing on its way, or between two commands. */
async function atRest<Value>(account: Account, read: () => Value): Promise<Value> {
  if (account.depth === 0) return read()
  const values: Value[] = []
  await account.command(() => {
    values.push(read())
    return Promise.resolve()
  })
  return present(values.at(-1), 'what a command has read')
}
