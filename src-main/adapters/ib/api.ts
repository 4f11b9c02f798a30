import { EventName, IBApi } from '@stoqey/ib'
import type {
  CommissionReport,
  Contract,
  ContractDetails,
  Execution,
  Order,
  OrderState,
} from '@stoqey/ib'
import { present } from '#shared/assert.ts'
import type { IbOrderStatus } from './translate-orders.ts'

/**
 * Every request this program can make of TWS. No verb of it trades: what is not named here cannot
 * be called, because the object behind it has nothing else (and answers nothing to call further).
 */
export type ReadOnlyApi = {
  readonly [Name in Allowed]: (...request: Parameters<IBApi[Name]>) => void
}

type Allowed =
  | 'cancelAccountSummary'
  | 'cancelMktData'
  | 'reqAccountSummary'
  | 'reqAccountUpdates'
  | 'reqAllOpenOrders'
  | 'reqAutoOpenOrders'
  | 'reqCompletedOrders'
  | 'reqContractDetails'
  | 'reqCurrentTime'
  | 'reqExecutions'
  | 'reqMarketDataType'
  | 'reqMktData'
  | 'reqOpenOrders'
  | 'reqPnL'
  | 'reqPositions'

/** What TWS says, by the library's names of its events. */
export type ApiListeners = {
  readonly accountDownloadEnd: (account: string) => void
  readonly accountSummary: (
    ...message: [requestId: number, account: string, tag: string, value: string, currency: string]
  ) => void
  readonly accountSummaryEnd: (requestId: number) => void
  readonly bondContractDetails: (requestId: number, details: ContractDetails) => void
  readonly commissionReport: (report: CommissionReport) => void
  readonly completedOrder: (contract: Contract, order: Order, state: OrderState) => void
  readonly completedOrdersEnd: () => void
  readonly contractDetails: (requestId: number, details: ContractDetails) => void
  readonly contractDetailsEnd: (requestId: number) => void
  readonly currentTime: (epochSeconds: number) => void
  readonly execDetails: (requestId: number, contract: Contract, execution: Execution) => void
  readonly execDetailsEnd: (requestId: number) => void
  readonly marketDataType: (requestId: number, type: number) => void
  readonly openOrder: (
    ...message: [orderId: number, contract: Contract, order: Order, state: OrderState]
  ) => void
  readonly openOrderEnd: () => void
  readonly orderStatus: (...message: IbOrderStatus) => void
  readonly pnl: (requestId: number, daily?: number) => void
  readonly position: (
    ...message: [account: string, contract: Contract, size?: number, averageCost?: number]
  ) => void
  readonly positionEnd: () => void
  readonly tickPrice: (requestId: number, type: number, price?: number) => void
  readonly updateAccountValue: (
    ...message: [key: string, value: string, currency: string, account: string]
  ) => void
  readonly updatePortfolio: (
    ...message: [
      contract: Contract,
      size?: number,
      marketPrice?: number,
      marketValue?: number,
      averageCost?: number,
      unrealized?: number,
      realized?: number,
      account?: string,
    ]
  ) => void
}

/** What belongs to the connection itself rather than to a desk. */
type WireListeners = {
  readonly server: (version: number, time: string) => void
  readonly nextValidId: (orderId: number) => void
  readonly managedAccounts: (csv: string) => void
  readonly error: (error: Error, code: number, requestId: number) => void
  readonly info: (message: string, code: number) => void
  readonly sent: () => void
  readonly disconnected: () => void
}

export type AllListeners = WireListeners & ApiListeners

export type Target = { readonly host: string; readonly port: number; readonly clientId: number }

/** One TCP connection through one instance of the library, which is never used twice. */
export type Wire = {
  readonly api: ReadOnlyApi
  readonly on: <Name extends keyof AllListeners>(name: Name, listener: AllListeners[Name]) => void
  readonly connect: () => void
  /** Stops reading for a moment; TCP keeps what comes meanwhile. */
  readonly pause: () => void
  readonly resume: () => void
  /** Drops the socket and every listener. */
  readonly drop: () => void
}

/** Gets every chunk of bytes, and passes on what the library shall read of it, in order. */
export type ChunkFilter = (chunk: Uint8Array, pass: (bytes: Uint8Array) => void) => void

type EventSource = {
  on: (name: string, listener: (...message: never[]) => void) => unknown
  removeAllListeners: () => unknown
}
type SocketInside = {
  onData: (chunk: Uint8Array) => void
  client?: { readonly pause: () => void; readonly resume: () => void }
}

/**
 * A fresh instance: requests and limiter backlogs of an old one would leak into the new handshake.
 * Host, port and client id are always explicit, or the library would take them from the
 * environment.
 */
export function createWire(target: Target, filter: ChunkFilter): Wire {
  const api = new IBApi({ host: target.host, port: target.port, clientId: target.clientId })
  const events = api as unknown as EventSource
  const socket = filterChunks(api, filter)
  return {
    api: readOnly(api),
    on: (name, listener) => void events.on(EventName[name], listener),
    connect: () => void api.connect(),
    pause: () => socket.client?.pause(),
    resume: () => socket.client?.resume(),
    drop: () => {
      events.removeAllListeners()
      api.disconnect()
    },
  }
}

/**
 * Puts the filter before the library's own reading of the socket. A throw in there would otherwise
 * reach nobody but the process, and the library believes any length prefix; it offers no hook, so
 * this reaches inside (the version is pinned, and a test holds the shape).
 */
function filterChunks(api: IBApi, filter: ChunkFilter): SocketInside {
  const inside = api as unknown as { controller?: { socket?: SocketInside } }
  const socket = present(inside.controller?.socket, 'The socket inside @stoqey/ib')
  const read = socket.onData.bind(socket)
  socket.onData = (chunk) => filter(chunk, read)
  return socket
}

/** The only calls of the library this program makes, one by one. */
const readOnly = (api: IBApi): ReadOnlyApi =>
  Object.freeze<ReadOnlyApi>({
    cancelAccountSummary: (requestId) => void api.cancelAccountSummary(requestId),
    cancelMktData: (requestId) => void api.cancelMktData(requestId),
    reqAccountSummary: (requestId, group, tags) =>
      void api.reqAccountSummary(requestId, group, tags),
    reqAccountUpdates: (isWanted, account) => void api.reqAccountUpdates(isWanted, account),
    reqAllOpenOrders: () => void api.reqAllOpenOrders(),
    reqAutoOpenOrders: (isBound) => void api.reqAutoOpenOrders(isBound),
    reqCompletedOrders: (isApiOnly) => void api.reqCompletedOrders(isApiOnly),
    reqContractDetails: (requestId, contract) => void api.reqContractDetails(requestId, contract),
    reqCurrentTime: () => void api.reqCurrentTime(),
    reqExecutions: (requestId, filter) => void api.reqExecutions(requestId, filter),
    reqMarketDataType: (type) => void api.reqMarketDataType(type),
    reqMktData: (...request) => void api.reqMktData(...request),
    reqOpenOrders: () => void api.reqOpenOrders(),
    reqPnL: (requestId, account, model) => void api.reqPnL(requestId, account, model),
    reqPositions: () => void api.reqPositions(),
  })

/**
 * Whether an uncaught error came out of the broker library's own callbacks (a timer, a socket).
 * Such an error says nothing about the book: drop the link and connect anew instead of stopping.
 */
export const isFromTheBrokerLibrary = (error: unknown): boolean =>
  error instanceof Error && /[\\/]@stoqey[\\/]ib[\\/]/.test(error.stack ?? '')
