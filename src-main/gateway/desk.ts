import type { Broker } from './broker/broker.ts'
import type { MarketData } from './market/entitlement.ts'
import type { Quotes } from './market/quotes.ts'
import type { Recorder } from './record.ts'
import type { Session } from './session/session.ts'
import type { Sessions } from './session/sessions.ts'
import type { Timeline } from './timeline.ts'
import type { Fields } from './wire/layout.ts'
import type { RequestName } from './wire/requests.ts'

/** The zone TWS itself runs in: midnight, day ends and the greeting go by it. */
export const DESK_ZONE = 'US/Eastern'
export const BASE_CURRENCY = 'USD'

/** What the parts of the gateway share: one account, its broker, its market and its clients. */
export type Desk = {
  readonly account: string
  readonly broker: Broker
  readonly quotes: Quotes
  readonly sessions: Sessions
  readonly timeline: Timeline
  readonly record: Recorder
  readonly log: (sentence: string) => void
  /** Wall-clock milliseconds since 1970, with fraction: only for `sentAt`. */
  readonly wall: () => number
  /** Days before today whose executions are still replayed. */
  readonly replayDays: number
  /** What the user may see of the market. */
  readonly marketData: MarketData
  readonly isPaused: () => boolean
  /** The next order id of a client, not used up by asking. */
  readonly nextOrderId: (clientId: number) => number
}

/** Answers one kind of request. */
export type Answer = (desk: Desk, session: Session, fields: Fields) => void
/** Answers of some requests, by their names. */
export type Answers = { readonly [Name in RequestName]?: Answer }
