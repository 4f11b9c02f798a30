import { UNATTRIBUTED } from '#shared/ids.ts'
import { toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import { IN_FLIGHT, ranked, type LikelyCause, type Proposal } from './cause.ts'
import { cameBack } from './cause-came-back.ts'
import { deliveryCause, expiryCause } from './cause-delivery.ts'
import type { QuantityEvidence } from './cause-evidence.ts'
import { datedSplitCause } from './cause-dated-split.ts'
import { gapOf } from './cause-gap.ts'
import { missingByOrders } from './cause-orders.ts'
import { paidPerUnit } from './cause-paid.ts'
import { severalSplits } from './cause-several-splits.ts'
import { splitCause } from './cause-split.ts'
import { splitExecId, type Execution } from './execution.ts'
import { signedQuantity, type Fill } from './fill.ts'

const KEEP: Proposal = { how: 'keep unattributed' }
const FETCH: Proposal = { how: 'fetch executions' }

/** What may lie behind a break of quantity, the best first. */
export function causesOfQuantity(evidence: QuantityEvidence): readonly LikelyCause[] {
  if (evidence.break.status === 'in flight') return [IN_FLIGHT]
  const difference = evidence.break.difference ?? ZERO
  const causes = [
    missingExecution(evidence, difference),
    correction(evidence),
    cameBack(evidence),
    missingByOrders(evidence, difference),
    splitCause(evidence) ?? datedSplitCause(evidence),
    deliveryCause(evidence),
    expiryCause(evidence),
    tradedOutside(evidence, difference),
  ]
  if (causes.every((one) => one === null)) {
    const several = severalSplits(evidence, [KEEP, FETCH])
    if (several !== null) return [several]
  }
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

/**
 * The cash moved as if the difference had been traded, or nobody listened for longer than the
 * broker replays executions.
 */
function tradedOutside(evidence: QuantityEvidence, difference: Decimal): LikelyCause | null {
  const proposals: readonly Proposal[] = [KEEP, FETCH]
  const price = paidPerUnit(evidence, difference)
  const gap = gapOf(evidence)
  if (price !== null) {
    const told = [{ name: 'price the cash tells', value: price.toSignificantDigits(8).toFixed() }]
    const paid = 'The cash moved by what such a trade costs: traded where nobody listened.'
    const at: Proposal = { how: 'assign', strategy: UNATTRIBUTED, price: toLedgerScale(price) }
    return {
      ...{ cause: 'traded outside', certainty: 'likely' },
      sentence: gap === null ? paid : `${paid} ${gap.sentence}`,
      facts: gap === null ? told : [...told, ...gap.facts],
      proposals: [at, KEEP, FETCH],
    }
  }
  return gap && { cause: 'traded outside', certainty: 'possible', ...gap, proposals }
}
