import { text, textOrNull, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { Execution, Order } from './broker/types.ts'
import type { Instrument } from './market/instrument.ts'

/** Where the record's lines go: a file, or memory. */
export type RecordSink = {
  /** Takes whole lines, each ended by a newline. */
  readonly write: (lines: string) => void
  /** Settles once everything written is where it belongs. */
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
  /** Everything written so far. */
  readonly read: () => Promise<string>
}

/** Lines are handed on in batches of about this many characters. */
const BATCH_CHARACTERS = 256 * 1024

/** Tells the record what the gateway did: the independent truth tests compare with. */
export type Recorder = ReturnType<typeof createRecorder>

const cost = (value: Decimal): string => text(toLedgerScale(value))

/** Writes JSON lines to a sink; with null it writes nothing and costs nothing. */
export function createRecorder(sink: RecordSink | null, account: string) {
  let batch = ''
  const hand = (): void => {
    if (sink === null || batch === '') return
    const lines = batch
    batch = ''
    sink.write(lines)
  }
  const line = (fact: Readonly<Record<string, unknown>>): void => {
    if (sink === null) return
    batch += `${JSON.stringify(fact)}\n`
    if (batch.length > BATCH_CHARACTERS) hand()
  }
  return {
    /** Any other fact, by its type. */
    line,
    opening: (instrument: Instrument, quantity: Decimal, average: Decimal): void =>
      line({
        type: 'opening',
        account,
        conId: instrument.conId,
        quantity: text(quantity),
        averageCost: cost(average),
      }),
    openingCash: (currency: string, amount: Decimal): void =>
      line({ type: 'openingCash', account, currency, amount: text(amount) }),
    position: (instrument: Instrument, quantity: Decimal, average: Decimal): void => {
      if (sink === null) return
      const { conId } = instrument
      line({
        type: 'position',
        account,
        conId,
        quantity: text(quantity),
        averageCost: cost(average),
      })
    },
    cash: (entry: CashEntry): void => {
      if (sink === null) return
      const { currency, why } = entry
      const amount = text(entry.amount)
      line({ type: 'cash', account, currency, amount, balance: text(entry.balance), why })
    },
    execution: (execution: Execution, sentAt: number | null): void => {
      if (sink !== null) line(executionFact(execution, { account, sentAt }))
    },
    /** An execution that was recorded unsent has now been handed to a socket. */
    sent: (execution: Execution, sentAt: number): void =>
      line({ type: 'sent', execId: execution.execId, sentAt }),
    commission: (execution: Execution): void => {
      if (sink === null || execution.commission === null) return
      const { paid, currency, realized } = execution.commission
      line({
        type: 'commission',
        execId: execution.execId,
        commission: text(paid),
        currency,
        realizedPnl: textOrNull(realized),
      })
    },
    order: (order: Order, at: number): void => {
      if (sink !== null) line(orderFact(order, at))
    },
    /** Hands the sink what is still in the batch. */
    hand,
    flush: async (): Promise<void> => {
      hand()
      await sink?.flush()
    },
    read: async (): Promise<string> => {
      hand()
      return (await sink?.read()) ?? ''
    },
    close: async (): Promise<void> => {
      hand()
      await sink?.close()
    },
  }
}

type CashEntry = {
  readonly currency: string
  readonly amount: Decimal
  readonly balance: Decimal
  readonly why: string
}

/** An execution as the record and the control port tell it. */
export function executionFact(
  execution: Execution,
  seen: { readonly account: string; readonly sentAt: number | null },
): Readonly<Record<string, unknown>> {
  const { order, instrument } = execution
  return {
    type: 'execution',
    execId: execution.execId,
    root: execution.root,
    revision: execution.revision,
    account: seen.account,
    conId: instrument.conId,
    secType: instrument.secType,
    symbol: instrument.symbol,
    currency: instrument.currency,
    orderId: order.isManual ? 2_147_483_647 : order.orderId,
    permId: order.permId,
    clientId: order.clientId,
    orderRef: order.orderRef,
    side: execution.side,
    quantity: text(execution.quantity),
    price: text(execution.price),
    cumulative: text(execution.cumulative),
    averagePrice: cost(execution.averagePrice),
    executedAt: new Date(execution.executedAt).toISOString(),
    sentAt: seen.sentAt,
  }
}

const orderFact = (order: Order, at: number): Readonly<Record<string, unknown>> => ({
  type: 'order',
  at: new Date(at).toISOString(),
  orderId: order.boundId ?? order.orderId,
  permId: order.permId,
  clientId: order.clientId,
  conId: order.instrument.conId,
  secType: order.instrument.secType,
  side: order.side,
  quantity: text(order.quantity),
  orderRef: order.orderRef,
  status: order.status,
  filled: text(order.filled),
  remaining: text(order.quantity.minus(order.filled)),
})

/** The facts about an instrument the record begins with. */
export const instrumentFact = (instrument: Instrument): Readonly<Record<string, unknown>> => ({
  type: 'instrument',
  conId: instrument.conId,
  symbol: instrument.symbol,
  localSymbol: instrument.localSymbol,
  secType: instrument.secType,
  currency: instrument.currency,
  multiplier: instrument.multiplier === '' ? '1' : instrument.multiplier,
  priceMagnifier: instrument.priceMagnifier,
  minTick: instrument.minTick,
  expiry: instrument.expiry,
  strike: instrument.strike,
  right: instrument.right,
  timeZone: instrument.zone,
  legs: instrument.legs.map((leg) => ({
    conId: leg.instrument.conId,
    ratio: leg.ratio,
    action: leg.action,
  })),
})

/** Keeps the record in memory. */
export function memorySink(): RecordSink {
  const batches: string[] = []
  return {
    write: (lines) => void batches.push(lines),
    flush: () => Promise.resolve(),
    close: () => Promise.resolve(),
    read: () => Promise.resolve(batches.join('')),
  }
}
