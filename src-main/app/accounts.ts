import { accountId, type AccountId } from '#shared/ids.ts'
import type { Account, RoutedEvent } from './account.ts'
import { Owners } from './owners.ts'

/** The accounts of a desk, and which of them an event belongs to. */
export class Accounts {
  readonly #accounts = new Map<AccountId, Account>()
  readonly #owners = new Owners()
  readonly #kept: string | null
  readonly #make: (id: AccountId) => Account
  /** The accounts of the session. */
  #behind: readonly AccountId[] = []

  /** @param kept the only account to keep; null: every account behind the link. */
  constructor(kept: string | null, make: (id: AccountId) => Account) {
    this.#kept = kept
    this.#make = make
  }

  get all(): readonly Account[] {
    return [...this.#accounts.values()]
  }

  /** The account named, or the first one; null when there is none. */
  find(id: string | undefined): Account | null {
    if (id === undefined) return this.all[0] ?? null
    return this.#accounts.get(accountId(id)) ?? null
  }

  /** The account, made when it is not there yet. */
  of(id: AccountId): Account {
    const known = this.#accounts.get(id)
    if (known) return known
    const account = this.#make(id)
    this.#accounts.set(id, account)
    return account
  }

  /** Those of a session that are to be kept; they come first from now on. */
  session(ids: readonly AccountId[]): readonly Account[] {
    this.#behind = ids
    const wanted = ids.filter((id) => this.#kept === null || this.#kept === id)
    const accounts = wanted.map((id) => this.of(id))
    this.#bringForward(wanted)
    return accounts
  }

  #bringForward(ids: readonly AccountId[]): void {
    const others = [...this.#accounts].filter(([id]) => !ids.includes(id))
    const first = ids.flatMap((id): [AccountId, Account][] => {
      const account = this.#accounts.get(id)
      return account ? [[id, account]] : []
    })
    this.#accounts.clear()
    for (const [id, account] of [...first, ...others]) this.#accounts.set(id, account)
  }

  /**
   * What belongs to one account goes there, and what names none to the account of the execution or
   * order it is about; instruments belong to all.
   */
  take(event: RoutedEvent): void {
    if (event.kind === 'instrument') {
      for (const one of this.all) one.take(event)
      return
    }
    const id = accountOf(event)
    const owner = id ?? (this.#behind.length === 1 ? this.#behind[0] : this.#owners.of(event))
    if (!owner) {
      this.#owners.park(event)
      return
    }
    this.#deliver(owner, event)
    // Behind a login with one account there is nothing to tell apart.
    if (id === null || this.#behind.length === 1) return
    for (const waited of this.#owners.learn(event, id)) this.#deliver(id, waited)
  }

  #deliver(id: AccountId, event: RoutedEvent): void {
    // An advisor's order for several accounts is told as the advisor's own, who holds nothing; what
    // its accounts have executed comes besides.
    if (this.#behind.length > 0 && !this.#behind.includes(id)) return
    if (this.#kept === null || this.#kept === id) this.of(id).take(event)
  }
}

function accountOf(event: RoutedEvent): AccountId | null {
  switch (event.kind) {
    case 'execution':
      return event.execution.account
    case 'order':
      return event.report.account
    case 'position':
      return event.position.account
    case 'mark':
      return event.mark.account
    case 'account-value':
      return event.value.account
    case 'commission':
    case 'instrument':
      return null
  }
}
