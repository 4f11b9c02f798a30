import { EVERY_STRATEGY } from '#shared/ids.ts'
import { D, ZERO, type Decimal, type Quantity } from '#shared/money.ts'
import { isoOf, millisOf, type UtcNanos } from '#shared/time.ts'
import { costAtBroker, endAccountFold, foldAccountChunk, type AccountCost } from './account-cost.ts'
import type { Adjustment } from './adjustment.ts'
import type { LikelyCause } from './cause.ts'
import type { QuantityEvidence, TradedLately } from './cause-evidence.ts'
import { canSplit, COST_TOLERANCE, priceInLieu, RATIOS, type Ratio } from './cause-split.ts'
import { signedQuantity, type Fill } from './fill.ts'

/** How near to the price before, divided by the ratio, the first price after a split must be. */
export const PRICE_TOLERANCE = new D('0.15')
/** A price that moved by less than this was not split. */
export const LEAST_JUMP = new D('0.2')

/** A moment between two trades at which the instrument may have split. */
export type Cut = {
  /** Executed right after it. */
  readonly next: Fill
  /** The last price known before it, as quoted; null when none is. */
  readonly priceBefore: Decimal | null
  /** What the account held then, and what it has traded since. */
  readonly held: Decimal
  readonly traded: Decimal
  readonly trades: number
}

type Found = {
  readonly cut: Cut
  readonly ratio: Ratio
  /** What of a unit was paid out, signed like the holding. */
  readonly fraction: Decimal
  /** What the broker says all of it costs and what the book would; null when one is unknown. */
  readonly costs: { readonly ledger: Decimal; readonly broker: Decimal } | null
}

/**
 * A split after which the instrument was traded before anybody looked: what was held before some
 * trade, times a ratio of small whole numbers, and the trades since, are what the broker holds; the
 * price fell or rose by that ratio between two trades; and the cost, folded anew with the split in
 * its place, is the broker's. Where no price is known before it, the cost must tell; where no cost
 * is known, the price must, and the ratio is n for 1 or 1 for n.
 */
export function datedSplitCause(evidence: QuantityEvidence): LikelyCause | null {
  const { lately, instrument, break: broken } = evidence
  const { ledger, broker } = broken
  if (lately === null || ledger === null || broker === null || !canSplit(instrument)) return null
  for (const cut of cutsOf(lately, ledger)) {
    const whole = broker.minus(cut.traded)
    if (whole.isZero() || whole.isNegative() !== cut.held.isNegative()) continue
    for (const ratio of ratiosFor(cut, whole)) {
      const fraction = cut.held.times(ratio.to).dividedBy(ratio.from).minus(whole)
      const found = {
        cut,
        ratio,
        fraction,
        costs: costsWith(evidence, lately, { cut, ratio, fraction }),
      }
      if (isBelievable(found)) return causeOf(evidence, found)
    }
  }
  return null
}

/** Before each trade at which nothing else was executed; the earliest first. */
export function cutsOf({ fills, priceBefore }: TradedLately, ledger: Decimal): readonly Cut[] {
  const all = fills.reduce<Decimal>((sum, one) => sum.plus(signedQuantity(one.execution)), ZERO)
  let held = ledger.minus(all)
  const cuts: Cut[] = []
  for (const [index, next] of fills.entries()) {
    const last = fills[index - 1]?.execution
    if (last?.executedAt !== next.execution.executedAt && !held.isZero()) {
      const traded = ledger.minus(held)
      const before = last?.price ?? priceBefore
      cuts.push({ next, priceBefore: before, held, traded, trades: fills.length - index })
    }
    held = held.plus(signedQuantity(next.execution))
  }
  return cuts
}

/** The ratios that make whole units of what was held, and that the price does not speak against. */
function ratiosFor({ held, next, priceBefore }: Cut, whole: Decimal): readonly Ratio[] {
  const jump = priceBefore?.dividedBy(next.execution.price) ?? null
  if (jump?.minus(1).abs().lessThan(LEAST_JUMP) === true) return []
  return RATIOS.filter(({ to, from }) => {
    const isOff = jump !== null && jump.times(from).dividedBy(to).minus(1).abs().gt(PRICE_TOLERANCE)
    return !isOff && held.times(to).dividedBy(from).truncated().equals(whole)
  })
}

type Tried = Pick<Found, 'cut' | 'ratio' | 'fraction'>

/** Both costs when the history is folded with the split in its place. */
function costsWith(
  { instrument, brokerAverage, break: { broker } }: QuantityEvidence,
  lately: TradedLately,
  tried: Tried,
): Found['costs'] {
  const { before, fills, adjustments } = lately
  const entries = [...adjustments, ...entriesOf(tried, before)]
  const waiting = entries.toSorted((a, b) => (a.effectiveAt < b.effectiveAt ? -1 : 1))
  const folding = { state: before, waiting, currency: instrument.currency }
  const cost = endAccountFold(foldAccountChunk(folding, fills))
  const ledger = costAtBroker(cost, instrument)
  if (ledger === null || brokerAverage === null || broker === null) return null
  return { ledger, broker: brokerAverage.times(broker) }
}

/** The split, and the fraction paid out; at what price does not matter to the cost that is left. */
function entriesOf({ cut, ratio, fraction }: Tried, { position }: AccountCost) {
  const effectiveAt = (cut.next.execution.executedAt - 1n) as UtcNanos
  const of = {
    ...{ strategy: EVERY_STRATEGY, conId: position.conId, effectiveAt, recordedAt: effectiveAt },
    ...{ standsFor: null, command: '', breakId: null, author: '', reason: '', reverses: null },
  }
  const parts = { to: new D(ratio.to), from: new D(ratio.from) }
  const split: Adjustment = {
    ...{ ...of, id: '1', kind: 'split', quantity: ZERO, cost: new D(0), ratio: parts },
  }
  const paid: Adjustment = {
    ...{ ...of, id: '2', kind: 'cash-in-lieu', quantity: fraction.negated() as Quantity },
    ...{ cost: new D(0), ratio: null },
  }
  return fraction.isZero() ? [split] : [split, paid]
}

function isBelievable({ cut, ratio, fraction, costs }: Found): boolean {
  if (costs !== null) {
    const off = costs.ledger.minus(costs.broker).abs()
    return off.lessThanOrEqualTo(costs.ledger.abs().times(COST_TOLERANCE))
  }
  const isSimple = (ratio.to === 1 || ratio.from === 1) && fraction.isZero()
  return isSimple && cut.priceBefore !== null
}

function causeOf(evidence: QuantityEvidence, { cut, ratio, fraction, costs }: Found): LikelyCause {
  const { next, held, traded, trades, priceBefore } = cut
  const { executedAt, price } = next.execution
  const { to, from } = ratio
  const times = trades === 1 ? 'one trade' : `${trades} trades`
  const unknown = costs === null ? ' What it cost is not known, though.' : ''
  return {
    cause: 'split',
    certainty: costs === null ? 'possible' : 'likely',
    sentence: `A split, ${to} for every ${from}, before the last ${times} in it.${unknown}`,
    facts: [
      { name: 'ratio', value: `${to} for ${from}` },
      { name: 'before the trade of', value: isoOf(millisOf(executedAt)) },
      { name: 'held before it', value: held.toFixed() },
      { name: 'traded since', value: traded.toFixed() },
      { name: 'price before', value: priceBefore?.toFixed() ?? 'unknown' },
      { name: 'price after', value: price.toFixed() },
      { name: 'cost in the ledger', value: costs?.ledger.toFixed(2) ?? 'unknown' },
      { name: 'cost at the broker', value: costs?.broker.toFixed(2) ?? 'unknown' },
    ],
    proposals: [
      {
        how: 'split',
        ratio: { to: new D(to), from: new D(from) },
        cashInLieuPrice: fraction.isZero() ? null : priceInLieu(evidence, fraction),
        before: executedAt,
      },
    ],
  }
}
