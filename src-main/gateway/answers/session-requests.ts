import type { Answers } from '../desk.ts'
import { currentTime, managedAccounts, nextValidId } from '../wire/account-messages.ts'

export const SESSION_ANSWERS: Answers = {
  reqIds: (desk, session) => session.send(nextValidId(desk.nextOrderId(session.clientId() ?? 0))),
  reqManagedAccts: (desk, session) =>
    session.send(managedAccounts(desk.accounts.map(({ id }) => id))),
  reqCurrentTime: (desk, session) =>
    session.send(currentTime(Math.floor(desk.timeline.now() / 1000))),
  // TWS writes its own log; there is none here to turn up.
  setServerLogLevel: () => undefined,
}
