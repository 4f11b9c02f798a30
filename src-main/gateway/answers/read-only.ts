import type { Desk } from '../desk.ts'
import type { Session } from '../session/session.ts'
import { error } from '../wire/account-messages.ts'

const SENTENCE =
  "Error validating request.-'bX' : cause - The API interface is currently in Read-Only mode."

/** Answers 321, and no end marker will follow, when the API may only look at accounts. */
export function refusedAsReadOnly(desk: Desk, session: Session, id: number): boolean {
  if (desk.isReadOnly) session.send(error(id, 321, SENTENCE))
  return desk.isReadOnly
}
