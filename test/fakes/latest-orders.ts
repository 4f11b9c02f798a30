import type { Order } from '#domain/order.ts'
import type { UtcNanos } from '#shared/time.ts'

/** The last event of each order, also of one whose key changed when it was accepted. */
export function latestOrders(store: { readonly orders: readonly Order[] }): readonly Order[] {
  const latest = new Map<string, Order>()
  const keys = new Map<UtcNanos, string>()
  for (const order of store.orders) {
    const earlier = keys.get(order.firstSeenAt)
    if (earlier !== undefined && earlier !== order.key) latest.delete(earlier)
    keys.set(order.firstSeenAt, order.key)
    latest.delete(order.key)
    latest.set(order.key, order)
  }
  return [...latest.values()].reverse()
}
