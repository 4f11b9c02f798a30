import { splitExecId } from '#domain/execution.ts'
import { orderKey } from '#domain/order.ts'
import { permId, type AccountId } from '#shared/ids.ts'
import type { RoutedEvent } from './account.ts'

const KNOWN_LIMIT = 100_000
const PARKED_LIMIT = 10_000

/**
 * Whose a commission or an order status is: neither names an account, but the execution or order it
 * belongs to does. What comes first waits for the one it belongs to.
 */
export class Owners {
  readonly #accounts = new Map<string, AccountId>()
  readonly #parked = new Map<string, readonly RoutedEvent[]>()

  /** Remembers whose an event that names its account is; answers what waited for it. */
  learn(event: RoutedEvent, account: AccountId): readonly RoutedEvent[] {
    return keysOf(event).flatMap((key) => {
      this.#accounts.set(key, account)
      forgetOldest(this.#accounts, KNOWN_LIMIT)
      const waiting = this.#parked.get(key) ?? []
      this.#parked.delete(key)
      return waiting
    })
  }

  /** The account of an event that names none; null while nobody can tell. */
  of(event: RoutedEvent): AccountId | null {
    for (const key of keysOf(event)) {
      const account = this.#accounts.get(key)
      if (account !== undefined) return account
    }
    return null
  }

  /** Keeps an event until its owner is known. */
  park(event: RoutedEvent): void {
    const [key] = keysOf(event)
    if (key === undefined) return
    this.#parked.set(key, [...(this.#parked.get(key) ?? []), event])
    forgetOldest(this.#parked, PARKED_LIMIT)
  }
}

/** What an event is about, the surest name first. */
function keysOf(event: RoutedEvent): readonly string[] {
  switch (event.kind) {
    case 'execution': {
      const { execution } = event
      const order = orderKey({ permId: execution.permId, clientId: null, orderId: null })
      return [splitExecId(execution.execId).root, ...(order === null ? [] : [order])]
    }
    case 'commission':
      return [splitExecId(event.report.execId).root]
    case 'order': {
      const own = orderKey({ ...event.report, permId: permId(0) })
      const key = orderKey(event.report)
      return [...new Set([key, own])].filter((one) => one !== null)
    }
    case 'instrument':
    case 'position':
    case 'mark':
    case 'account-value':
      return []
  }
}

function forgetOldest(map: Map<string, unknown>, limit: number): void {
  for (const key of map.keys()) {
    if (map.size <= limit) return
    map.delete(key)
  }
}
