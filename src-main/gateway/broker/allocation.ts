import { D, ZERO, type Decimal } from '#shared/money.ts'
import { decimalOf } from '../fixed.ts'
import type { Order, Share } from './types.ts'

/** The part of one account in an order, and in a fill of it. */
export type Portion = { readonly order: Order; readonly quantity: Decimal }

/** The parts of advisors' orders: an order each, which nobody is told of but by its executions. */
export type Allocations = {
  /** Shares a fill of an order out, in whole steps; who is most behind gets the odd ones. */
  readonly split: (order: Order, quantity: Decimal) => readonly Portion[]
}

export function createAllocations(): Allocations {
  const known = new WeakMap<Order, readonly Order[]>()
  const partsOf = (order: Order): readonly Order[] => {
    const parts = known.get(order) ?? (order.terms.allocation?.shares ?? []).map(partOf(order))
    known.set(order, parts)
    return parts
  }
  return {
    split: (order, quantity) => {
      const parts = partsOf(order)
      const quantities = dealt(order, parts, quantity)
      return parts
        .map((part, index) => ({ order: part, quantity: quantities[index] ?? ZERO }))
        .filter((portion) => !portion.quantity.isZero())
    },
  }
}

/** What one account has of an order: the same order to whoever asks, with its own running total. */
const partOf =
  (order: Order) =>
  ({ account, modelCode }: Share): Order => ({
    ...order,
    account,
    modelCode,
    terms: { ...order.terms, allocation: null },
    isShare: true,
    filled: 0n,
    filledValue: 0n,
    onePrice: null,
    charged: 0n,
    legTotals: new Map(),
  })

/** Each part gets what it is behind its share of all that is filled; nobody gives anything back. */
function dealt(order: Order, parts: readonly Order[], quantity: Decimal): readonly Decimal[] {
  const shares = order.terms.allocation?.shares ?? []
  const { step } = order.instrument
  const filled = decimalOf(order.filled).plus(quantity)
  const whole = shares.reduce((sum, { weight }) => sum.plus(weight), new D(0))
  const owed = parts.map((part, index) => {
    const weight = shares[index]?.weight ?? ZERO
    return filled.times(weight).dividedBy(whole).minus(decimalOf(part.filled))
  })
  const given = owed.map((behind) => D.max(0, behind.dividedBy(step).floor().times(step)))
  let left = given.reduce((rest, one) => rest.minus(one), quantity)
  for (const index of byWhoIsMostBehind(owed, given)) {
    if (left.isZero()) break
    const odd = left.isNegative()
      ? D.max(left, (given[index] ?? ZERO).negated())
      : D.min(left, step)
    given[index] = (given[index] ?? ZERO).plus(odd)
    left = left.minus(odd)
  }
  return given
}

function byWhoIsMostBehind(owed: readonly Decimal[], given: readonly Decimal[]): number[] {
  const behind = owed.map((one, index) => one.minus(given[index] ?? ZERO))
  return [...behind.keys()].sort((a, b) => (behind[b] ?? ZERO).comparedTo(behind[a] ?? ZERO))
}
