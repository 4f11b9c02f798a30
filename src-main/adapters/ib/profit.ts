import type { AccountId } from '#shared/ids.ts'
import { text } from '#shared/money.ts'
import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'
import { moneyOf } from './numbers.ts'

/** The desk of what TWS calls the P&L of the day of each account. */
export type Profit = {
  readonly listeners: Partial<ApiListeners>
  readonly beginSession: (accounts: readonly AccountId[]) => void
  /** Subscribes for each account that is not subscribed to. */
  readonly subscribe: () => void
  /** The subscriptions are gone. */
  readonly lose: () => void
}

/**
 * Hears the P&L of the day as TWS counts it, from the reset of its portfolio window on; told as the
 * account value `DailyPnL`. Source: reqPnL of the TWS API, of which TWS sends about one a second.
 */
export function createProfit({ requests, api, clock, emit, log }: Context): Profit {
  const subscribed = new Map<number, AccountId>()
  let accounts: readonly AccountId[] = []
  const lose = (): void => {
    for (const id of subscribed.keys()) requests.unsubscribe(id)
    subscribed.clear()
  }
  return {
    listeners: {
      pnl: (requestId, daily) => {
        const account = subscribed.get(requestId)
        const amount = moneyOf(daily)
        if (account === undefined) return
        // Not set is said by an absurd number: it is no longer known, whatever was told before.
        const value = amount === null ? '' : text(amount)
        const told = { account, key: 'DailyPnL', currency: 'BASE', value }
        emit({ kind: 'account-value', value: told, at: clock.now() })
      },
    },
    beginSession: (ofSession) => {
      lose()
      accounts = ofSession
    },
    subscribe: () => {
      const known = new Set(subscribed.values())
      for (const account of accounts) {
        if (known.has(account)) continue
        const id = requests.subscribe((code) => {
          log.info('TWS tells no P&L of the day', { code })
          requests.unsubscribe(id)
          subscribed.delete(id)
        })
        subscribed.set(id, account)
        api()?.reqPnL(id, account, '')
      }
    },
    lose,
  }
}
