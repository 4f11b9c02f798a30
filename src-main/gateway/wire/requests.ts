import { decimal, flag, integer, rows, since, text, version, when, type Part } from './layout.ts'

/** The highest and lowest server version this gateway speaks. */
export const HIGHEST_VERSION = 193
export const LOWEST_VERSION = 178

/** A contract as requests carry it: with the primary exchange between exchange and currency. */
const CONTRACT: readonly Part[] = [
  integer('conId'),
  text('symbol'),
  text('secType'),
  text('expiry'),
  decimal('strike'),
  text('right'),
  text('multiplier'),
  text('exchange'),
  text('primaryExchange'),
  text('currency'),
  text('localSymbol'),
  text('tradingClass'),
]

const LEG: readonly Part[] = [integer('conId'), integer('ratio'), text('action'), text('exchange')]

const requestId = integer('requestId')

/**
 * Every request this gateway understands, in the order of the wire after the message id. Source:
 * the encoders of IB's Java client and @stoqey/ib, which agree at server versions 178 to 193.
 */
export const REQUESTS = {
  reqMktData: {
    id: 1,
    layout: [
      version,
      requestId,
      ...CONTRACT,
      when((soFar) => soFar.text('secType') === 'BAG', rows('legs', ...LEG)),
      flag('deltaNeutral'),
      when(
        (soFar) => soFar.flag('deltaNeutral'),
        integer('deltaNeutralConId'),
        decimal('delta'),
        decimal('price'),
      ),
      text('genericTicks'),
      flag('snapshot'),
      flag('regulatorySnapshot'),
      text('options'),
    ],
  },
  cancelMktData: { id: 2, layout: [version, requestId] },
  reqOpenOrders: { id: 5, layout: [version] },
  reqAccountUpdates: { id: 6, layout: [version, flag('subscribe'), text('account')] },
  reqExecutions: {
    id: 7,
    layout: [
      version,
      requestId,
      integer('clientId'),
      text('account'),
      text('time'),
      text('symbol'),
      text('secType'),
      text('exchange'),
      text('side'),
    ],
  },
  reqIds: { id: 8, layout: [version, integer('count')] },
  reqContractDetails: {
    id: 9,
    layout: [
      version,
      requestId,
      ...CONTRACT,
      flag('includeExpired'),
      text('secIdType'),
      text('secId'),
      since(176, text('issuerId')),
    ],
  },
  setServerLogLevel: { id: 14, layout: [version, integer('level')] },
  reqAutoOpenOrders: { id: 15, layout: [version, flag('autoBind')] },
  reqAllOpenOrders: { id: 16, layout: [version] },
  reqManagedAccts: { id: 17, layout: [version] },
  reqCurrentTime: { id: 49, layout: [version] },
  reqMarketDataType: { id: 59, layout: [version, integer('type')] },
  reqPositions: { id: 61, layout: [version] },
  reqAccountSummary: { id: 62, layout: [version, requestId, text('group'), text('tags')] },
  cancelAccountSummary: { id: 63, layout: [version, requestId] },
  cancelPositions: { id: 64, layout: [version] },
  startApi: { id: 71, layout: [version, integer('clientId'), text('capabilities')] },
  reqCompletedOrders: { id: 99, layout: [flag('apiOnly')] },
} as const satisfies Record<string, RequestShape>

/** A request's message id and layout. */
export type RequestShape = { readonly id: number; readonly layout: readonly Part[] }
export type RequestName = keyof typeof REQUESTS

const NAME_OF_ID: ReadonlyMap<number, RequestName> = new Map(
  (Object.keys(REQUESTS) as RequestName[]).map((name) => [REQUESTS[name].id, name]),
)

/** The request a message id stands for, or null when this gateway does not know it. */
export const requestOf = (id: string): RequestName | null =>
  /^\d{1,4}$/.test(id) ? (NAME_OF_ID.get(Number(id)) ?? null) : null
