import { toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import type { Instrument, Leg } from '../market/instrument.ts'
import type { Recorder } from '../record.ts'
import { bookedFill, openAccountBook, type AccountBook, type Opening } from './account-book.ts'
import { commissionCurrency, commissionOf } from './commission.ts'
import { execIdOf, type Ids } from './ids.ts'
import type { Commission, Execution, Order, OrderStatus, Side } from './types.ts'

/** What the broker tells the rest of the gateway; it waits for none of them. */
export type BrokerEvents = {
  /** An order came into being or changed its status, filled quantity or binding. */
  readonly ordered: (order: Order) => void
  /** Answers when the execution was handed to a socket (wall-clock ms), or null: not yet. */
  readonly executed: (execution: Execution) => number | null
  readonly heldChanged: (instrument: Instrument) => void
}

export type NewOrder = {
  readonly instrument: Instrument
  readonly side: Side
  readonly quantity: Decimal
  readonly clientId: number
  readonly orderRef: string
  readonly isManual: boolean
  /** Part of a flood: its status is not told, only its executions. */
  readonly isQuiet: boolean
  readonly limitPrice: Decimal | null
}

export type Fill = {
  readonly quantity: Decimal
  /** In quoted units. */
  readonly price: Decimal
  readonly venue: string
  readonly liquidity: number
  /** What the legs of a combination trade at, in their order; empty for all else. */
  readonly legPrices: readonly Decimal[]
}

/** The broker of one account: its orders, its executions and its book. */
export type Broker = {
  readonly book: AccountBook
  readonly orders: () => Iterable<Order>
  /** Every execution at every revision, in the order they were told. */
  readonly executions: readonly Execution[]
  readonly place: (order: NewOrder) => Order
  readonly setStatus: (order: Order, status: OrderStatus) => void
  readonly bind: (order: Order) => void
  /** Executes a part of an order; a combination's legs execute with it and come after it. */
  readonly fill: (order: Order, fill: Fill) => readonly Execution[]
  /** Re-tells an execution with another price or quantity; null when there is no such execution. */
  readonly correct: (
    execId: string,
    change: { readonly price: Decimal | null; readonly quantity: Decimal | null },
  ) => Execution | null
  readonly latest: (root: string) => Execution | null
}

export type BrokerParts = {
  readonly opening: Opening
  readonly ids: Ids
  readonly record: Recorder
  readonly now: () => number
  readonly events: BrokerEvents
}

export function openBroker({ opening, ids, record, now, events }: BrokerParts): Broker {
  const book = openAccountBook(opening, record)
  const orders: Order[] = []
  const { executions, latest, tell } = createTape(record, events)
  let boundIds = 0

  const changed = (order: Order): void => {
    if (order.isQuiet && order.completedAt === null) return
    record.order(order, now())
    events.ordered(order)
  }
  const fillOne = (order: Order, traded: Traded): Execution => {
    const execution = newExecution(order, traded, { root: ids.execRoot(), at: now(), book })
    tell(execution)
    book.execute(execution)
    if (execution.commission !== null) events.heldChanged(execution.instrument)
    return execution
  }
  return {
    book,
    orders: () => orders,
    executions,
    latest: (root) => latest.get(root) ?? null,
    place: (wanted) => {
      const order = newOrder(wanted, ids, now())
      orders.push(order)
      changed(order)
      return order
    },
    setStatus: (order, status) => {
      order.status = status
      if (status === 'Filled' || status === 'Cancelled') order.completedAt = now()
      changed(order)
    },
    bind: (order) => {
      order.boundId = boundIds -= 1
      changed(order)
    },
    fill: (order, fill) => {
      const own = fillOne(order, { ...fill, instrument: order.instrument, side: order.side })
      const legs = order.instrument.legs.map((leg, index) =>
        fillOne(order, legOf(leg, order, { ...fill, price: fill.legPrices[index] ?? ZERO })),
      )
      advance(order, own)
      changed(order)
      return [own, ...legs]
    },
    correct: (execId, change) => {
      const previous = latest.get(execId.slice(0, execId.lastIndexOf('.')))
      if (previous === undefined || previous.commission === null) return null
      const execution = corrected(previous, change)
      const realized = book.replace(execution)
      const told = { ...execution, commission: { ...previous.commission, realized } }
      reprice(previous, execution)
      tell(told)
      events.heldChanged(execution.instrument)
      return told
    },
  }
}

type Tape = {
  readonly executions: readonly Execution[]
  readonly latest: ReadonlyMap<string, Execution>
  readonly tell: (execution: Execution) => void
}

/** Everything executed, told to everybody and kept. */
function createTape(record: Recorder, events: BrokerEvents): Tape {
  const executions: Execution[] = []
  const latest = new Map<string, Execution>()
  return {
    executions,
    latest,
    tell: (execution) => {
      executions.push(execution)
      latest.set(execution.root, execution)
      const sentAt = events.executed(execution)
      record.execution(execution, sentAt)
      record.commission(execution)
    },
  }
}

/** An order keeps its filled quantity; only its average price follows a correction. */
function reprice({ order, instrument, quantity, price }: Execution, now: Execution): void {
  if (instrument !== order.instrument) return
  order.filledValue = order.filledValue.plus(quantity.times(now.price.minus(price)))
}

function newOrder(wanted: NewOrder, ids: Ids, at: number): Order {
  return {
    ...wanted,
    orderId: wanted.isManual ? 0 : ids.orderId(wanted.clientId),
    permId: ids.permId(),
    orderType: wanted.limitPrice === null ? 'MKT' : 'LMT',
    placedAt: at,
    status: 'PreSubmitted',
    filled: ZERO,
    filledValue: ZERO,
    lastPrice: ZERO,
    charged: ZERO,
    boundId: null,
    completedAt: null,
  }
}

/** Carries an execution of the whole order into the order's running totals. */
function advance(order: Order, { quantity, price, commission, executedAt }: Execution): void {
  order.filled = order.filled.plus(quantity)
  order.filledValue = order.filledValue.plus(quantity.times(price))
  order.lastPrice = price
  order.charged = order.charged.plus(commission?.paid ?? ZERO)
  if (order.filled.lessThan(order.quantity)) return
  order.status = 'Filled'
  order.completedAt = executedAt
}

type Traded = Fill & { readonly instrument: Instrument; readonly side: Side }

/** What a leg trades when its combination does. */
function legOf(leg: Leg, order: Order, fill: Fill): Traded {
  const isBought = (leg.action === 'BUY') === (order.side === 'buy')
  return {
    ...fill,
    quantity: fill.quantity.times(leg.ratio),
    instrument: leg.instrument,
    side: isBought ? 'buy' : 'sell',
  }
}

type Identity = { readonly root: string; readonly at: number; readonly book: AccountBook }

function newExecution(order: Order, traded: Traded, { root, at, book }: Identity): Execution {
  const { instrument, side, quantity, price } = traded
  const isOwn = instrument === order.instrument
  const already = isOwn ? order.filled : ZERO
  const cumulative = already.plus(quantity)
  const value = (isOwn ? order.filledValue : (ZERO as Decimal)).plus(quantity.times(price))
  return {
    execId: execIdOf(root, 1),
    root,
    revision: 1,
    order,
    instrument,
    side,
    quantity,
    price,
    cumulative,
    averagePrice: toLedgerScale(value.dividedBy(cumulative)),
    venue: traded.venue,
    executedAt: at,
    liquidity: traded.liquidity,
    commission: instrument.secType === 'BAG' ? null : charge(order, traded, book),
  }
}

function charge(order: Order, traded: Traded, book: AccountBook): Commission {
  const { instrument } = traded
  const paid = commissionOf(order, instrument, traded)
  const currency = commissionCurrency(instrument)
  const quantity = traded.side === 'buy' ? traded.quantity : traded.quantity.negated()
  const fill = bookedFill(instrument, { quantity, price: traded.price }, { paid, currency })
  return { paid, currency, realized: book.realizing(instrument, fill) }
}

function corrected(
  previous: Execution,
  change: { readonly price: Decimal | null; readonly quantity: Decimal | null },
): Execution {
  const revision = previous.revision + 1
  const quantity = change.quantity ?? previous.quantity
  const price = change.price ?? previous.price
  const cumulative = previous.cumulative.minus(previous.quantity).plus(quantity)
  const value = previous.averagePrice
    .times(previous.cumulative)
    .minus(previous.quantity.times(previous.price))
    .plus(quantity.times(price))
  return {
    ...previous,
    execId: execIdOf(previous.root, revision),
    revision,
    quantity,
    price,
    cumulative,
    averagePrice: toLedgerScale(value.dividedBy(cumulative)),
  }
}
