/**
 * What market data the simulated user may see: `live` has subscriptions for everything, `delayed`
 * only the data exchanges give away after a while, `none` nothing at all.
 */
export type MarketData = 'live' | 'delayed' | 'none'

export const MARKET_DATA: readonly MarketData[] = ['live', 'delayed', 'none']

/** What a request for ticks gets: a type of data, a warning or refusal, or both. */
export type Grant = {
  /** The marketDataType told for the request; null when it is refused. */
  readonly type: 1 | 3 | null
  readonly problem: readonly [code: number, sentence: string] | null
}

const LIVE: Grant = { type: 1, problem: null }
const NOT_SUBSCRIBED = 'Requested market data is not subscribed.'

type Grants = Readonly<Record<'forLive' | 'forDelayed', Grant>>

/** To ask for delayed data (types 3 and 4) never takes away what is subscribed. */
const GRANTS: Readonly<Record<MarketData, Grants>> = {
  live: { forLive: LIVE, forDelayed: LIVE },
  delayed: {
    forLive: {
      type: null,
      problem: [
        10089,
        'Requested market data requires additional subscription for API. See link in ' +
          "'Market Data Connections' dialog for more details.Delayed market data is available.",
      ],
    },
    forDelayed: {
      type: 3,
      problem: [10167, `${NOT_SUBSCRIBED} Displaying delayed market data.`],
    },
  },
  none: {
    forLive: { type: null, problem: [354, NOT_SUBSCRIBED] },
    forDelayed: {
      type: null,
      problem: [10168, `${NOT_SUBSCRIBED} Delayed market data is not enabled.`],
    },
  },
}

/** Whether this type asks for the last prices there were while there are none. */
export const isFrozen = (askedType: number): boolean => askedType === 2 || askedType === 4

/** What a session whose reqMarketDataType asked for this type is granted. */
export const grantOf = (entitled: MarketData, askedType: number): Grant =>
  GRANTS[entitled][askedType >= 3 ? 'forDelayed' : 'forLive']
