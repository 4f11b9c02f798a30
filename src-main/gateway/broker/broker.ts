import { toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import { decimalOf, fixed, type Fixed } from '../fixed.ts'
import type { Instrument, Leg } from '../market/instrument.ts'
import { allocationFact } from '../record-facts.ts'
import type { Recorder } from '../record.ts'
import { openAccountBook, type AccountBook, type Opening } from './account-book.ts'
import type { Account } from './accounts.ts'
import { createAllocations } from './allocation.ts'
import { commissionCurrency, commissionOf } from './commission.ts'
import { execIdOf, rootNumber, type Ids } from './ids.ts'
import type { Booked } from './holding.ts'
import { createOrders, type Orders } from './orders.ts'
import { averagePrice, createSums, sumsOf, totalsAfter, type Sums } from './totals.ts'
import type { Execution, Order, Side, Totals } from './types.ts'

/** What the broker tells the rest of the gateway; it waits for none of them. */
type BrokerEvents = {
  /** An order came into being or changed its status, filled quantity or binding. */
  readonly ordered: (order: Order) => void
  /** Answers when the execution was handed to a socket (wall-clock ms), or null: not yet. */
  readonly executed: (execution: Execution) => number | null
  readonly heldChanged: (account: string, instrument: Instrument) => void
}

type Fill = {
  readonly quantity: Decimal
  /** In quoted units. */
  readonly price: Decimal
  readonly venue: string
  readonly liquidity: number
  /** What the legs of a combination trade at, in their order; empty for all else. */
  readonly legPrices: readonly Decimal[]
}

/** The broker of some accounts: their orders, executions and books. */
export type Broker = Orders & {
  /**
   * The book of an account.
   * @throws {RangeError} when there is no such account.
   */
  readonly bookOf: (account: string) => AccountBook
  /** Every execution at every revision, in the order they were told. */
  readonly executions: readonly Execution[]
  /** Executes a part of an order; a combination's legs execute with it and come after it. */
  readonly fill: (order: Order, fill: Fill) => readonly Execution[]
  /** Re-tells an execution with another price or quantity; null when there is no such execution. */
  readonly correct: (execId: string, change: Change) => Execution | null
  readonly latest: (root: string) => Execution | null
}

export type BrokerParts = {
  readonly accounts: readonly (Account & { readonly opening: Opening })[]
  readonly ids: Ids
  readonly record: Recorder
  readonly now: () => number
  readonly events: BrokerEvents
}

export function openBroker({ accounts, ids, record, now, events }: BrokerParts): Broker {
  const books = new Map(
    accounts.map(({ id, opening }) => [id, openAccountBook(opening, record.of(id))]),
  )
  const bookOf = (account: string): AccountBook => {
    const book = books.get(account)
    if (book === undefined) throw new RangeError(`There is no account ${account}`)
    return book
  }
  const orders = createOrders({ ids, record, now, ordered: events.ordered })
  const { executions, latest, tell } = createTape(record, events)
  const allocations = createAllocations()
  const sumsFor = createSums()
  const fillOne = (order: Order, traded: Traded): Execution => {
    const book = order.terms.allocation === null ? bookOf(order.account) : null
    const before = { root: ids.execRoot(), at: now(), book, sums: sumsFor(traded) }
    const { execution, booked, totals } = draft(order, traded, before)
    tell(execution)
    if (book !== null && booked !== null) {
      book.execute(execution, booked)
      events.heldChanged(order.account, execution.instrument)
    }
    advance(order, execution, totals)
    return execution
  }
  return {
    bookOf,
    ...orders,
    executions,
    latest,
    fill: (order, fill) => {
      const traded = { ...fill, instrument: order.instrument, side: order.side }
      if (order.terms.allocation !== null) {
        const shares = allocations
          .split(order, fill.quantity)
          .map((part) => fillOne(part.order, { ...traded, quantity: part.quantity }))
        const own = fillOne(order, { ...traded, charged: chargesOf(shares) })
        orders.changed(order)
        return [...shares, own]
      }
      const own = fillOne(order, traded)
      const legs = order.instrument.legs.map((leg, index) =>
        fillOne(order, legOf(leg, order, { ...fill, price: fill.legPrices[index] ?? ZERO })),
      )
      orders.changed(order)
      return [own, ...legs]
    },
    correct: (execId, change) => {
      const previous = latest(execId.slice(0, execId.lastIndexOf('.')))
      if (previous === null || previous.commission === null || isAllocated(previous)) return null
      const execution = corrected(previous, change)
      const realized = bookOf(execution.order.account).replace(execution)
      const told = { ...execution, commission: { ...previous.commission, realized } }
      reprice(previous, execution)
      tell(told)
      events.heldChanged(execution.order.account, execution.instrument)
      return told
    },
  }
}

type Tape = {
  readonly executions: readonly Execution[]
  readonly latest: (root: string) => Execution | null
  readonly tell: (execution: Execution) => void
}

/** Everything executed, told to everybody and kept. */
function createTape(record: Recorder, events: BrokerEvents): Tape {
  const executions: Execution[] = []
  // Roots are numbered from 1 without a gap, so a list finds them; a map of millions would not fit.
  const firsts: Execution[] = []
  const corrected = new Map<string, Execution>()
  return {
    executions,
    latest: (root) => {
      const first = firsts[rootNumber(root) - 1]
      return first?.root === root ? (corrected.get(root) ?? first) : null
    },
    tell: (execution) => {
      executions.push(execution)
      if (execution.revision === 1) firsts.push(execution)
      else corrected.set(execution.root, execution)
      const sentAt = events.executed(execution)
      if (isAllocated(execution)) record.line(allocationFact(execution, sentAt))
      else {
        record.execution(execution, sentAt)
        record.commission(execution)
      }
    },
  }
}

/** An order keeps its filled quantity; only its average price follows a correction. */
function reprice({ order, instrument, quantity, price }: Execution, now: Execution): void {
  if (instrument !== order.instrument) return
  order.filledValue += fixed(quantity.times(now.price.minus(price)))
  order.onePrice = null
}

/** Carries an execution into the running totals of the order, or of its leg. */
function advance(order: Order, execution: Execution, totals: Totals): void {
  const { instrument, price, executedAt } = execution
  if (instrument !== order.instrument) {
    order.legTotals.set(instrument.conId, totals)
    return
  }
  order.filled = totals.filled
  order.filledValue = totals.filledValue
  order.onePrice = totals.onePrice
  order.lastPrice = price
  order.charged += execution.commission?.paid ?? 0n
  if (order.filled < order.quantity) return
  order.status = 'Filled'
  order.completedAt = executedAt
}

type Traded = Fill & {
  readonly instrument: Instrument
  readonly side: Side
  /** What the accounts of an allocation have paid for it; absent for all else. */
  readonly charged?: Fixed
}

/** The row about an advisor's order itself, which its accounts' executions stand behind. */
const isAllocated = ({ order }: Pick<Execution, 'order'>): boolean =>
  order.terms.allocation !== null

const chargesOf = (executions: readonly Execution[]): Fixed =>
  executions.reduce((sum, { commission }) => sum + (commission?.paid ?? 0n), 0n)

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

/** What is known of an execution before it is drafted. */
type Before = {
  readonly root: string
  readonly at: number
  /** Null for what nobody books: an advisor's order, whose accounts do. */
  readonly book: AccountBook | null
  readonly sums: Sums
}
type Drafted = {
  readonly execution: Execution
  readonly booked: Booked | null
  readonly totals: Totals
}

/**
 * An execution and what the book will make of it; the own row of a combination or an allocation is
 * not booked.
 */
function draft(order: Order, traded: Traded, { root, at, book, sums }: Before): Drafted {
  const { instrument, side, quantity, price, venue, liquidity } = traded
  const before = instrument === order.instrument ? order : order.legTotals.get(instrument.conId)
  const totals = totalsAfter(before, price, sums)
  const { signedQuantity, worth } = sums
  const isBooked = book !== null && instrument.secType !== 'BAG'
  const own = isBooked ? commissionOf(order, instrument, { quantity: sums.quantity, totals }) : 0n
  const paid = traded.charged ?? own
  const currency = commissionCurrency(instrument)
  const commission = currency === instrument.currency ? paid : 0n
  const fill = { quantity: signedQuantity, worth, commission }
  const booked = isBooked ? book.booking(instrument, fill) : null
  const isCharged = booked !== null || traded.charged !== undefined
  const execution: Execution = {
    execId: execIdOf(root, 1),
    root,
    revision: 1,
    order,
    instrument,
    side,
    quantity,
    price,
    signedQuantity,
    worth,
    cumulative: totals.filled,
    averagePrice: averagePrice(totals),
    venue,
    executedAt: at,
    liquidity,
    commission: isCharged ? { paid, currency, realized: booked?.realized ?? null } : null,
  }
  return { execution, booked, totals }
}

type Change = { readonly price: Decimal | null; readonly quantity: Decimal | null }

function corrected(previous: Execution, change: Change): Execution {
  const revision = previous.revision + 1
  const quantity = change.quantity ?? previous.quantity
  const price = change.price ?? previous.price
  const { value, ...sums } = sumsOf({ ...previous, quantity, price })
  const before = sumsOf(previous)
  const cumulative = previous.cumulative - before.quantity + sums.quantity
  const total = previous.averagePrice
    .times(decimalOf(previous.cumulative))
    .minus(decimalOf(before.value))
    .plus(decimalOf(value))
  return {
    ...previous,
    execId: execIdOf(previous.root, revision),
    revision,
    quantity,
    price,
    signedQuantity: sums.signedQuantity,
    worth: sums.worth,
    cumulative,
    averagePrice: toLedgerScale(total.dividedBy(decimalOf(cumulative))),
  }
}
