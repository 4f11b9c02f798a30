import { D, type Decimal } from '#shared/money.ts'
import type { Broker } from '../broker/broker.ts'
import type { Condition } from '../broker/conditions.ts'
import type { Order } from '../broker/types.ts'
import { priceAt, type Quote, type Quotes } from '../market/quotes.ts'

export type WatchParts = {
  readonly broker: Broker
  readonly quotes: Quotes
  /** Simulated milliseconds since 1970 UTC. */
  readonly now: () => number
  /** The cushion of an account, as a part of what it is worth; null when that is nothing. */
  readonly cushion: (account: string) => Decimal | null
}

type Operator = { readonly isMore: boolean }

const compares = ({ isMore }: Operator, is: Decimal, wanted: Decimal): boolean =>
  isMore ? is.greaterThanOrEqualTo(wanted) : is.lessThanOrEqualTo(wanted)

/** Whether the conditions of an order are met now: joined from the first to the last. */
export function areMet(parts: WatchParts, order: Order): boolean {
  const [first, ...rest] = order.terms.conditions.all
  if (first === undefined) return true
  let before = first
  let result = isMet(parts, order, first)
  for (const condition of rest) {
    const isSo = isMet(parts, order, condition)
    result = before.conjunction === 'a' ? result && isSo : result || isSo
    before = condition
  }
  return result
}

function isMet(parts: WatchParts, order: Order, condition: Condition): boolean {
  switch (condition.what) {
    case 'time':
      return condition.isMore ? parts.now() >= condition.at : parts.now() <= condition.at
    case 'margin':
      return accountsOf(order).every((account) => {
        const cushion = parts.cushion(account)
        return cushion !== null && compares(condition, cushion.times(100), condition.percent)
      })
    case 'execution':
      return hasExecuted(parts, order, condition)
    case 'price':
    case 'volume':
    case 'percent': {
      const quote = parts.quotes.of(condition.instrument.conId)
      return quote !== null && marketMeets(quote, condition)
    }
  }
}

/** Whose margin counts: of an advisor's order that of everybody it is shared out to. */
const accountsOf = ({ account, terms }: Order): readonly string[] =>
  terms.allocation === null ? [account] : terms.allocation.shares.map((share) => share.account)

type OfMarket = Extract<Condition, { readonly what: 'price' | 'volume' | 'percent' }>

function marketMeets(quote: Quote, condition: OfMarket): boolean {
  if (condition.what === 'volume')
    return compares(condition, new D(quote.volume), new D(condition.volume))
  if (condition.what === 'percent') {
    const change = new D(quote.last).minus(quote.close).times(100).dividedBy(quote.close)
    return compares(condition, change, condition.percent)
  }
  return pricesOf(quote, condition).some((ticks) =>
    compares(condition, priceAt(quote.instrument, ticks), condition.price),
  )
}

/** The prices a trigger method looks at; one of them suffices. */
function pricesOf(
  quote: Quote,
  { triggerMethod, isMore }: Operator & { readonly triggerMethod: number },
): readonly number[] {
  const beside = isMore ? quote.bid : quote.ask
  switch (triggerMethod) {
    case 1:
    case 4:
      return [beside]
    case 7:
      return [quote.last, beside]
    case 8:
      return [(quote.bid + quote.ask) / 2]
    default:
      return [quote.last]
  }
}

type OfExecution = Extract<Condition, { readonly what: 'execution' }>

const isAny = (wanted: string, is: string): boolean =>
  wanted === '' || wanted === '*' || wanted === 'SMART' || wanted === is

/** Executions are looked at from the latest back to when the order was placed. */
function hasExecuted({ broker }: WatchParts, order: Order, wanted: OfExecution): boolean {
  const { executions } = broker
  for (let index = executions.length - 1; index >= 0; index -= 1) {
    const execution = executions[index]
    if (execution === undefined || execution.executedAt < order.placedAt) return false
    const { instrument, venue } = execution
    if (execution.order.account !== order.account || instrument.symbol !== wanted.symbol) continue
    if (isAny(wanted.secType, instrument.secType) && isAny(wanted.exchange, venue)) return true
  }
  return false
}
