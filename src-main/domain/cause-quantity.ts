import { UNATTRIBUTED } from '#shared/ids.ts'
import { toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import { isoOf } from '#shared/time.ts'
import { IN_FLIGHT, ranked, type LikelyCause, type Proposal } from './cause.ts'
import { deliveryCause, expiryCause } from './cause-delivery.ts'
import type { QuantityEvidence } from './cause-evidence.ts'
import { NEAR_PRICE, priceOfCash } from './cause-paid.ts'
import { splitCause } from './cause-split.ts'
import { splitExecId, type Execution } from './execution.ts'
import { signedQuantity, type Fill } from './fill.ts'
import type { Order } from './order.ts'

const KEEP: Proposal = { how: 'keep unattributed' }
const FETCH: Proposal = { how: 'fetch executions' }

/** What may lie behind a break of quantity, the best first. */
export function causesOfQuantity(evidence: QuantityEvidence): readonly LikelyCause[] {
  if (evidence.break.status === 'in flight') return [IN_FLIGHT]
  const difference = evidence.break.difference ?? ZERO
  const causes = [
    missingExecution(evidence, difference),
    correction(evidence),
    missingByOrders(evidence, difference),
    splitCause(evidence),
    deliveryCause(evidence),
    expiryCause(evidence),
    tradedOutside(evidence, difference),
  ]
  return ranked(causes, [KEEP, FETCH])
}

const rootOf = ({ execId }: Execution): string => splitExecId(execId).root

/** Executions the broker lists and the book has not. */
function missingExecution(
  { brokerExecutions, fills }: QuantityEvidence,
  difference: Decimal,
): LikelyCause | null {
  const known = new Set<string>(fills.map(({ fillId }) => fillId))
  const missing = brokerExecutions.filter((execution) => !known.has(rootOf(execution)))
  if (missing.length === 0) return null
  const moved = missing.reduce<Decimal>((sum, one) => sum.plus(signedQuantity(one)), ZERO)
  const isAll = moved.equals(difference)
  return {
    cause: 'missing execution',
    certainty: isAll ? 'certain' : 'possible',
    sentence: isAll
      ? 'The broker lists executions that the book has not: they are the whole difference.'
      : 'The broker lists executions that the book has not, for another quantity.',
    facts: missing.map((one) => ({
      name: one.execId,
      value: `${signedQuantity(one).toFixed()} at ${one.price.toFixed()}`,
    })),
    proposals: [FETCH],
  }
}

/** An execution the broker lists at a later revision than the book has. */
function correction({ brokerExecutions, fills }: QuantityEvidence): LikelyCause | null {
  const known = new Map<string, Fill>(fills.map((fill) => [fill.fillId, fill]))
  const corrected = brokerExecutions.filter((execution) => {
    const fill = known.get(rootOf(execution))
    return fill !== undefined && splitExecId(execution.execId).revision > fill.revision
  })
  if (corrected.length === 0) return null
  return {
    cause: 'correction',
    certainty: 'certain',
    sentence: 'The broker has corrected an execution, and the book has not taken that in.',
    facts: corrected.map((one) => ({
      name: one.execId,
      value: `${signedQuantity(one).toFixed()} at ${one.price.toFixed()}`,
    })),
    proposals: [FETCH],
  }
}

type Lacking = { readonly order: Order; readonly lacks: Decimal }

/** Orders whose status tells more than their executions do. */
function missingByOrders(
  { orders, fills }: QuantityEvidence,
  difference: Decimal,
): LikelyCause | null {
  const lacking = orders.flatMap((order): readonly Lacking[] => {
    if (order.filled === null || order.side === null || order.permId === 0) return []
    const told = fills
      .filter(({ execution }) => execution.permId === order.permId)
      .reduce<Decimal>((sum, { execution }) => sum.plus(execution.shares), ZERO)
    const lacks = order.filled.minus(told)
    if (!lacks.greaterThan(0)) return []
    return [{ order, lacks: order.side === 'buy' ? lacks : lacks.negated() }]
  })
  const total = lacking.reduce<Decimal>((sum, { lacks }) => sum.plus(lacks), ZERO)
  if (lacking.length === 0 || !total.equals(difference)) return null
  return {
    cause: 'missing execution',
    certainty: 'likely',
    sentence: 'An order filled more than its executions tell: they are the whole difference.',
    facts: lacking.map(({ order, lacks }) => ({
      name: `order ${order.permId}`,
      value: `filled ${order.filled?.toFixed() ?? '?'}, lacks ${lacks.abs().toFixed()}`,
    })),
    proposals: [...lacking.flatMap(standInOf), FETCH],
  }
}

function standInOf({ order }: Lacking): readonly Proposal[] {
  const { filled, averageFillPrice, permId, strategy } = order
  if (filled === null || averageFillPrice === null) return []
  return [{ how: 'stand in', strategy, order: { permId, filled, averagePrice: averageFillPrice } }]
}

/**
 * The cash moved as if the difference had been traded, or nobody listened for longer than the
 * broker replays executions.
 */
function tradedOutside(evidence: QuantityEvidence, difference: Decimal): LikelyCause | null {
  const proposals: readonly Proposal[] = [KEEP, FETCH]
  const price = paidPerUnit(evidence, difference)
  if (price !== null) {
    const facts = [{ name: 'price the cash tells', value: price.toSignificantDigits(8).toFixed() }]
    const sentence = 'The cash moved by what such a trade costs: traded where nobody listened.'
    const at: Proposal = { how: 'assign', strategy: UNATTRIBUTED, price: toLedgerScale(price) }
    return {
      ...{ cause: 'traded outside', certainty: 'likely', sentence, facts },
      proposals: [at, KEEP, FETCH],
    }
  }
  const { away, replayedFrom } = evidence
  if (away === null || replayedFrom === null || away.from >= replayedFrom) return null
  return {
    cause: 'traded outside',
    certainty: 'possible',
    sentence:
      'Nobody listened for longer than the broker tells executions again: import a Flex statement.',
    facts: [
      { name: 'away from', value: isoOf(away.from) },
      { name: 'away to', value: isoOf(away.to) },
    ],
    proposals,
  }
}

/** What the cash says was paid for a unit, as quoted, if that is near the price. */
function paidPerUnit(
  { cashBreak, instrument, mark }: QuantityEvidence,
  difference: Decimal,
): Decimal | null {
  if (instrument.secType === 'FUT' || instrument.secType === 'CFD') return null
  const gone = { instrument, quantity: difference.negated() }
  const price = priceOfCash(cashBreak?.difference ?? null, gone)
  if (price === null || mark === null) return null
  const off = price.minus(mark).abs()
  return off.lessThanOrEqualTo(mark.abs().times(NEAR_PRICE)) ? price : null
}
