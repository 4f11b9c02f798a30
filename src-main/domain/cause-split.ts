import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import { costAtBroker } from './account-cost.ts'
import type { LikelyCause } from './cause.ts'
import { NEAR_PRICE, priceOfCash } from './cause-paid.ts'
import type { QuantityEvidence } from './cause-evidence.ts'

export type Ratio = { readonly to: number; readonly from: number }

/** How near two costs must be. */
export const COST_TOLERANCE = new D('0.005')

/** 2 for 1 up to 100 for 1, their reverses, and 3 for 2 and the like: the smallest first. */
export const RATIOS: readonly Ratio[] = ratios()

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
 * as a fraction of a unit that was paid out, its share of the cost with it. Where a cost is not
 * known only n for 1 and 1 for n without a fraction are thought of, and only as possible.
 */
export function splitCause(evidence: QuantityEvidence): LikelyCause | null {
  const held = heldOf(evidence)
  if (held === null) return null
  const costs = costsOf(evidence, held.broker)
  const found = costs === null ? ratioByQuantity(held) : ratioByCost(held, costs)
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
        cashInLieuPrice: isExact ? null : priceInLieu(evidence, fractionOf(held, ratio)),
        before: null,
      },
    ],
  }
}

export const canSplit = ({ secType }: Pick<Instrument, 'secType'>): boolean =>
  ['STK', 'ETF', 'FUND'].includes(secType)

type Held = { readonly ledger: Decimal; readonly broker: Decimal }

/** What both sides hold of what can split; null where one holds none, or the other way. */
function heldOf({ instrument, break: broken }: QuantityEvidence): Held | null {
  const { ledger, broker } = broken
  if (!canSplit(instrument)) return null
  if (ledger === null || broker === null || ledger.isZero() || broker.isZero()) return null
  return ledger.isNegative() === broker.isNegative() ? { ledger, broker } : null
}

type Found = { readonly ratio: Ratio; readonly isExact: boolean }

const exactly = ({ ledger, broker }: Held): Ratio | undefined =>
  RATIOS.find(({ to, from }) => ledger.times(to).equals(broker.times(from)))

function ratioByQuantity(held: Held): Found | null {
  const ratio = exactly(held)
  return ratio?.to === 1 || ratio?.from === 1 ? { ratio, isExact: true } : null
}

/** Of ratios that leave a fraction the one whose cost without it comes nearest the broker's. */
function ratioByCost(held: Held, costs: Held): Found | null {
  const exact = exactly(held)
  if (exact !== undefined)
    return isNear(costs.ledger, costs.broker) ? { ratio: exact, isExact: true } : null
  const { ledger, broker } = held
  let best: { readonly ratio: Ratio; readonly off: Decimal } | null = null
  for (const ratio of RATIOS) {
    const after = ledger.times(ratio.to).dividedBy(ratio.from)
    if (!after.truncated().equals(broker)) continue
    const left = costs.ledger.times(broker).dividedBy(after)
    const off = D.min(...[left, costs.ledger].map((cost) => cost.minus(costs.broker).abs()))
    if (best === null || off.lessThan(best.off)) best = { ratio, off }
  }
  const allowed = costs.ledger.abs().times(COST_TOLERANCE)
  return best?.off.lessThanOrEqualTo(allowed) === true
    ? { ratio: best.ratio, isExact: false }
    : null
}

const fractionOf = ({ ledger, broker }: Held, { to, from }: Ratio): Decimal =>
  ledger.times(to).dividedBy(from).minus(broker)

/** What the cash says was paid for the fraction, if that is near the price; else the price. */
export function priceInLieu(
  { cashBreak, instrument, mark }: QuantityEvidence,
  fraction: Decimal,
): Decimal | null {
  const paid = priceOfCash(cashBreak?.difference ?? null, { instrument, quantity: fraction })
  if (paid === null || mark === null) return mark
  return paid.minus(mark).abs().lessThanOrEqualTo(mark.times(NEAR_PRICE))
    ? toLedgerScale(paid)
    : mark
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
