import type { Break } from '#shared/break.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, type Decimal } from '#shared/money.ts'
import type { AccountCost } from './account-cost.ts'
import { standing, type Adjustment } from './adjustment.ts'
import { IN_FLIGHT, ranked, type LikelyCause, type Proposal } from './cause.ts'
import { splitExecId, type Execution } from './execution.ts'
import { signedQuantity, type Fill } from './fill.ts'
import { inSlotOrder } from './fold.ts'
import { costByLots, type LotEntry, type LotMethod } from './lots.ts'
import { allowedCost, type Thresholds } from './thresholds.ts'
import { pointValue } from './valuation.ts'

/** What is known around a break of cost. */
export type CostEvidence = {
  readonly break: Break
  readonly instrument: Instrument
  readonly cost: AccountCost
  /** Every fill of the instrument in the account. */
  readonly fills: readonly Fill[]
  /** False: there are more fills than these, and lots cannot be told. */
  readonly isWhole: boolean
  /** Every adjustment of it. */
  readonly adjustments: readonly Adjustment[]
  /** Executions of the instrument that the settled snapshot lists. */
  readonly brokerExecutions: readonly Execution[]
  readonly thresholds: Thresholds
}

const ADOPT: Proposal = { how: 'adopt cost' }

/** What may lie behind a break of cost, the best first. */
export function causesOfCost(evidence: CostEvidence): readonly LikelyCause[] {
  if (evidence.break.status === 'in flight') return [IN_FLIGHT]
  return ranked([priceToCome(evidence), commissionInCost(evidence), lotMethod(evidence)], [ADOPT])
}

/** A price that the venue has corrected, or may still correct. */
function priceToCome({ fills, brokerExecutions }: CostEvidence): LikelyCause | null {
  const known = new Map<string, Fill>(fills.map((fill) => [fill.fillId, fill]))
  const corrected = brokerExecutions.filter(({ execId }) => {
    const { root, revision } = splitExecId(execId)
    return revision > (known.get(root)?.revision ?? Infinity)
  })
  const provisional = fills.filter(({ execution }) => execution.isPriceProvisional)
  const said = [...corrected, ...provisional.map(({ execution }) => execution)]
  if (said.length === 0) return null
  const isSaid = corrected.length > 0
  return {
    cause: 'correction',
    certainty: isSaid ? 'certain' : 'possible',
    sentence: isSaid
      ? 'The broker has corrected an execution, and the book has not taken that in.'
      : 'The venue may still correct a price: a correction is awaited.',
    facts: said.map(({ execId, price }) => ({ name: execId, value: price.toFixed() })),
    proposals: isSaid ? [{ how: 'fetch executions' }] : [],
  }
}

/** The costs are apart by exactly the commission that our cost contains. */
function commissionInCost(evidence: CostEvidence): LikelyCause | null {
  const { cost, break: broken } = evidence
  const { openingCommission } = cost
  if (broken.difference === null || openingCommission.isZero()) return null
  if (!isWithin(evidence, broken.difference.plus(openingCommission))) return null
  return {
    cause: 'commission in cost',
    certainty: 'likely',
    sentence: 'The broker’s cost lacks exactly the commission of what is open.',
    facts: [{ name: 'opening commission', value: openingCommission.toFixed() }],
    proposals: [ADOPT, { how: 'acknowledge', note: 'The broker’s cost has no commission.' }],
  }
}

const METHODS: readonly LotMethod[] = ['first in first out', 'last in first out', 'highest cost']

/** The broker's cost is what the same fills come to when whole lots are closed in some order. */
function lotMethod(evidence: CostEvidence): LikelyCause | null {
  const { break: broken } = evidence
  const entries = evidence.isWhole ? lotEntries(evidence) : null
  if (entries === null || broken.broker === null) return null
  const method = METHODS.find((one) => {
    const apart = broken.broker?.minus(costByLots(entries, one))
    return apart !== undefined && isWithin(evidence, apart)
  })
  if (method === undefined) return null
  return {
    cause: 'lot method',
    certainty: 'likely',
    sentence: `The broker counts ${method}, the book by average cost.`,
    facts: [
      { name: `cost ${method}`, value: broken.broker.toFixed(2) },
      { name: 'cost by average', value: broken.ledger?.toFixed(2) ?? 'unknown' },
    ],
    proposals: [ADOPT, { how: 'acknowledge', note: `The broker counts ${method}.` }],
  }
}

const isWithin = ({ break: broken, thresholds }: CostEvidence, apart: Decimal): boolean =>
  apart.abs().lessThanOrEqualTo(allowedCost(thresholds, broken.broker ?? new D(0)))

/** The account's history as lots; null where something in it has no lots, such as a split. */
function lotEntries(evidence: CostEvidence): readonly LotEntry[] | null {
  const { fills, instrument } = evidence
  const point = pointValue(instrument)
  const others = standing(evidence.adjustments).filter(({ kind }) => kind !== 'transfer')
  const opening = others.filter(({ kind }) => kind === 'opening')
  if (point === null || opening.length !== others.length) return null
  const before = opening.map(({ quantity, cost }) => lotOf(quantity, cost && cost.times(point)))
  const entries = [...before, ...inSlotOrder(fills).map((fill) => lotOfFill(fill, evidence))]
  const known = entries.filter((entry) => entry !== null)
  return known.length === entries.length ? known : null
}

const lotOf = (quantity: Decimal, money: Decimal | null): LotEntry | null =>
  money === null ? null : { quantity, money }

/** Null where the commission in the broker's cost is not known. */
function lotOfFill(fill: Fill, { instrument }: CostEvidence): LotEntry | null {
  const point = pointValue(instrument)
  const { charge, execution } = fill
  if (point === null || charge?.currency !== instrument.currency) return null
  const quantity = signedQuantity(execution)
  return { quantity, money: quantity.times(execution.price).times(point).plus(charge.amount) }
}
