import { CONTRACT, LEGS } from './contract-parts.ts'
import { decimal, flag, integer, since, text, version, when, type Part } from './layout.ts'
import { CANCEL_ORDER, GLOBAL_CANCEL, PLACE_ORDER } from './place-order.ts'

/** The highest and lowest server version this gateway speaks. */
export const HIGHEST_VERSION = 193
export const LOWEST_VERSION = 178

const requestId = integer('requestId')

const MARKET_DATA: readonly Part[] = [
  version,
  requestId,
  ...CONTRACT,
  LEGS,
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
]

const EXECUTIONS: readonly Part[] = [
  version,
  requestId,
  integer('clientId'),
  text('account'),
  text('time'),
  text('symbol'),
  text('secType'),
  text('exchange'),
  text('side'),
]

const CONTRACT_DETAILS: readonly Part[] = [
  version,
  requestId,
  ...CONTRACT,
  flag('includeExpired'),
  text('secIdType'),
  text('secId'),
  since(176, text('issuerId')),
]

const HISTORICAL_DATA: readonly Part[] = [
  requestId,
  ...CONTRACT,
  flag('includeExpired'),
  text('end'),
  text('barSize'),
  text('duration'),
  flag('useRth'),
  text('whatToShow'),
  integer('formatDate'),
  LEGS,
  flag('keepUpToDate'),
  text('options'),
]

const isPrimaryExchange = (part: Part): boolean =>
  part.part === 'token' && part.name === 'primaryExchange'

const EXERCISE: readonly Part[] = [
  version,
  requestId,
  ...CONTRACT.filter((part) => !isPrimaryExchange(part)),
  integer('exerciseAction'),
  integer('exerciseQuantity'),
  text('account'),
  flag('override'),
  since(180, text('manualOrderTime')),
  since(183, text('customerAccount')),
  since(184, flag('professionalCustomer')),
]

const OPTION_CHAIN: readonly Part[] = [
  requestId,
  text('underlyingSymbol'),
  text('exchange'),
  text('underlyingSecType'),
  integer('underlyingConId'),
]

const account = text('account')
const modelCode = text('modelCode')
const conId = integer('conId')

/**
 * Every request this gateway understands, in the order of the wire after the message id. Source:
 * the encoders of IB's Java client and @stoqey/ib, which agree at server versions 178 to 193.
 */
export const REQUESTS = {
  reqMktData: { id: 1, layout: MARKET_DATA },
  cancelMktData: { id: 2, layout: [version, requestId] },
  placeOrder: { id: 3, layout: PLACE_ORDER },
  cancelOrder: { id: 4, layout: CANCEL_ORDER },
  reqOpenOrders: { id: 5, layout: [version] },
  reqAccountUpdates: { id: 6, layout: [version, flag('subscribe'), account] },
  reqExecutions: { id: 7, layout: EXECUTIONS },
  reqIds: { id: 8, layout: [version, integer('count')] },
  reqContractDetails: { id: 9, layout: CONTRACT_DETAILS },
  setServerLogLevel: { id: 14, layout: [version, integer('level')] },
  reqAutoOpenOrders: { id: 15, layout: [version, flag('autoBind')] },
  reqAllOpenOrders: { id: 16, layout: [version] },
  reqManagedAccts: { id: 17, layout: [version] },
  requestFA: { id: 18, layout: [version, integer('type')] },
  reqHistoricalData: { id: 20, layout: HISTORICAL_DATA },
  exerciseOptions: { id: 21, layout: EXERCISE },
  cancelHistoricalData: { id: 25, layout: [version, requestId] },
  reqCurrentTime: { id: 49, layout: [version] },
  globalCancel: { id: 58, layout: GLOBAL_CANCEL },
  reqMarketDataType: { id: 59, layout: [version, integer('type')] },
  reqPositions: { id: 61, layout: [version] },
  reqAccountSummary: { id: 62, layout: [version, requestId, text('group'), text('tags')] },
  cancelAccountSummary: { id: 63, layout: [version, requestId] },
  cancelPositions: { id: 64, layout: [version] },
  startApi: { id: 71, layout: [version, integer('clientId'), text('capabilities')] },
  reqPositionsMulti: { id: 74, layout: [version, requestId, account, modelCode] },
  cancelPositionsMulti: { id: 75, layout: [version, requestId] },
  reqAccountUpdatesMulti: {
    id: 76,
    layout: [version, requestId, account, modelCode, flag('ledgerAndNlv')],
  },
  cancelAccountUpdatesMulti: { id: 77, layout: [version, requestId] },
  reqSecDefOptParams: { id: 78, layout: OPTION_CHAIN },
  reqFamilyCodes: { id: 80, layout: [] },
  reqMatchingSymbols: { id: 81, layout: [requestId, text('pattern')] },
  reqMarketRule: { id: 91, layout: [integer('ruleId')] },
  reqPnL: { id: 92, layout: [requestId, account, modelCode] },
  cancelPnL: { id: 93, layout: [requestId] },
  reqPnLSingle: { id: 94, layout: [requestId, account, modelCode, conId] },
  cancelPnLSingle: { id: 95, layout: [requestId] },
  reqCompletedOrders: { id: 99, layout: [flag('apiOnly')] },
  reqUserInfo: { id: 104, layout: [requestId] },
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
