import { D, type Decimal } from '#shared/money.ts'
import { costAtBroker } from './account-cost.ts'
import type { LikelyCause } from './cause.ts'
import type { QuantityEvidence } from './cause-evidence.ts'

type Ratio = { readonly to: number; readonly from: number }

/** How near two costs must be: cash in lieu takes its share out of the cost. */
const COST_TOLERANCE = new D('0.005')

/** 2 for 1 up to 100 for 1, their reverses, and 3 for 2 and the like: the smallest first. */
const RATIOS: readonly Ratio[] = ratios()

function ratios(): readonly Ratio[] {
  const all: Ratio[] = []
  for (let many = 2; many <= 100; many += 1) {
    all.push({ to: many, from: 1 }, { to: 1, from: many })
    for (let from = 2; many <= 10 && from <= 10; from += 1) {
      if (from !== many && isLowest(many, from)) all.push({ to: many, from })
    }
  }
  return all.toSorted((a, b) => a.to + a.from - b.to - b.from)
}

function isLowest(a: number, b: number): boolean {
  for (let divisor = 2; divisor <= Math.min(a, b); divisor += 1) {
    if (a % divisor === 0 && b % divisor === 0) return false
  }
  return true
}

/**
 * The broker holds a multiple of ours, in small whole numbers, for the same cost; or as much less
 * as a fraction of a unit that was paid out. Where a cost is not known only n for 1 and 1 for n
 * without a fraction are thought of, and only as possible.
 */
export function splitCause(evidence: QuantityEvidence): LikelyCause | null {
  const held = heldOf(evidence)
  if (held === null) return null
  const costs = costsOf(evidence, held.broker)
  if (costs !== null && !isNear(costs.ledger, costs.broker)) return null
  const found = ratioOf(held, costs !== null)
  if (found === null) return null
  const { ratio, isExact } = found
  const unknown = costs === null ? ' What it cost is not known, though.' : ''
  return {
    cause: 'split',
    certainty: costs === null ? 'possible' : 'likely',
    sentence: `The broker holds ${ratio.to} for every ${ratio.from} of ours: a split.${unknown}`,
    facts: [
      { name: 'ratio', value: `${ratio.to} for ${ratio.from}` },
      { name: 'cost in the ledger', value: costs?.ledger.toFixed(2) ?? 'unknown' },
      { name: 'cost at the broker', value: costs?.broker.toFixed(2) ?? 'unknown' },
    ],
    proposals: [
      {
        how: 'split',
        ratio: { to: new D(ratio.to), from: new D(ratio.from) },
        cashInLieuPrice: isExact ? null : evidence.mark,
      },
    ],
  }
}

type Held = { readonly ledger: Decimal; readonly broker: Decimal }

/** What both sides hold of what can split; null where one holds none, or the other way. */
function heldOf({ instrument, break: broken }: QuantityEvidence): Held | null {
  const { ledger, broker } = broken
  if (!['STK', 'ETF', 'FUND'].includes(instrument.secType)) return null
  if (ledger === null || broker === null || ledger.isZero() || broker.isZero()) return null
  return ledger.isNegative() === broker.isNegative() ? { ledger, broker } : null
}

function ratioOf(
  { ledger, broker }: Held,
  isCostKnown: boolean,
): { readonly ratio: Ratio; readonly isExact: boolean } | null {
  const exact = RATIOS.find(({ to, from }) => ledger.times(to).equals(broker.times(from)))
  if (exact !== undefined) {
    const isUsual = exact.to === 1 || exact.from === 1
    return isCostKnown || isUsual ? { ratio: exact, isExact: true } : null
  }
  if (!isCostKnown) return null
  const ratio = RATIOS.find(({ to, from }) =>
    ledger.times(to).dividedBy(from).truncated().equals(broker),
  )
  return ratio === undefined ? null : { ratio, isExact: false }
}

function costsOf(
  { cost, instrument, brokerAverage }: QuantityEvidence,
  broker: Decimal,
): Held | null {
  const ledger = cost === null ? null : costAtBroker(cost, instrument)
  if (ledger === null || brokerAverage === null) return null
  return { ledger, broker: brokerAverage.times(broker) }
}

const isNear = (a: Decimal, b: Decimal): boolean =>
  a.minus(b).abs().lessThanOrEqualTo(a.abs().times(COST_TOLERANCE))
