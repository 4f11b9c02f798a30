import { D, type Decimal } from '#shared/money.ts'
import { isoOf } from '#shared/time.ts'
import type { Fact, LikelyCause } from './cause.ts'
import { book, bookedAs, isNearCent } from './cause-booking.ts'
import type { Accrual, Known } from './cause-cash-evidence.ts'
import { factOfShare, fittingShares } from './cause-dividend.ts'

/**
 * IB credits a month's interest in the first full week of the next month at the latest, which may
 * end as late as this day. Source: IB's description of Accrued Cash.
 */
export const LAST_POSTING_DAY = 13
/** What has accrued anew since may be so much of what was posted; more is another thing. */
const ANEW = { likely: new D('0.2'), most: new D('0.5') }

/** The day of the month, 1 to 31, in UTC. */
export const dayOf = (iso: string): number => Number(iso.slice(8, 10))

/**
 * What the broker had accrued of dividends fell by what the cash rose: it was paid. Of the share
 * that alone pays whole cents at that amount, as far as one can tell from what is held.
 */
export function accruedDividend(of: Known): LikelyCause | null {
  const { amount, currency, evidence } = of
  const paid = paidOf(evidence.accruedDividend, amount)
  if (paid === null) return null
  const fitting = fittingShares({ amount, shares: evidence.shares })
  const sentence = `What the broker had accrued of dividend in ${currency} was paid.`
  const own = fitting.map(({ instrument }) => book('dividend', sentence, instrument.conId))
  const nobodys = book('dividend', sentence, null)
  return {
    cause: 'dividend',
    certainty: 'likely',
    sentence,
    facts: [...paid, ...fitting.map(factOfShare)],
    proposals: own.length === 1 ? own : [nobodys, ...own],
  }
}

/**
 * All that was accrued fell by what the cash moved since it agreed, while nobody could see of
 * what: a dividend or interest was paid. Neither is more than possible; interest first in the days
 * it is posted, unless a share fits.
 */
export function accruedInAll(of: Known): readonly LikelyCause[] {
  const { amount, currency, evidence } = of
  const { accruedInAll: all, shares, now } = evidence
  if (all?.baseCurrency !== currency) return []
  if (!isNearCent(all.before.minus(all.now), amount)) return []
  const fitting = fittingShares({ amount, shares })
  const money = `${amount.toFixed()} ${currency}`
  const what = `What the broker had accrued in all fell by ${money} since the cash agreed`
  const facts = factsOf(all.before, all)
  const dividend = bookedAs({
    ...{ cause: 'dividend', certainty: 'possible', class: 'dividend' },
    sentence: `${what}: a dividend that was paid, perhaps.`,
    facts: [...facts, ...fitting.map(factOfShare)],
    ...(fitting.length === 1 && fitting[0] ? { conId: fitting[0].instrument.conId } : {}),
  })
  const interest = bookedAs({
    ...{ cause: 'interest', certainty: 'possible', class: 'interest' },
    ...{ sentence: `${what}: interest that was paid, perhaps.`, facts },
  })
  const isInterestTime = fitting.length === 0 && dayOf(isoOf(now)) <= LAST_POSTING_DAY
  return isInterestTime ? [interest, dividend] : [dividend, interest]
}

/** What the broker had accrued of interest fell by what the cash moved, or by most of it. */
export function accruedInterest(of: Known): LikelyCause | null {
  const { amount, currency, evidence } = of
  const paid = paidOf(evidence.accruedInterest, amount)
  if (paid === null) return interestInPart(of)
  return bookedAs({
    ...{ cause: 'interest', certainty: 'likely', class: 'interest' },
    sentence: `What the broker had accrued of interest in ${currency} was paid.`,
    facts: paid,
  })
}

const paidOf = (accrual: Accrual | null, amount: Decimal): readonly Fact[] | null => {
  const before = accrual?.told.find((told) => isNearCent(told.minus(accrual.now), amount))
  return accrual === null || before === undefined ? null : factsOf(before, accrual)
}

const factsOf = (before: Decimal, { now }: Pick<Accrual, 'now'>): readonly Fact[] => [
  { name: 'accrued before', value: before.toFixed() },
  { name: 'accrued now', value: now.toFixed() },
]

/**
 * Interest goes on accruing while a month's is posted: what is accrued then falls by less than was
 * paid. Likely where it is little less, in the days interest is posted; else possible.
 */
function interestInPart({ evidence, amount, currency }: Known): LikelyCause | null {
  const accrual = evidence.accruedInterest
  if (accrual === null) return null
  const [nearest] = accrual.told
    .map((before) => ({ before, anew: amount.minus(before).plus(accrual.now).dividedBy(amount) }))
    .filter(({ anew }) => anew.greaterThan(0) && anew.lessThanOrEqualTo(ANEW.most))
    .toSorted((a, b) => a.anew.comparedTo(b.anew))
  if (nearest === undefined) return null
  const day = isoOf(evidence.now).slice(0, 10)
  const isInTime = dayOf(day) <= LAST_POSTING_DAY
  const isLittle = nearest.anew.lessThanOrEqualTo(ANEW.likely)
  const fell = nearest.before.minus(accrual.now)
  return bookedAs({
    cause: 'interest',
    certainty: isInTime && isLittle ? 'likely' : 'possible',
    sentence:
      `What the broker had accrued of interest in ${currency} fell by most of it` +
      (isInTime ? ', in the days a month’s interest is posted.' : '.'),
    facts: [
      ...factsOf(nearest.before, accrual),
      { name: 'accrued anew', value: amount.minus(fell).toFixed() },
      { name: 'day', value: day },
    ],
    class: 'interest',
  })
}
