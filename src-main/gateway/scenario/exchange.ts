import { D, type Decimal } from '#shared/money.ts'
import type { Broker } from '../broker/broker.ts'
import { isWorking, type Order } from '../broker/types.ts'
import { decimalOf } from '../fixed.ts'
import type { Instrument } from '../market/instrument.ts'
import { priceAt, type Quotes } from '../market/quotes.ts'
import type { Timeline } from '../timeline.ts'
import { areMet, type WatchParts } from './condition-watch.ts'
import type { Floor } from './floor.ts'
import { marketPrice } from './order-plan.ts'

/** Where orders of API clients are worked, step by step, against the market's prices and sizes. */
export type Exchange = {
  /** Takes an order that was placed and transmitted. */
  readonly work: (order: Order) => void
  /** The market moved: whatever can fill does, a part at a time. */
  readonly step: () => void
}

export type ExchangeParts = {
  readonly broker: Broker
  readonly quotes: Quotes
  readonly floor: Floor
  readonly timeline: Timeline
  readonly cushion: WatchParts['cushion']
}

type Parts = ExchangeParts & {
  /** The conditions were met once: it no longer matters whether they are. */
  readonly released: WeakSet<Order>
}

export function openExchange(exchange: ExchangeParts): Exchange {
  const parts: Parts = { ...exchange, released: new WeakSet() }
  const working = new Set<Order>()
  return {
    work: (order) => void working.add(order),
    step: () => {
      for (const order of working) {
        if (isWorking(order)) workOn(parts, order)
        if (!isWorking(order)) working.delete(order)
      }
    },
  }
}

/** Moves one order on by one step of the market. */
function workOn(parts: Parts, order: Order): void {
  const { broker, floor } = parts
  if (order.status === 'PendingSubmit') return
  const parent = parentState(broker, order)
  if (parent === 'gone') broker.cancel(order, 'Parent order was cancelled')
  if (parent !== 'done' || isHeld(parts, order)) return
  if (order.status === 'PreSubmitted') {
    if (!isTriggered(parts, order)) return
    broker.setStatus(order, 'Submitted')
    // A market fills no sooner than a step after it heard of the order.
    if (!isImpatient(order)) return
  }
  if (!floor.isBeaten(order)) fillSome(parts, order)
}

/** Whether the order waits for its conditions, or they have just ended it. */
function isHeld(parts: Parts, order: Order): boolean {
  const { broker, timeline, released } = parts
  const { all, cancelOrder } = order.terms.conditions
  if (all.length === 0 || released.has(order)) return false
  const isMet = areMet({ ...parts, now: timeline.now }, order)
  if (cancelOrder) {
    if (isMet) broker.cancel(order, 'Cancelled by its conditions')
    return isMet
  }
  if (isMet) released.add(order)
  return !isMet
}

/** Fills what the market allows now; an order that cannot wait loses the rest. */
function fillSome(parts: ExchangeParts, order: Order): void {
  const price = fillPrice(parts, order)
  if (price !== null) parts.floor.fill(order, { quantity: sliceOf(parts.quotes, order), price })
  cancelGroup(parts.broker, order)
  if (isWorking(order) && isImpatient(order))
    parts.broker.cancel(order, 'Cancelled: could not be filled at once')
}

const isImpatient = ({ terms }: Order): boolean => /^(IOC|FOK)$/.test(terms.timeInForce)

/** What is left of the order's one-cancels-all group goes once the order is done. */
function cancelGroup(broker: Broker, done: Order): void {
  const { ocaGroup } = done.terms
  if (ocaGroup === '' || done.status !== 'Filled') return
  for (const order of broker.orders())
    if (order !== done && order.terms.ocaGroup === ocaGroup && isWorking(order))
      broker.cancel(order, 'Cancelled by its group')
}

function parentState(broker: Broker, order: Order): 'done' | 'waiting' | 'gone' {
  if (order.terms.parentId === 0) return 'done'
  const parent = broker.orderOf(order.clientId, order.terms.parentId)
  if (parent === null || parent.status === 'Filled') return 'done'
  return isWorking(parent) ? 'waiting' : 'gone'
}

function isTriggered({ quotes }: ExchangeParts, { terms, side, instrument }: Order): boolean {
  const { stopPrice } = terms
  if (stopPrice === null) return true
  const last = lastPrice(quotes, instrument)
  return side === 'buy' ? last.greaterThanOrEqualTo(stopPrice) : last.lessThanOrEqualTo(stopPrice)
}

function lastPrice(quotes: Quotes, instrument: Instrument): Decimal {
  const quote = quotes.of(instrument.conId)
  return quote === null ? marketPrice(quotes, instrument, 'buy') : priceAt(instrument, quote.last)
}

/** The market's price, if the order's limit allows it; else null. */
function fillPrice({ quotes }: ExchangeParts, order: Order): Decimal | null {
  const { instrument, side, limitPrice } = order
  const price = marketPrice(quotes, instrument, side)
  if (limitPrice === null) return price
  const isGood =
    side === 'buy' ? price.lessThanOrEqualTo(limitPrice) : price.greaterThanOrEqualTo(limitPrice)
  return isGood ? price : null
}

/** As much as the other side of the market shows, or all that is left of a fill-or-kill order. */
function sliceOf(quotes: Quotes, order: Order): Decimal {
  const left = decimalOf(order.quantity - order.filled)
  if (order.terms.timeInForce === 'FOK') return left
  const quote = quotes.of(order.instrument.conId)
  if (quote === null) return left
  return D.min(left, new D(order.side === 'buy' ? quote.askSize : quote.bidSize))
}
