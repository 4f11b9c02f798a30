import { attribute, type AttributionRule } from '#domain/attribution.ts'
import type { Execution } from '#domain/execution.ts'
import { isFinal, mergeOrder, orderKey, type Order, type OrderReport } from '#domain/order.ts'
import { accountId, strategyId, UNATTRIBUTED, type AccountId, type PermId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Batch } from './batch.ts'
import type { BookMemory } from './memory.ts'

export type OrderTrackerSettings = {
  readonly account: AccountId
  readonly rules: readonly AttributionRule[]
  readonly stamp: () => UtcNanos
}

/**
 * Follows every order through every status. It keeps what the broker says of orders; quantities
 * in the book come from fills alone.
 */
export class OrderTracker {
  readonly #settings: OrderTrackerSettings
  readonly #memory: BookMemory
  readonly #batch: Batch

  constructor(settings: OrderTrackerSettings, memory: BookMemory, batch: Batch) {
    this.#settings = settings
    this.#memory = memory
    this.#batch = batch
  }

  /** Takes in one report; one that says nothing new writes nothing. */
  report(report: OrderReport): void {
    const key = orderKey(report)
    if (key === null) return
    const known = this.#known(report, key)
    const at = this.#settings.stamp()
    const merged = mergeOrder(known ?? this.#unknown(key, at), report, at)
    const order = this.#attributed({ ...merged, key })
    if (known !== undefined && merged === known && known.key === key) return
    this.#keep(order, known)
  }

  /**
   * An execution can come before its order's first report, or without any: the order is then
   * known from the execution alone. All executions of a combination bear its permId: the row of
   * the combination says what is filled of the order, those of its legs do not.
   */
  execution(execution: Execution): void {
    if (execution.permId === 0) return
    const key = `p${execution.permId}`
    let known = this.#memory.orders.get(key)
    if (known !== undefined && isOfAnother(known, execution)) {
      if (!this.#isCombination(execution)) return
      // What was known came from a leg.
      known = { ...known, filled: null, averageFillPrice: null }
      this.#memory.orders.set(key, known)
    }
    if (known !== undefined && isFurther(known, execution)) return
    const { permId, clientId, orderId } = execution
    const facts = {
      permId,
      clientId,
      orderId,
      account: execution.account,
      conId: execution.conId,
      orderRef: execution.orderRef,
      side: execution.side,
      filled: execution.cumulativeQuantity,
      averageFillPrice: execution.averagePrice,
    }
    const own = orderKey({ permId: 0 as PermId, clientId, orderId })
    if (known === undefined && (own === null || !this.#memory.orders.has(own))) {
      const order = { ...this.#unknown(key, this.#settings.stamp()), ...facts }
      this.#keep(this.#attributed(order), undefined)
    } else {
      this.report({ ...SAYS_NOTHING, ...facts })
    }
  }

  #isCombination({ conId }: Execution): boolean {
    return this.#memory.instruments.get(conId)?.secType === 'BAG'
  }

  /** An order first seen without a permId is found again by its client's own number. */
  #known(report: OrderReport, key: string): Order | undefined {
    const known = this.#memory.orders.get(key)
    if (known || report.permId === 0) return known
    const own = orderKey({ ...report, permId: 0 as OrderReport['permId'] })
    const unaccepted = own === null ? undefined : this.#memory.orders.get(own)
    if (unaccepted === undefined || isFinal(unaccepted.status)) return undefined
    this.#memory.orders.delete(unaccepted.key)
    return unaccepted
  }

  #unknown(key: string, at: UtcNanos): Order {
    return {
      key,
      permId: 0 as Order['permId'],
      clientId: null,
      orderId: null,
      account: accountId(this.#settings.account),
      conId: null,
      orderRef: '',
      strategy: UNATTRIBUTED,
      side: null,
      totalQuantity: null,
      orderType: null,
      limitPrice: null,
      auxiliaryPrice: null,
      timeInForce: null,
      status: 'Unknown',
      filled: null,
      remaining: null,
      averageFillPrice: null,
      reason: null,
      firstSeenAt: at,
      updatedAt: at,
    }
  }

  #attributed(order: Order): Order {
    const { strategy } = attribute(this.#settings.rules, {
      orderRef: order.orderRef,
      account: order.account,
      symbol: this.#symbolOf(order),
      clientId: order.clientId ?? 0,
    })
    return { ...order, strategy: strategyId(strategy) }
  }

  #symbolOf(order: Order): string {
    const instrument: Instrument | undefined =
      order.conId === null ? undefined : this.#memory.instruments.get(order.conId)
    return instrument?.symbol ?? ''
  }

  #keep(order: Order, known: Order | undefined): void {
    if (known && known.key !== order.key) this.#memory.orders.delete(known.key)
    this.#memory.keepOrder(order)
    this.#batch.orders.push(order)
  }
}

/** What an execution does not tell of its order. */
const SAYS_NOTHING = {
  totalQuantity: null,
  orderType: null,
  limitPrice: null,
  auxiliaryPrice: null,
  timeInForce: null,
  status: null,
  remaining: null,
  reason: null,
}

/** The order is about another instrument than this execution. */
const isOfAnother = (order: Order, execution: Execution): boolean =>
  order.conId !== null && order.conId !== execution.conId

/** What the order already says is at least as far as this execution. */
const isFurther = (order: Order, execution: Execution): boolean =>
  order.filled?.greaterThanOrEqualTo(execution.cumulativeQuantity) ?? false
