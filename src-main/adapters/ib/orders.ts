import type { OrderReport } from '#domain/order.ts'
import { clientId, orderId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'
import type { Answer } from './requests.ts'
import { isWarning } from './signals.ts'
import { completedOrderOf, openOrderOf, orderStatusOf, silentReport } from './translate-orders.ts'

/** The desk of orders: every status, and why an order was refused or cancelled. */
export type Orders = {
  readonly listeners: Partial<ApiListeners>
  readonly fetchOpen: () => Promise<Answer>
  readonly fetchCompleted: () => Promise<Answer>
  /** True when the error was about an order, which is then reported with its reason. */
  readonly refused: (id: number, code: number, message: string) => boolean
  /** Order queries are refused from now on, and without an end marker. */
  readonly becameReadOnly: (code: number, message: string) => void
  readonly startPolling: () => void
  readonly stop: () => void
  readonly beginSession: () => void
}

/**
 * All completed orders of the day come with each poll, and on a busy day fills wait behind them on
 * the socket: polls take at most one two-hundredth of the time.
 */
const POLL_SHARE = 200
const SLOWEST_POLL_MS = 300_000
/** To the Master Client ID all statuses come by themselves; a slow poll is the safety net. */
const MASTER_POLL_MS = 300_000

type Desk = {
  readonly context: Context
  readonly isMaster: () => boolean
  /** Replays and duplicate statuses are normal; the same content is told once a session. */
  readonly told: Map<string, string>
  /** Which permanent id our own client's order ids stand for: errors name only the order id. */
  readonly permIds: Map<number, number>
  isReadOnly: boolean
  run: { cancelNext: () => void } | null
}

/** The desk of orders; `isMaster` says whether those of other clients come by themselves. */
export function createOrders(context: Context, isMaster: () => boolean): Orders {
  const desk: Desk = {
    context,
    isMaster,
    told: new Map(),
    permIds: new Map(),
    isReadOnly: false,
    run: null,
  }
  return {
    listeners: listenersOf(desk),
    fetchOpen: () => fetchOpen(desk),
    fetchCompleted: () => fetchCompleted(desk),
    refused: (id, code, message) => refused(desk, id, { code, message }),
    becameReadOnly: (code, message) => {
      desk.isReadOnly = true
      stop(desk)
      context.requests.markerRefused('open orders', code, message)
      context.requests.markerRefused('completed orders', code, message)
    },
    startPolling: () => {
      stop(desk)
      if (!desk.isReadOnly) schedule(desk, (desk.run = { cancelNext: () => undefined }), 0)
    },
    stop: () => stop(desk),
    beginSession: () => {
      stop(desk)
      desk.isReadOnly = false
      desk.permIds.clear()
      desk.told.clear()
    },
  }
}

function listenersOf(desk: Desk): Partial<ApiListeners> {
  const { instruments, requests } = desk.context
  return {
    openOrder: (...[id, contract, order, state]) => {
      know(desk, id, [order.clientId, order.permId])
      tell(desk, openOrderOf({ contract, order, state }), instruments.meet(contract))
    },
    completedOrder: (contract, order, state) =>
      tell(desk, completedOrderOf({ contract, order, state }), instruments.meet(contract)),
    orderStatus: (...message) => {
      know(desk, message[0], [message[8], message[5]])
      tell(desk, orderStatusOf(message), null)
    },
    openOrderEnd: () => requests.markerEnded('open orders'),
    completedOrdersEnd: () => requests.markerEnded('completed orders'),
  }
}

type Owner = readonly [clientId: number | undefined, permId: number | undefined]

function know(desk: Desk, id: number, [client, permanent]: Owner): void {
  const isOurs = client === desk.context.settings.clientId
  if (isOurs && id !== 0 && permanent) desk.permIds.set(id, permanent)
}

function tell(desk: Desk, report: OrderReport, instrument: Instrument | null): void {
  const isNumbered = Number(report.permId) !== 0
  const id = isNumbered ? report.permId : `${report.clientId ?? ''}/${report.orderId ?? ''}`
  // An order message and a status message carry different fields, and are told apart.
  const form = report.side === null ? 'status' : report.orderId === null ? 'completed' : 'open'
  const key = `${id} ${form}`
  const content = JSON.stringify(report)
  if (desk.told.get(key) === content) return
  desk.told.set(key, content)
  desk.context.emit({ kind: 'order', report, instrument })
}

async function fetchOpen(desk: Desk): Promise<Answer> {
  const { requests, settings } = desk.context
  const own = await requests.askMarked('open orders', (api) => {
    // Only client 0 can be told of orders typed into TWS.
    if (settings.clientId === 0) api.reqAutoOpenOrders(true)
    api.reqOpenOrders()
  })
  return own.ok ? fetchAllOpen(desk) : own
}

const fetchAllOpen = (desk: Desk): Promise<Answer> =>
  desk.context.requests.askMarked('open orders', (api) => api.reqAllOpenOrders())

const fetchCompleted = (desk: Desk): Promise<Answer> =>
  desk.context.requests.askMarked('completed orders', (api) => api.reqCompletedOrders(false))

/** Orders of other clients are told when asked for, and never again by themselves. */
function schedule(desk: Desk, run: { cancelNext: () => void }, tookMs: number): void {
  const { clock, settings } = desk.context
  const last = clock.monotonic()
  const wait = (ms: number): void => {
    run.cancelNext = clock.after(ms, () => {
      // Whether we are the master is found out while we wait.
      const left = desk.isMaster() ? last + MASTER_POLL_MS - clock.monotonic() : 0
      if (left > 0) wait(left)
      else void poll(desk, run)
    })
  }
  wait(Math.max(settings.pollOrdersMs, Math.min(SLOWEST_POLL_MS, tookMs * POLL_SHARE)))
}

async function poll(desk: Desk, run: { cancelNext: () => void }): Promise<void> {
  const { clock } = desk.context
  const start = clock.monotonic()
  const answers = [await fetchAllOpen(desk), await fetchCompleted(desk)]
  const tookMs = answers.every(({ ok }) => ok) ? clock.monotonic() - start : 0
  if (desk.run === run) schedule(desk, run, tookMs)
}

function stop(desk: Desk): void {
  desk.run?.cancelNext()
  desk.run = null
}

type Refusal = { readonly code: number; readonly message: string }

function refused(desk: Desk, id: number, { code, message }: Refusal): boolean {
  if (isWarning(code, message)) return false
  const { log, settings } = desk.context
  log.info('TWS refused or cancelled an order', { orderId: id, code })
  const report: OrderReport = {
    ...silentReport(desk.permIds.get(id) ?? 0),
    clientId: clientId(settings.clientId),
    orderId: orderId(id),
    reason: `${code}: ${message}`,
  }
  tell(desk, report, null)
  return true
}
