import type { OrderReport } from '#domain/order.ts'
import { clientId, orderId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'
import type { Answer } from './requests.ts'
import { isWarning } from './signals.ts'
import { completedOrderOf, openOrderOf, orderStatusOf, silentReport } from './translate-orders.ts'
import type { IbOrder } from './translate-orders.ts'

/** The desk of orders: every status, and why an order was refused or cancelled. */
export type Orders = {
  readonly listeners: Partial<ApiListeners>
  readonly fetchOpen: () => Promise<Answer>
  readonly fetchCompleted: () => Promise<Answer>
  /** True when the error was about an order, which is then reported with its reason. */
  readonly refused: (id: number, code: number, message: string) => boolean
  readonly becameReadOnly: (code: number, message: string) => void
  readonly startPolling: () => void
  readonly stop: () => void
  readonly beginSession: () => void
}

/** Replays and duplicate statuses are normal; the same content is told once a session. */
function createTold(context: Context): {
  tell: (report: OrderReport, instrument: Instrument | null) => void
  clear: () => void
} {
  const told = new Map<string, string>()
  return {
    clear: () => told.clear(),
    tell: (report, instrument) => {
      const id =
        Number(report.permId) === 0 ? `${report.clientId}/${report.orderId}` : report.permId
      // A status message and an order message carry different fields, and are told apart.
      const key = `${id} ${report.side === null ? 'status' : 'order'} ${report.orderId !== null}`
      const content = JSON.stringify(report)
      if (told.get(key) === content) return
      told.set(key, content)
      context.emit({ kind: 'order', report, instrument })
    },
  }
}

export function createOrders(context: Context): Orders {
  const { clock, settings, requests, instruments, log } = context
  const told = createTold(context)
  /** Which permanent id our own client's order ids stand for: errors name only the order id. */
  const permIds = new Map<number, number>()
  let isReadOnly = false
  let cancelNext: (() => void) | null = null

  const know = (id: number, client: number | undefined, permanent: number | undefined): void => {
    if (client === settings.clientId && id !== 0 && permanent) permIds.set(id, permanent)
  }
  const tellOrder = (translate: (ib: IbOrder) => OrderReport, ib: IbOrder): void =>
    told.tell(translate(ib), instruments.meet(ib.contract))

  const fetchOpen = async (): Promise<Answer> => {
    const own = await requests.askMarked('open orders', (api) => {
      // Only client 0 can be told of orders typed into TWS.
      if (settings.clientId === 0) api.reqAutoOpenOrders(true)
      api.reqOpenOrders()
    })
    if (!own.ok) return own
    return requests.askMarked('open orders', (api) => api.reqAllOpenOrders())
  }
  const fetchCompleted = (): Promise<Answer> =>
    requests.askMarked('completed orders', (api) => api.reqCompletedOrders(false))

  /** Orders of other clients are told once when asked for, and never again by themselves. */
  const schedule = (): void => {
    cancelNext = clock.after(settings.pollOrdersMs, () => {
      void requests
        .askMarked('open orders', (api) => api.reqAllOpenOrders())
        .then(fetchCompleted)
        .then(() => {
          if (cancelNext !== null && !isReadOnly) schedule()
        })
    })
  }
  const stop = (): void => {
    cancelNext?.()
    cancelNext = null
  }
  return {
    listeners: {
      openOrder: (id, contract, order, state) => {
        know(id, order.clientId, order.permId)
        tellOrder(openOrderOf, { contract, order, state })
      },
      completedOrder: (contract, order, state) =>
        tellOrder(completedOrderOf, { contract, order, state }),
      orderStatus: (...message) => {
        const report = orderStatusOf(message)
        know(message[0], message[8], message[5])
        told.tell(report, null)
      },
      openOrderEnd: () => requests.markerEnded('open orders'),
      completedOrdersEnd: () => requests.markerEnded('completed orders'),
    },
    fetchOpen,
    fetchCompleted,
    refused: (id, code, message) => {
      if (isWarning(code, message)) return false
      log.info('TWS refused or cancelled an order', { orderId: id, code })
      const report: OrderReport = {
        ...silentReport(permIds.get(id) ?? 0),
        clientId: clientId(settings.clientId),
        orderId: orderId(id),
        reason: `${code}: ${message}`,
      }
      told.tell(report, null)
      return true
    },
    becameReadOnly: (code, message) => {
      isReadOnly = true
      stop()
      requests.markerRefused('open orders', code, message)
      requests.markerRefused('completed orders', code, message)
    },
    startPolling: () => {
      stop()
      if (!isReadOnly) schedule()
    },
    stop,
    beginSession: () => {
      stop()
      isReadOnly = false
      permIds.clear()
      told.clear()
    },
  }
}
