import type { StrategyId } from '#shared/ids.ts'
import { toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import type { LikelyCause, Proposal } from './cause.ts'
import type { QuantityEvidence } from './cause-evidence.ts'
import { gapOf } from './cause-gap.ts'
import { paidPerUnit } from './cause-paid.ts'
import type { Order } from './order.ts'

/** An order, and what its executions lack of it, signed like its side. */
type Lacking = { readonly order: Order; readonly lacks: Decimal }

/**
 * Orders whose status tells more than their executions do. Where one tells its average price, an
 * entry can stand in for what is missing; else the difference goes to the strategies of the orders.
 */
export function missingByOrders(
  evidence: QuantityEvidence,
  difference: Decimal,
): LikelyCause | null {
  const lacking = lackingOrders(evidence)
  const total = lacking.reduce<Decimal>((sum, { lacks }) => sum.plus(lacks), ZERO)
  if (lacking.length === 0 || !total.equals(difference)) return null
  const gap = gapOf(evidence)
  const filled = 'An order filled more than its executions tell: they are the whole difference.'
  return {
    cause: 'missing execution',
    certainty: 'likely',
    sentence: gap === null ? filled : `${filled} ${gap.sentence}`,
    facts: [
      ...lacking.map(({ order, lacks }) => ({
        name: `order ${order.permId}`,
        value: `filled ${order.filled?.toFixed() ?? '?'}, lacks ${lacks.abs().toFixed()}`,
      })),
      ...(gap?.facts ?? []),
    ],
    proposals: proposalsFor(lacking, paidPerUnit(evidence, difference)),
  }
}

/**
 * Orders that went both ways leave a rest that none of them stands for, and that no share of it
 * tells whose it is. The broker is asked once more at the end, for the run has asked already.
 */
function proposalsFor(lacking: readonly Lacking[], paid: Decimal | null): readonly Proposal[] {
  const isOneWay = new Set(lacking.map(({ lacks }) => lacks.isNegative())).size === 1
  const settling = isOneWay
    ? [...lacking.flatMap(standInOf), ...toTheirStrategies(lacking, paid)]
    : [{ how: 'keep unattributed' } as const]
  return [...settling, { how: 'fetch executions' }]
}

const lackingOrders = ({ orders, fills }: QuantityEvidence): readonly Lacking[] =>
  orders.flatMap((order): readonly Lacking[] => {
    if (order.filled === null || order.side === null || order.permId === 0) return []
    const told = fills
      .filter(({ execution }) => execution.permId === order.permId)
      .reduce<Decimal>((sum, { execution }) => sum.plus(execution.shares), ZERO)
    const lacks = order.filled.minus(told)
    if (!lacks.greaterThan(0)) return []
    return [{ order, lacks: order.side === 'buy' ? lacks : lacks.negated() }]
  })

function standInOf({ order }: Lacking): readonly Proposal[] {
  const { filled, averageFillPrice, permId, strategy } = order
  if (filled === null || averageFillPrice === null) return []
  return [{ how: 'stand in', strategy, order: { permId, filled, averagePrice: averageFillPrice } }]
}

/**
 * The whole difference to whose orders it was, at the price the cash tells, else at the one that
 * meets the broker's average. Not where every order tells its price itself.
 */
function toTheirStrategies(lacking: readonly Lacking[], paid: Decimal | null): readonly Proposal[] {
  const isPriceTold = lacking.every(({ order }) => order.averageFillPrice !== null)
  if (isPriceTold) return []
  const shares = new Map<StrategyId, Decimal>()
  for (const { order, lacks } of lacking)
    shares.set(order.strategy, (shares.get(order.strategy) ?? ZERO).plus(lacks))
  const parts = [...shares].map(([strategy, quantity]) => ({ strategy, quantity }))
  const price = paid && toLedgerScale(paid)
  const [one, ...others] = parts
  if (one === undefined) return []
  if (others.length > 0) return [{ how: 'share out', parts, price }]
  return [{ how: 'assign', strategy: one.strategy, price }]
}
