import { accountId, type AccountId } from '#shared/ids.ts'
import { ok } from '#shared/result.ts'
import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'
import { moneyOf, priceOf, quantityOf } from './numbers.ts'
import type { Answer } from './requests.ts'

/** The desk of account values and of the broker's marks. */
export type Accounts = {
  readonly listeners: Partial<ApiListeners>
  readonly beginSession: () => void
  /** Subscribes to the account values; settles when the first of them are complete. */
  readonly subscribe: (accounts: readonly AccountId[]) => Promise<Answer>
}

/** The account window's keys worth having of every account, and all currencies. */
const SUMMARY_TAGS =
  'NetLiquidation,TotalCashValue,SettledCash,AccruedCash,GrossPositionValue,BuyingPower,' +
  'InitMarginReq,MaintMarginReq,AvailableFunds,ExcessLiquidity,$LEDGER:ALL'

type Desk = {
  readonly context: Context
  /** The account whose window TWS sends: it leaves the name out at times. */
  first: AccountId | null
  /** The subscription to all accounts' values; TWS allows two at once. */
  summaryId: number | null
}

/**
 * TWS sends the account window of one account at a time. With several, the first has it, marks
 * included; the values of all come as a summary.
 */
export function createAccounts(context: Context): Accounts {
  const desk: Desk = { context, first: null, summaryId: null }
  const { requests } = context
  return {
    listeners: {
      updateAccountValue: (...[key, value, currency, account]) =>
        tell(desk, account, { key, value, currency }),
      accountSummary: (...[, account, key, value, currency]) =>
        tell(desk, account, { key, value, currency }),
      accountSummaryEnd: (requestId) => requests.ended(requestId),
      accountDownloadEnd: () => requests.markerEnded('account values'),
      updatePortfolio: (...message) => hearMark(desk, message),
    },
    beginSession: () => {
      desk.summaryId = null
    },
    subscribe: (accounts) => subscribe(desk, accounts),
  }
}

async function subscribe(desk: Desk, accounts: readonly AccountId[]): Promise<Answer> {
  const { requests, log } = desk.context
  const first = accounts[0] ?? null
  desk.first = first
  if (first === null) return ok(0)
  const window = requests.askMarked('account values', (api) => api.reqAccountUpdates(true, first))
  if (accounts.length === 1) return window
  log.info('Several accounts: marks come for the first, values for all', {
    accounts: accounts.length,
  })
  const summary = requests.ask((api, id) => {
    if (desk.summaryId !== null) api.cancelAccountSummary(desk.summaryId)
    desk.summaryId = id
    api.reqAccountSummary(id, 'All', SUMMARY_TAGS)
  })
  const [windowAnswer, summaryAnswer] = await Promise.all([window, summary])
  return windowAnswer.ok ? summaryAnswer : windowAnswer
}

type Value = { readonly key: string; readonly value: string; readonly currency: string }

function tell(desk: Desk, name: string, { key, value, currency }: Value): void {
  const account = name === '' ? desk.first : accountId(name)
  if (account === null) return
  const { clock, emit } = desk.context
  emit({ kind: 'account-value', value: { account, key, currency, value }, at: clock.now() })
}

function hearMark(desk: Desk, message: Parameters<ApiListeners['updatePortfolio']>): void {
  const [contract, size, marketPrice, marketValue, averageCost, unrealized, realized, name] =
    message
  const { clock, emit, instruments, log } = desk.context
  const instrument = instruments.meet(contract)
  const quantity = quantityOf(size)
  const account = name ? accountId(name) : desk.first
  if (instrument === null || quantity === null || account === null) {
    log.warn('A portfolio row of TWS could not be read', { conId: contract.conId ?? null })
    return
  }
  const mark = {
    account,
    conId: instrument.conId,
    instrument,
    quantity,
    marketPrice: priceOf(marketPrice),
    marketValue: moneyOf(marketValue),
    averageCost: quantity.isZero() ? null : priceOf(averageCost),
    unrealizedPnl: moneyOf(unrealized),
    realizedPnl: moneyOf(realized),
  }
  emit({ kind: 'mark', mark, at: clock.now() })
}
