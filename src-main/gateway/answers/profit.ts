import { profitOf, profitOfAccount } from '../broker/profit.ts'
import type { Answers, Desk } from '../desk.ts'
import type { Session } from '../session/session.ts'
import type { ProfitLine } from '../session/subscriptions.ts'
import { error, pnl, pnlSingle } from '../wire/account-messages.ts'
import type { Fields } from '../wire/layout.ts'
import { unknownAccount } from './positions.ts'

const profitMessage = (desk: Desk, { requestId, account, instrument }: ProfitLine): string =>
  instrument === null
    ? pnl(requestId, profitOfAccount(desk, account))
    : pnlSingle(requestId, profitOf(desk, account, instrument))

/** Tells a client the profits that changed. */
export function tellProfits(desk: Desk, session: Session): void {
  for (const line of session.subscriptions.profits.values()) {
    const told = profitMessage(desk, line)
    if (told === line.sent) continue
    line.sent = told
    session.send(told)
  }
}

function subscribe(desk: Desk, session: Session, fields: Fields): void {
  const requestId = fields.integer('requestId') ?? -1
  const account = fields.text('account')
  const conId = fields.integer('conId')
  const instrument = conId === null ? null : desk.catalogue.of(conId)
  if (!desk.accounts.some(({ id }) => id === account)) {
    session.send(error(requestId, 321, unknownAccount(account)))
    return
  }
  const line = { requestId, account, instrument, sent: '' }
  session.subscriptions.profits.set(requestId, line)
  tellProfits(desk, session)
}

function unsubscribe(_: Desk, session: Session, fields: Fields): void {
  const requestId = fields.integer('requestId') ?? -1
  if (!session.subscriptions.profits.delete(requestId))
    session.send(error(requestId, 300, `Can't find EId with tickerId:${requestId}`))
}

export const PROFIT_ANSWERS: Answers = {
  reqPnL: subscribe,
  cancelPnL: unsubscribe,
  reqPnLSingle: (desk, session, fields) => {
    if (desk.catalogue.of(fields.integer('conId') ?? 0) !== null) {
      subscribe(desk, session, fields)
      return
    }
    const requestId = fields.integer('requestId') ?? -1
    session.send(error(requestId, 321, "Error validating request.-'bX' : cause - Invalid conId."))
  },
  cancelPnLSingle: unsubscribe,
}
