import { accountId, type AccountId } from '#shared/ids.ts'
import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'
import { moneyOf, priceOf, quantityOf } from './numbers.ts'
import type { Answer } from './requests.ts'

/** The desk of account values and of the broker's marks. */
export type Accounts = {
  readonly listeners: Partial<ApiListeners>
  /** Subscribes to the account values; settles when the first of them are complete. */
  readonly subscribe: (accounts: readonly AccountId[]) => Promise<Answer>
}

/** The account window's keys worth having of every account, and all currencies. */
const SUMMARY_TAGS =
  'NetLiquidation,TotalCashValue,SettledCash,AccruedCash,GrossPositionValue,BuyingPower,' +
  'InitMarginReq,MaintMarginReq,AvailableFunds,ExcessLiquidity,$LEDGER:ALL'

/**
 * TWS sends the account window of one account at a time. With several, the first has it, marks
 * included; the values of all come as a summary.
 */
export function createAccounts(context: Context): Accounts {
  const { clock, emit, requests, instruments, log } = context
  let first: AccountId | null = null
  let summaryEnded: number | null = null

  const tell = (account: string, key: string, [value, currency]: [string, string]): void => {
    const owner = account === '' ? first : accountId(account)
    if (owner === null) return
    emit({
      kind: 'account-value',
      value: { account: owner, key, currency, value },
      at: clock.now(),
    })
  }
  const subscribeWindow = (account: AccountId): Promise<Answer> =>
    requests.askMarked('account values', (api) => api.reqAccountUpdates(true, account))
  const subscribeSummary = (): Promise<Answer> =>
    requests.ask((api, id) => {
      summaryEnded = id
      api.reqAccountSummary(id, 'All', SUMMARY_TAGS)
    })

  return {
    listeners: {
      updateAccountValue: (key, value, currency, account) => tell(account, key, [value, currency]),
      accountSummary: (_id, account, tag, value, currency) => tell(account, tag, [value, currency]),
      accountSummaryEnd: (id) => {
        if (id === summaryEnded) requests.ended(id)
      },
      accountDownloadEnd: () => requests.markerEnded('account values'),
      updatePortfolio: (contract, ...numbers) => {
        const [size, marketPrice, marketValue, averageCost, unrealized, realized, account] = numbers
        const instrument = instruments.meet(contract)
        const quantity = quantityOf(size)
        const owner = account ? accountId(account) : first
        if (instrument === null || quantity === null || owner === null) {
          log.warn('A portfolio row of TWS could not be read', { conId: contract.conId ?? null })
          return
        }
        emit({
          kind: 'mark',
          mark: {
            account: owner,
            conId: instrument.conId,
            instrument,
            quantity,
            marketPrice: priceOf(marketPrice),
            marketValue: moneyOf(marketValue),
            averageCost: quantity.isZero() ? null : priceOf(averageCost),
            unrealizedPnl: moneyOf(unrealized),
            realizedPnl: moneyOf(realized),
          },
          at: clock.now(),
        })
      },
    },
    subscribe: async (accounts) => {
      first = accounts[0] ?? null
      if (first === null) return { ok: true, value: 0 }
      if (accounts.length === 1) return subscribeWindow(first)
      log.info('Several accounts: marks come for the first, values for all', {
        accounts: accounts.length,
      })
      const [window, summary] = await Promise.all([subscribeWindow(first), subscribeSummary()])
      return window.ok ? summary : window
    },
  }
}
