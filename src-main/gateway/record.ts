import { text, textOrNull, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { Commission, Execution, Order } from './broker/types.ts'
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

type Fact = Readonly<Record<string, unknown>>

/** Tells the record what the gateway did: the independent truth tests compare with. */
export type Recorder = {
  /** Any fact, by its type. */
  readonly line: (fact: Fact) => void
  /** What only concerns one account. */
  readonly of: (account: string) => AccountRecord
  /** `sentAt`: wall-clock ms when it was handed to a socket; null when it was not, or not yet. */
  readonly execution: (execution: Execution, sentAt: number | null) => void
  /** An execution that was recorded unsent has now been handed to a socket. */
  readonly sent: (execution: Execution, sentAt: number) => void
  readonly commission: (execution: Execution) => void
  readonly order: (order: Order, at: number) => void
  /** Hands the sink what is still in the batch. */
  readonly hand: () => void
  readonly flush: () => Promise<void>
  readonly read: () => Promise<string>
  readonly close: () => Promise<void>
}

/** The record of one account's holdings and money. */
export type AccountRecord = {
  readonly opening: (instrument: Instrument, quantity: Decimal, average: Decimal) => void
  readonly openingCash: (currency: string, amount: Decimal) => void
  readonly position: (instrument: Instrument, quantity: Decimal, average: Decimal) => void
  readonly cash: (entry: CashEntry) => void
  /** What happened to a holding without an execution. */
  readonly action: (action: ActionFact) => void
}

const cost = (value: Decimal): string => text(toLedgerScale(value))

/** Makes the fact only when somebody keeps it. */
type Keep = (fact: () => Fact) => void

function accountRecord(account: string, keep: Keep): AccountRecord {
  const held = (type: string): AccountRecord['position'] => {
    return ({ conId }, quantity, average) =>
      keep(() => ({
        type,
        account,
        conId,
        quantity: text(quantity),
        averageCost: cost(average),
      }))
  }
  return {
    opening: held('opening'),
    openingCash: (currency, amount) =>
      keep(() => ({ type: 'openingCash', account, currency, amount: text(amount) })),
    position: held('position'),
    cash: (entry) => keep(() => cashFact(entry, account)),
    action: (action) => keep(() => ({ type: 'corporateAction', account, ...action })),
  }
}

/** Writes JSON lines to a sink; with null it writes nothing and costs next to nothing. */
export function createRecorder(sink: RecordSink | null): Recorder {
  let batch = ''
  const hand = (): void => {
    if (sink === null || batch === '') return
    const lines = batch
    batch = ''
    sink.write(lines)
  }
  const keep: Keep = (fact) => {
    if (sink === null) return
    batch += `${JSON.stringify(fact())}\n`
    if (batch.length > BATCH_CHARACTERS) hand()
  }
  return {
    line: (fact) => keep(() => fact),
    of: (account) => accountRecord(account, keep),
    execution: (execution, sentAt) => keep(() => executionFact(execution, sentAt)),
    sent: ({ execId }, sentAt) => keep(() => ({ type: 'sent', execId, sentAt })),
    commission: ({ execId, commission }) => {
      if (commission !== null) keep(() => commissionFact(execId, commission))
    },
    order: (order, at) => keep(() => orderFact(order, at)),
    hand,
    flush: async () => {
      hand()
      await sink?.flush()
    },
    read: async () => {
      hand()
      return (await sink?.read()) ?? ''
    },
    close: async () => {
      hand()
      await sink?.close()
    },
  }
}

/** One step of what happened to a holding without an execution; decimals are strings. */
export type ActionFact = {
  readonly action:
    'split' | 'cash in lieu' | 'assignment' | 'exercise' | 'delivery' | 'expiry' | 'dividend'
  /** ISO in UTC. */
  readonly at: string
  readonly conId: number
  /** What every unit becomes; null unless it is a split. */
  readonly ratio: string | null
  /** The signed change of the holding; null when only the ratio or the cash says what changes. */
  readonly quantity: string | null
  /** What a unit changed hands at, as quoted, or what a share paid. */
  readonly price: string | null
}

const cashFact = ({ currency, amount, balance, why }: CashEntry, account: string): Fact => ({
  type: 'cash',
  account,
  currency,
  amount: text(amount),
  balance: text(balance),
  why,
})

const commissionFact = (execId: string, { paid, currency, realized }: Commission): Fact => ({
  type: 'commission',
  execId,
  commission: text(paid),
  currency,
  realizedPnl: textOrNull(realized),
})

type CashEntry = {
  readonly currency: string
  readonly amount: Decimal
  readonly balance: Decimal
  readonly why: string
}

/** An execution as the record and the control port tell it. */
export function executionFact(execution: Execution, sentAt: number | null): Fact {
  const { order, instrument } = execution
  return {
    type: 'execution',
    execId: execution.execId,
    root: execution.root,
    revision: execution.revision,
    account: order.account,
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
    sentAt,
  }
}

const orderFact = (order: Order, at: number): Fact => ({
  type: 'order',
  account: order.account,
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
export const instrumentFact = (instrument: Instrument): Fact => ({
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
