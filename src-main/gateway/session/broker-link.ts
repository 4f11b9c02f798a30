import { receive } from '../answers/reception.ts'
import type { Desk } from '../desk.ts'
import { error } from '../wire/account-messages.ts'
import type { Session } from './session.ts'
import { unsubscribe } from './subscriptions.ts'

/** Whether TWS has IB's servers, and what waits while it has not. */
export type BrokerLink = {
  readonly isUp: () => boolean
  readonly receive: (desk: Desk, session: Session, tokens: readonly string[]) => void
  /** Tells every client a piece of news; 1100, 1101 and 1102 also are what they say. */
  readonly news: (desk: Desk, code: number, sentence: string) => void
  readonly forget: (session: Session) => void
}

/** Message ids TWS answers by itself: startApi, reqIds, reqManagedAccts, reqCurrentTime. */
const OWN_ANSWERS = new Set(['71', '8', '17', '49'])
const MOST_WAITING = 1000

const LOST = 1100
const RESTORED_DATA_LOST = 1101
const RESTORED_DATA_KEPT = 1102

/** A link that is up. While it is lost nothing is told live and requests wait. */
export function createBrokerLink(): BrokerLink {
  let isUp = true
  const waiting = new Map<Session, (readonly string[])[]>()
  const resume = (desk: Desk): void => {
    isUp = true
    const held = [...waiting]
    waiting.clear()
    for (const [session, requests] of held)
      for (const tokens of requests) receive(desk, session, tokens)
  }
  return {
    isUp: () => isUp,
    forget: (session) => void waiting.delete(session),
    receive: (desk, session, tokens) => {
      if (isUp || session.clientId() === null || OWN_ANSWERS.has(tokens[0] ?? '')) {
        receive(desk, session, tokens)
        return
      }
      const requests = waiting.get(session) ?? []
      if (requests.length < MOST_WAITING) requests.push(tokens)
      waiting.set(session, requests)
    },
    news: (desk, code, sentence) => {
      if (code === LOST) isUp = false
      if (code === RESTORED_DATA_LOST)
        for (const { subscriptions } of desk.sessions.open()) unsubscribe(subscriptions)
      desk.sessions.sendAll(error(-1, code, sentence))
      if (!isUp && (code === RESTORED_DATA_LOST || code === RESTORED_DATA_KEPT)) resume(desk)
    },
  }
}
