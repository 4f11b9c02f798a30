import { accountValues, portfolioRow } from '../broker/account-values.ts'
import { DESK_ZONE, type Answers, type Desk } from '../desk.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Session, SummaryLine } from '../session/session.ts'
import {
  accountDownloadEnd,
  accountSummary,
  accountSummaryEnd,
  accountTime,
  accountValue,
  error,
  portfolioValue,
  position,
  positionEnd,
  type ValueRow,
} from '../wire/account-messages.ts'
import { wallClock } from '../wire/zoned-time.ts'

/** The most account summaries one client may have at once. */
const MOST_SUMMARIES = 2

const accountTimeOf = (desk: Desk): string =>
  accountTime(wallClock(desk.timeline.now(), DESK_ZONE).time.slice(0, 5))

function sendPositions(desk: Desk, session: Session): void {
  for (const instrument of desk.broker.book.instruments()) {
    const row = portfolioRow(desk, instrument)
    if (!row.quantity.isZero()) session.send(position(row))
  }
  session.send(positionEnd())
}

/** Sends the values that differ from what the client knows. */
function sendValues(desk: Desk, session: Session): void {
  const { accountSent } = session.subscriptions
  const { totals, ledger } = accountValues(desk)
  for (const row of [...totals, ...ledger]) {
    const key = `${row.key} ${row.currency}`
    if (accountSent.get(key) === row.value) continue
    accountSent.set(key, row.value)
    session.send(accountValue(desk.account, row))
  }
  session.send(accountTimeOf(desk))
}

function subscribeAccount(desk: Desk, session: Session): void {
  session.subscriptions.account = true
  session.subscriptions.accountSent = new Map()
  sendValues(desk, session)
  for (const instrument of desk.broker.book.instruments())
    session.send(portfolioValue(portfolioRow(desk, instrument)))
  session.send(accountTimeOf(desk))
  session.send(accountDownloadEnd(desk.account))
}

const LEDGER = '$LEDGER'

/** The rows a summary's tags ask for; `$LEDGER` alone means the base currency. */
function summaryRows(desk: Desk, tags: readonly string[]): readonly ValueRow[] {
  const { totals, ledger } = accountValues(desk)
  return tags.flatMap((tag) => {
    if (!tag.startsWith(LEDGER)) return totals.filter((row) => row.key === tag)
    const wanted = tag.slice(LEDGER.length + 1) || 'BASE'
    return ledger.filter((row) => wanted === 'ALL' || row.currency === wanted)
  })
}

function sendSummary(desk: Desk, session: Session, line: SummaryLine): void {
  for (const row of summaryRows(desk, line.tags)) {
    const key = `${row.key} ${row.currency}`
    if (line.sent.get(key) === row.value) continue
    line.sent.set(key, row.value)
    session.send(accountSummary(line.requestId, desk.account, row))
  }
}

/** Tells every subscriber that a holding changed. */
export function tellHolding(desk: Desk, instrument: Instrument): void {
  const row = portfolioRow(desk, instrument)
  for (const session of desk.sessions.open()) {
    if (session.subscriptions.positions) session.send(position(row))
    if (session.subscriptions.account) session.send(portfolioValue(row))
  }
}

/** Tells every subscriber the account values that changed, as TWS does after each trade. */
export function tellAccount(desk: Desk): void {
  for (const session of desk.sessions.open())
    if (session.subscriptions.account) sendValues(desk, session)
}

/** The periodic update: account values, all portfolio rows and summaries. */
export function tellPeriodically(desk: Desk): void {
  for (const session of desk.sessions.open()) {
    if (session.isCongested()) continue
    if (session.subscriptions.account) {
      sendValues(desk, session)
      for (const instrument of desk.broker.book.instruments())
        session.send(portfolioValue(portfolioRow(desk, instrument)))
    }
    for (const line of session.subscriptions.summaries.values()) sendSummary(desk, session, line)
  }
}

export const ACCOUNT_ANSWERS: Answers = {
  reqPositions: (desk, session) => {
    session.subscriptions.positions = true
    sendPositions(desk, session)
  },
  cancelPositions: (_, session) => {
    session.subscriptions.positions = false
  },
  reqAccountUpdates: (desk, session, fields) => {
    const account = fields.text('account')
    if (!fields.flag('subscribe')) session.subscriptions.account = false
    else if (account === '' || account === desk.account) subscribeAccount(desk, session)
    else
      session.send(
        error(
          -1,
          321,
          `Error validating request.-'bO' : cause - Invalid account code '${account}'.`,
        ),
      )
  },
  reqAccountSummary: (desk, session, fields) => {
    const requestId = fields.integer('requestId') ?? -1
    const { summaries } = session.subscriptions
    if (fields.text('group') !== 'All') {
      const group = fields.text('group')
      const cause = `Error validating request.-'bX' : cause - Unknown account group '${group}'.`
      session.send(error(requestId, 321, cause))
      return
    }
    if (summaries.has(requestId) || summaries.size >= MOST_SUMMARIES) {
      const cause =
        "Error processing request.-'b7' : cause - Maximum number of account summary requests " +
        'exceeded.'
      session.send(error(requestId, 322, cause))
      return
    }
    const tags = fields.text('tags').split(',')
    const line = { requestId, tags: tags.map((tag) => tag.trim()), sent: new Map() }
    summaries.set(requestId, line)
    sendSummary(desk, session, line)
    session.send(accountSummaryEnd(requestId))
  },
  cancelAccountSummary: (_, session, fields) => {
    session.subscriptions.summaries.delete(fields.integer('requestId') ?? -1)
  },
}
