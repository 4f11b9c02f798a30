import { portfolioRow } from '../broker/account-values.ts'
import type { Account } from '../broker/accounts.ts'
import { accountsOf, type Answers, type Desk } from '../desk.ts'
import type { Session } from '../session/session.ts'
import {
  error,
  position,
  positionEnd,
  positionMulti,
  positionMultiEnd,
  type HeldRow,
} from '../wire/account-messages.ts'

const heldRows = (desk: Desk, { id }: Account): readonly HeldRow[] =>
  desk.broker
    .bookOf(id)
    .instruments()
    .map((instrument) => portfolioRow(desk, id, instrument))
    .filter((row) => !row.quantity.isZero())

const modelOf = (accounts: readonly Account[], account: string): string | null =>
  accounts.find(({ id }) => id === account)?.modelCode ?? null

/** Tells a client a changed position in every way it asked for. */
export function tellPosition(session: Session, row: HeldRow): void {
  if (session.subscriptions.positions) session.send(position(row))
  for (const { requestId, accounts } of session.subscriptions.positionsMulti.values()) {
    const modelCode = modelOf(accounts, row.account)
    if (modelCode !== null) session.send(positionMulti(requestId, row, modelCode))
  }
}

export const unknownAccount = (name: string): string =>
  `Error validating request.-'bX' : cause - Invalid account code '${name}'.`

export const POSITION_ANSWERS: Answers = {
  reqPositions: (desk, session) => {
    session.subscriptions.positions = true
    for (const account of desk.accounts)
      for (const row of heldRows(desk, account)) session.send(position(row))
    session.send(positionEnd())
  },
  cancelPositions: (_, session) => {
    session.subscriptions.positions = false
  },
  reqPositionsMulti: (desk, session, fields) => {
    const requestId = fields.integer('requestId') ?? -1
    const accounts = accountsOf(desk, fields.text('account'), fields.text('modelCode'))
    if (accounts === null) {
      session.send(error(requestId, 321, unknownAccount(fields.text('account'))))
      return
    }
    const line = { requestId, accounts, isLedgerOnly: false, sent: new Map() }
    session.subscriptions.positionsMulti.set(requestId, line)
    for (const account of accounts)
      for (const row of heldRows(desk, account))
        session.send(positionMulti(requestId, row, account.modelCode))
    session.send(positionMultiEnd(requestId))
  },
  cancelPositionsMulti: (_, session, fields) => {
    session.subscriptions.positionsMulti.delete(fields.integer('requestId') ?? -1)
  },
}
