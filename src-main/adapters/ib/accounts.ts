import type { AccountValue, AccountWindow, PortfolioMark } from '#ports/broker.ts'
import { accountId, type AccountId, type ConId } from '#shared/ids.ts'
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
  /** Asks for the whole window of an account anew; null when it did not come whole. */
  readonly window: (account: AccountId) => Promise<AccountWindow | null>
  /** The session is gone: no further window is asked for. */
  readonly stop: () => void
}

/** The account window's keys worth having of every account, and all currencies. */
const SUMMARY_TAGS =
  'NetLiquidation,TotalCashValue,SettledCash,AccruedCash,GrossPositionValue,BuyingPower,' +
  'InitMarginReq,MaintMarginReq,AvailableFunds,ExcessLiquidity,$LEDGER:ALL'

type Collected = {
  readonly account: AccountId
  readonly values: Map<string, AccountValue>
  readonly marks: Map<ConId, PortfolioMark>
}

type Desk = {
  readonly context: Context
  /** The account whose window TWS sends now: it leaves the name out at times. */
  shown: AccountId | null
  /** The subscription to all accounts' values; TWS allows two at once. */
  summaryId: number | null
  /** What is told of an account since its window was asked for; null: nobody waits for it. */
  collecting: Collected | null
  /** TWS tells the values of one currency from the account's by `$LEDGER-` before their keys. */
  marksCurrencies: boolean
  /** The windows being gone through; null while there are none to go through. */
  round: { cancelNext: () => void } | null
}

/**
 * TWS sends the account window of one account at a time, whole as soon as it is asked for and then
 * every three minutes. With several accounts their windows are gone through one after the other, so
 * that each has marks no older than the round takes; the values of all come as a summary, too.
 */
export function createAccounts(context: Context): Accounts {
  const desk: Desk = {
    ...{ context, shown: null, summaryId: null, collecting: null, round: null },
    marksCurrencies: false,
  }
  const { requests } = context
  return {
    listeners: {
      updateAccountValue: (...[key, value, currency, account]) =>
        hearValue(desk, account, { key, value, currency }),
      accountSummary: (...[, account, key, value, currency]) =>
        tell(desk, account, { key, value, currency }),
      accountSummaryEnd: (requestId) => requests.ended(requestId),
      accountDownloadEnd: () => requests.markerEnded('account values'),
      updatePortfolio: (...message) => hearMark(desk, message),
    },
    beginSession: () => {
      stop(desk)
      desk.summaryId = null
      desk.marksCurrencies = false
    },
    stop: () => stop(desk),
    subscribe: (accounts) => subscribe(desk, accounts),
    window: (account) => windowOf(desk, account),
  }
}

async function subscribe(desk: Desk, accounts: readonly AccountId[]): Promise<Answer> {
  stop(desk)
  const [first] = accounts
  if (first === undefined) return ok(0)
  if (accounts.length === 1) return showWindow(desk, first)
  const summary = desk.context.requests.ask((api, id) => {
    if (desk.summaryId !== null) api.cancelAccountSummary(desk.summaryId)
    desk.summaryId = id
    api.reqAccountSummary(id, 'All', SUMMARY_TAGS)
  })
  const windows = (async (): Promise<Answer> => {
    for (const account of accounts) {
      const shown = await showWindow(desk, account)
      if (!shown.ok) return shown
    }
    return ok(0)
  })()
  const [windowsAnswer, summaryAnswer] = await Promise.all([windows, summary])
  goRound(desk, accounts, (desk.round = { cancelNext: () => undefined }))
  return windowsAnswer.ok ? summaryAnswer : windowsAnswer
}

/** TWS tells a window that is asked for again from its beginning, whole, up to its end marker. */
async function windowOf(desk: Desk, account: AccountId): Promise<AccountWindow | null> {
  const { clock, requests } = desk.context
  const collected: Collected = { account, values: new Map(), marks: new Map() }
  let askedAt = clock.now()
  const told = await requests.askMarked('account values', (api) => {
    askedAt = clock.now()
    desk.shown = account
    desk.collecting = collected
    api.reqAccountUpdates(true, account)
  })
  if (desk.collecting === collected) desk.collecting = null
  if (!told.ok) return null
  return { askedAt, values: [...collected.values.values()], marks: [...collected.marks.values()] }
}

/** Settles when the first values and marks of the account are complete. */
const showWindow = (desk: Desk, account: AccountId): Promise<Answer> =>
  desk.context.requests.askMarked('account values', (api) => {
    desk.shown = account
    api.reqAccountUpdates(true, account)
  })

function stop(desk: Desk): void {
  desk.round?.cancelNext()
  desk.round = null
}

/** One window after the other; one that does not answer does not hold up the next. */
function goRound(
  desk: Desk,
  accounts: readonly AccountId[],
  round: NonNullable<Desk['round']>,
): void {
  const { clock, settings } = desk.context
  round.cancelNext = clock.after(settings.accountWindowMs, () => {
    const [next, ...others] = accounts
    if (next === undefined) return
    void showWindow(desk, next).then(() => {
      if (desk.round === round) goRound(desk, [...others, next], round)
    })
  })
}

type Value = { readonly key: string; readonly value: string; readonly currency: string }

/** A setting of TWS since 10.47, on unless TWS was upgraded. */
const OF_CURRENCY = '$LEDGER-'
/** What TWS has under one name for the account and for each currency. */
const OF_BOTH = 'AccruedCash'

/**
 * One value of the window. A mark before its key is taken off, so that it is named as in a TWS that
 * sets none; beside those the account's own value of the same name would pass for a currency's.
 */
function hearValue(desk: Desk, name: string, { key, ...said }: Value): void {
  const isMarked = key.startsWith(OF_CURRENCY)
  if (isMarked) desk.marksCurrencies = true
  else if (desk.marksCurrencies && key === OF_BOTH) return
  tell(desk, name, { ...said, key: isMarked ? key.slice(OF_CURRENCY.length) : key })
}

function tell(desk: Desk, name: string, { key, value, currency }: Value): void {
  const account = name === '' ? desk.shown : accountId(name)
  if (account === null) return
  const { clock, emit } = desk.context
  const told = { account, key, currency, value }
  if (desk.collecting?.account === account) desk.collecting.values.set(`${key}|${currency}`, told)
  emit({ kind: 'account-value', value: told, at: clock.now() })
}

function hearMark(desk: Desk, message: Parameters<ApiListeners['updatePortfolio']>): void {
  const [contract, size, marketPrice, marketValue, averageCost, unrealized, realized, name] =
    message
  const { clock, emit, instruments, log } = desk.context
  const instrument = instruments.meet(contract)
  const quantity = quantityOf(size)
  const account = name ? accountId(name) : desk.shown
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
  if (desk.collecting?.account === account) desk.collecting.marks.set(mark.conId, mark)
  emit({ kind: 'mark', mark, at: clock.now() })
}
