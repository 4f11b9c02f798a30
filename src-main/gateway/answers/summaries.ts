import { accountValues } from '../broker/account-values.ts'
import type { Account } from '../broker/accounts.ts'
import { accountsOf, type Answers, type Desk } from '../desk.ts'
import type { Session } from '../session/session.ts'
import type { MultiLine, SummaryLine } from '../session/subscriptions.ts'
import {
  accountSummary,
  accountSummaryEnd,
  accountUpdateMulti,
  accountUpdateMultiEnd,
  error,
  type ValueRow,
} from '../wire/account-messages.ts'
import { unknownAccount } from './positions.ts'

/** The most account summaries one client may have at once. */
const MOST_SUMMARIES = 2

const LEDGER = '$LEDGER'

/** The rows a summary's tags ask for; `$LEDGER` alone means the base currency. */
function summaryRows(desk: Desk, account: Account, tags: readonly string[]): readonly ValueRow[] {
  const { totals, ledger } = accountValues(desk, account.id)
  return tags.flatMap((tag) => {
    if (!tag.startsWith(LEDGER)) return totals.filter((row) => row.key === tag)
    const wanted = tag.slice(LEDGER.length + 1) || 'BASE'
    return ledger.filter((row) => wanted === 'ALL' || row.currency === wanted)
  })
}

/** Whether the value is news; it is remembered as told. */
function isNews(sent: Map<string, string>, account: string, row: ValueRow): boolean {
  const key = `${account} ${row.key} ${row.currency}`
  const isNew = sent.get(key) !== row.value
  sent.set(key, row.value)
  return isNew
}

function sendSummary(desk: Desk, session: Session, line: SummaryLine): void {
  for (const account of line.accounts)
    for (const row of summaryRows(desk, account, line.tags))
      if (isNews(line.sent, account.id, row))
        session.send(accountSummary(line.requestId, account.id, row))
}

export function tellSummaries(desk: Desk, session: Session): void {
  for (const line of session.subscriptions.summaries.values()) sendSummary(desk, session, line)
}

function sendUpdates(desk: Desk, session: Session, line: MultiLine): void {
  for (const { id, modelCode } of line.accounts) {
    const { totals, ledger } = accountValues(desk, id)
    const shown = line.isLedgerOnly ? totals.filter((row) => row.key === 'NetLiquidation') : totals
    for (const row of [...shown, ...ledger])
      if (isNews(line.sent, id, row))
        session.send(accountUpdateMulti(line.requestId, { account: id, modelCode }, row))
  }
}

export function tellUpdatesMulti(desk: Desk, session: Session): void {
  for (const line of session.subscriptions.updatesMulti.values()) sendUpdates(desk, session, line)
}

export const SUMMARY_ANSWERS: Answers = {
  reqAccountSummary: (desk, session, fields) => {
    const requestId = fields.integer('requestId') ?? -1
    const { summaries } = session.subscriptions
    const group = fields.text('group')
    const accounts = group === '' ? null : accountsOf(desk, group, '')
    if (accounts === null) {
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
    const line = { requestId, accounts, tags: tags.map((tag) => tag.trim()), sent: new Map() }
    summaries.set(requestId, line)
    sendSummary(desk, session, line)
    session.send(accountSummaryEnd(requestId))
  },
  cancelAccountSummary: (_, session, fields) => {
    session.subscriptions.summaries.delete(fields.integer('requestId') ?? -1)
  },
  reqAccountUpdatesMulti: (desk, session, fields) => {
    const requestId = fields.integer('requestId') ?? -1
    const accounts = accountsOf(desk, fields.text('account'), fields.text('modelCode'))
    if (accounts === null) {
      session.send(error(requestId, 321, unknownAccount(fields.text('account'))))
      return
    }
    const isLedgerOnly = fields.flag('ledgerAndNlv')
    const line = { requestId, accounts, isLedgerOnly, sent: new Map() }
    session.subscriptions.updatesMulti.set(requestId, line)
    sendUpdates(desk, session, line)
    session.send(accountUpdateMultiEnd(requestId))
  },
  cancelAccountUpdatesMulti: (_, session, fields) => {
    session.subscriptions.updatesMulti.delete(fields.integer('requestId') ?? -1)
  },
}
