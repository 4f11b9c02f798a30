import type { Answer, Answers, Desk } from '../desk.ts'
import type { Session } from '../session/session.ts'
import { error, managedAccounts, nextValidId } from '../wire/account-messages.ts'
import { decode, LayoutError, type Fields, type Part } from '../wire/layout.ts'
import { requestOf, REQUESTS, type RequestName } from '../wire/requests.ts'
import { ACCOUNT_ANSWERS } from './account.ts'
import { CONTRACT_ANSWERS } from './contracts.ts'
import { EXECUTION_ANSWERS } from './executions.ts'
import { EXERCISE_ANSWERS } from './exercise.ts'
import { MARKET_ANSWERS } from './market-data.ts'
import { HISTORY_ANSWERS } from './history.ts'
import { ORDER_ANSWERS } from './orders.ts'
import { PLACING_ANSWERS } from './placing.ts'
import { POSITION_ANSWERS } from './positions.ts'
import { PROFIT_ANSWERS } from './profit.ts'
import { REFERENCE_ANSWERS } from './reference.ts'
import { SESSION_ANSWERS } from './session-requests.ts'
import { SUMMARY_ANSWERS } from './summaries.ts'

const ANSWERS: Answers = {
  ...SESSION_ANSWERS,
  ...ACCOUNT_ANSWERS,
  ...POSITION_ANSWERS,
  ...SUMMARY_ANSWERS,
  ...PROFIT_ANSWERS,
  ...EXECUTION_ANSWERS,
  ...ORDER_ANSWERS,
  ...PLACING_ANSWERS,
  ...EXERCISE_ANSWERS,
  ...CONTRACT_ANSWERS,
  ...MARKET_ANSWERS,
  ...HISTORY_ANSWERS,
  ...REFERENCE_ANSWERS,
}

/** What TWS tells every client that comes in, with id -1. */
const FARMS: readonly (readonly [number, string])[] = [
  [2104, 'Market data farm connection is OK:usfarm'],
  [2106, 'HMDS data farm connection is OK:ushmds'],
  [2158, 'Sec-def data farm connection is OK:secdefil'],
]

const DISCLAIMER = 'Paper trading disclaimer must first be accepted for API connection.'

/** Opens the session a startApi asks for, or refuses its client id. */
function welcome(desk: Desk, session: Session, fields: Fields): void {
  const clientId = fields.integer('clientId')
  if (clientId === null || clientId < 0) {
    desk.log(`${session.name} sent startApi without a client id; closed`)
    session.close('fin')
    return
  }
  if (desk.hasDisclaimer()) {
    session.send(error(-1, 10_141, DISCLAIMER))
    session.close('fin')
    return
  }
  if (desk.sessions.isTaken(clientId)) {
    const taken =
      'Unable to connect as the client id is already in use. Retry with a unique client id.'
    session.send(error(-1, 326, taken))
    session.close('fin')
    return
  }
  session.accept(clientId)
  session.send(managedAccounts(desk.accounts.map(({ id }) => id)))
  session.send(nextValidId(desk.nextOrderId(clientId)))
  for (const [code, sentence] of FARMS) session.send(error(-1, code, sentence))
}

/** What a session's tokens are: a request and its fields, or why they are none. */
export type Reading =
  | { readonly name: RequestName; readonly fields: Fields }
  | {
      readonly name: null
      readonly problem: string
      readonly requestId: number
      readonly code: number
    }

/** Reads one request, accounting for every token of it. */
export function readRequest(tokens: readonly string[], version: number): Reading {
  const [id = '', ...rest] = tokens
  const name = requestOf(id)
  if (name === null) return { name: null, problem: 'Unknown message id', requestId: -1, code: 505 }
  try {
    return { name, fields: decode(REQUESTS[name].layout, rest, version) }
  } catch (trouble) {
    if (!(trouble instanceof LayoutError)) throw trouble
    const problem = `Error reading request. ${name}: ${trouble.message}`
    return { name: null, problem, requestId: requestIdOf(name, rest), code: 320 }
  }
}

/** The request's own id, where its layout begins with one, after a version or without. */
function requestIdOf(name: RequestName, rest: readonly string[]): number {
  const [first, second] = REQUESTS[name].layout as readonly Part[]
  const isId = (part: Part | undefined): boolean =>
    part?.part === 'token' && (part.name === 'requestId' || part.name === 'orderId')
  const token = (isId(first) ? rest[0] : isId(second) ? rest[1] : undefined) ?? ''
  return /^\d{1,9}$/.test(token) ? Number(token) : -1
}

/** Answers one request of an open session, or opens the session. */
export function receive(desk: Desk, session: Session, tokens: readonly string[]): void {
  const reading = readRequest(tokens, session.version())
  if (session.clientId() === null) {
    if (reading.name === 'startApi') welcome(desk, session, reading.fields)
    else {
      desk.log(`${session.name} sent ${reading.name ?? 'nonsense'} before startApi; closed`)
      session.close('rst')
    }
    return
  }
  if (reading.name === null) {
    desk.log(`${session.name}: ${reading.problem} (${tokens.slice(0, 12).join(' ')})`)
    session.send(error(reading.requestId, reading.code, reading.problem))
    return
  }
  const answer: Answer | undefined = ANSWERS[reading.name]
  answer?.(desk, session, reading.fields)
}
