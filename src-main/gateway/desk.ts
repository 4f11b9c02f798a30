import type { Account, Group } from './broker/accounts.ts'
import type { Broker } from './broker/broker.ts'
import type { CorporateActions } from './broker/corporate-actions.ts'
import type { Catalogue } from './market/catalogue.ts'
import type { MarketData } from './market/entitlement.ts'
import type { Instrument } from './market/instrument.ts'
import type { Quotes } from './market/quotes.ts'
import type { Recorder } from './record.ts'
import type { Exchange } from './scenario/exchange.ts'
import type { Session } from './session/session.ts'
import type { Sessions } from './session/sessions.ts'
import type { Timeline } from './timeline.ts'
import type { Fields } from './wire/layout.ts'
import type { RequestName } from './wire/requests.ts'

/** The zone TWS itself runs in: midnight, day ends and the greeting go by it. */
export const DESK_ZONE = 'US/Eastern'
export const BASE_CURRENCY = 'USD'

/** What a run is told to allow, and stays so. */
export type House = {
  readonly accounts: readonly Account[]
  readonly groups: readonly Group[]
  /** Days before today whose executions are still replayed. */
  readonly replayDays: number
  /** What the user may see of the market. */
  readonly marketData: MarketData
  /** Market data lines of all clients together. */
  readonly marketDataLines: number
  /** Requests one client may send in a second; 0 is no limit. */
  readonly messageRate: number
  /** Orders are refused, and so are questions about them. */
  readonly isReadOnly: boolean
  /** Requests for history too close to one another are refused. */
  readonly hasHistoricalPacing: boolean
}

/** What the parts of the gateway share: some accounts, their broker, a market and the clients. */
export type Desk = House & {
  readonly broker: Broker
  readonly actions: CorporateActions
  readonly exchange: Exchange
  readonly catalogue: Catalogue
  readonly quotes: Quotes
  readonly sessions: Sessions
  readonly timeline: Timeline
  readonly record: Recorder
  readonly log: (sentence: string) => void
  /** Wall-clock milliseconds since 1970, with fraction: only for `sentAt`. */
  readonly wall: () => number
  readonly isPaused: () => boolean
  /** The next order id of a client, not used up by asking. */
  readonly nextOrderId: (clientId: number) => number
  /** When the day began, if it was ended before midnight; 0 when it was not. */
  readonly dayBegan: () => number
  /** A holding changed, or with null only the cash: whoever subscribed is told soon. */
  readonly heldChanged: (account: string, instrument: Instrument | null) => void
  /** Whether nobody accepted the paper trading disclaimer yet: every client is refused. */
  readonly hasDisclaimer: () => boolean
  /** Whether no answer ever holds the executions of this root. */
  readonly isHidden: (root: string) => boolean
}

/** The account that is meant when none is named. */
export function firstAccount({ accounts }: Pick<Desk, 'accounts'>): Account {
  const [first] = accounts
  if (first === undefined) throw new RangeError('A gateway needs an account')
  return first
}

/**
 * The accounts a request's account and model code mean: one, a group's, or all for `All` and the
 * empty text; null when there is no such account or group.
 */
export function accountsOf(
  { accounts, groups }: Pick<Desk, 'accounts' | 'groups'>,
  name: string,
  modelCode: string,
): readonly Account[] | null {
  const group = groups.find((one) => one.name === name)
  const isMeant = ({ id }: Account): boolean =>
    name === '' || name === 'All' || id === name || group?.accounts.includes(id) === true
  const meant = accounts.filter(isMeant)
  if (meant.length === 0) return null
  return meant.filter((one) => modelCode === '' || one.modelCode === modelCode)
}

/** Answers one kind of request. */
export type Answer = (desk: Desk, session: Session, fields: Fields) => void
/** Answers of some requests, by their names. */
export type Answers = { readonly [Name in RequestName]?: Answer }
