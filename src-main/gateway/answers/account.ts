import { accountValues, portfolioRow } from '../broker/account-values.ts'
import { DESK_ZONE, firstAccount, type Answers, type Desk } from '../desk.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Session } from '../session/session.ts'
import {
  accountDownloadEnd,
  accountTime,
  accountValue,
  error,
  portfolioValue,
} from '../wire/account-messages.ts'
import { wallClock } from '../wire/zoned-time.ts'
import { tellPosition } from './positions.ts'
import { tellProfits } from './profit.ts'
import { tellSummaries, tellUpdatesMulti } from './summaries.ts'

const accountTimeOf = (desk: Desk): string =>
  accountTime(wallClock(desk.timeline.now(), DESK_ZONE).time.slice(0, 5))

/** Sends the values that differ from what the client knows. */
function sendValues(desk: Desk, session: Session, account: string): void {
  const { accountSent } = session.subscriptions
  const { totals, ledger } = accountValues(desk, account)
  for (const row of [...totals, ...ledger]) {
    const key = `${row.key} ${row.currency}`
    if (accountSent.get(key) === row.value) continue
    accountSent.set(key, row.value)
    session.send(accountValue(account, row))
  }
  session.send(accountTimeOf(desk))
}

function sendPortfolio(desk: Desk, session: Session, account: string): void {
  for (const instrument of desk.broker.bookOf(account).instruments())
    session.send(portfolioValue(portfolioRow(desk, account, instrument)))
}

function subscribeAccount(desk: Desk, session: Session, account: string): void {
  session.subscriptions.account = account
  session.subscriptions.accountSent = new Map()
  sendValues(desk, session, account)
  sendPortfolio(desk, session, account)
  session.send(accountTimeOf(desk))
  session.send(accountDownloadEnd(account))
}

/** Tells every subscriber that a holding changed. */
export function tellHolding(desk: Desk, account: string, instrument: Instrument): void {
  const row = portfolioRow(desk, account, instrument)
  for (const session of desk.sessions.open()) {
    tellPosition(session, row)
    if (session.subscriptions.account === account) session.send(portfolioValue(row))
  }
}

/** Tells every subscriber the account values that changed, as TWS does after each trade. */
export function tellAccount(desk: Desk, account: string): void {
  for (const session of desk.sessions.open()) {
    if (session.subscriptions.account === account) sendValues(desk, session, account)
    tellUpdatesMulti(desk, session)
  }
}

/** The periodic update: account values, all portfolio rows, summaries. */
export function tellPeriodically(desk: Desk): void {
  for (const session of desk.sessions.open()) {
    if (session.isCongested()) continue
    const { account } = session.subscriptions
    if (account !== null) {
      sendValues(desk, session, account)
      sendPortfolio(desk, session, account)
    }
    tellSummaries(desk, session)
    tellUpdatesMulti(desk, session)
  }
}

/** Profits are told about once a second. */
export function tellAllProfits(desk: Desk): void {
  for (const session of desk.sessions.open()) if (!session.isCongested()) tellProfits(desk, session)
}

export const ACCOUNT_ANSWERS: Answers = {
  reqAccountUpdates: (desk, session, fields) => {
    const named = fields.text('account')
    const account = named === '' ? firstAccount(desk).id : named
    if (!fields.flag('subscribe')) session.subscriptions.account = null
    else if (desk.accounts.some(({ id }) => id === account))
      subscribeAccount(desk, session, account)
    else
      session.send(
        error(
          -1,
          321,
          `Error validating request.-'bO' : cause - Invalid account code '${account}'.`,
        ),
      )
  },
}
