import { D, type Decimal } from '#shared/money.ts'
import { isoOf, millisOf } from '#shared/time.ts'
import type { LikelyCause, Proposal } from './cause.ts'
import type { QuantityEvidence } from './cause-evidence.ts'
import { cutsOf, LEAST_JUMP, PRICE_TOLERANCE, type Cut } from './cause-dated-split.ts'
import { canSplit, RATIOS, type Ratio } from './cause-split.ts'

/** A moment at which the price jumped as in a split, and the ratio it jumped by. */
type Jump = { readonly cut: Cut; readonly ratio: Ratio }

/**
 * Several splits between which the instrument was traded before anybody looked. Without a trade
 * between them they are one split by the product of their ratios, and known as that. With one there
 * is no single moment and ratio that makes it whole: nothing is proposed, and it says why.
 * @param proposals what is proposed where nothing is known.
 */
export function severalSplits(
  { lately, instrument, break: broken }: QuantityEvidence,
  proposals: readonly Proposal[],
): LikelyCause | null {
  const { ledger, broker } = broken
  if (lately === null || ledger === null || broker === null || !canSplit(instrument)) return null
  const jumps = cutsOf(lately, ledger).flatMap((cut) => jumpAt(cut) ?? [])
  if (jumps.length < 2 || !heldAfter(jumps, ledger).equals(broker)) return null
  return {
    cause: 'unknown',
    certainty: 'possible',
    sentence:
      `${jumps.length} splits with trades between them would explain it. Each has a moment of ` +
      'its own, so that no single split does: import a statement, or keep the difference.',
    facts: jumps.map(({ cut, ratio }) => ({
      name: `${ratio.to} for ${ratio.from} before the trade of`,
      value: isoOf(millisOf(cut.next.execution.executedAt)),
    })),
    proposals,
  }
}

/** The n for 1, or 1 for n, that the price before a trade and the trade's come nearest to. */
function jumpAt(cut: Cut): Jump | null {
  const { priceBefore, next } = cut
  if (priceBefore === null || priceBefore.isZero() || next.execution.price.isZero()) return null
  const jump = priceBefore.dividedBy(next.execution.price)
  if (jump.minus(1).abs().lessThan(LEAST_JUMP)) return null
  const off = ({ to, from }: Ratio): Decimal => jump.times(from).dividedBy(to).minus(1).abs()
  const [nearest] = RATIOS.filter(({ to, from }) => to === 1 || from === 1)
    .filter((ratio) => off(ratio).lessThanOrEqualTo(PRICE_TOLERANCE))
    .toSorted((a, b) => off(a).comparedTo(off(b)))
  return nearest === undefined ? null : { cut, ratio: nearest }
}

/** What is held once each split has been applied where the price jumped. */
function heldAfter(jumps: readonly Jump[], ledger: Decimal): Decimal {
  const [first] = jumps
  let held: Decimal = first?.cut.held ?? new D(0)
  for (const [index, { cut, ratio }] of jumps.entries()) {
    const until = jumps[index + 1]?.cut.held ?? ledger
    held = held.times(ratio.to).dividedBy(ratio.from).plus(until.minus(cut.held))
  }
  return held
}
