import type { CashClass } from '#shared/cash.ts'
import type { ConId } from '#shared/ids.ts'
import { D, ZERO, type Decimal } from '#shared/money.ts'
import { isoOf, millisOf } from '#shared/time.ts'
import { standingEntries } from './cash.ts'
import type { LikelyCause } from './cause.ts'
import { dayOf, LAST_POSTING_DAY } from './cause-accrual.ts'
import { bookedAs } from './cause-booking.ts'
import type { Known } from './cause-cash-evidence.ts'

/** Classes that come again, and are causes by the same name. */
const HABITS = ['fee', 'deposit', 'withdrawal', 'dividend', 'interest'] as const
type Habit = (typeof HABITS)[number]

/** So often in earlier months the same amount is a habit: what may be then is likely. */
const TWICE = 2
/** How far two of a kind may be apart: days of the month, and a part of the amount. */
const ABOUT = { days: 3, amount: new D('0.25') }
/** Rates and balances change, but hardly by more than this from one month's interest to another. */
const INTEREST_FACTOR = 3

/** Something booked in an earlier month, all of it together, whosever it was. */
type Before = {
  readonly class: CashClass
  readonly day: string
  readonly amount: Decimal
  readonly conId: ConId | null
  readonly evidence: string
}

/** What was booked in the currency in months before this one, in the order of time. */
function booked({ evidence, currency }: Known): readonly Before[] {
  const month = isoOf(evidence.now).slice(0, 7)
  const sums = new Map<string, Before>()
  for (const entry of standingEntries(evidence.history)) {
    const day = isoOf(millisOf(entry.at)).slice(0, 10)
    if (entry.currency !== currency || day.slice(0, 7) >= month) continue
    const { class: cashClass, conId, evidence: why } = entry
    // One thing may have been shared out among strategies.
    const key = [cashClass, conId, entry.at, why].join('|')
    const amount = (sums.get(key)?.amount ?? ZERO).plus(entry.amount)
    sums.set(key, { class: cashClass, day, amount, conId, evidence: why })
  }
  return [...sums.values()].toSorted((a, b) => (a.day < b.day ? -1 : Number(a.day > b.day)))
}

/**
 * The very amount was booked in an earlier month. Of a fee that is likely, of anything else from
 * the second time on.
 */
export function asBefore(of: Known): readonly LikelyCause[] {
  const same = booked(of).filter(({ amount }) => amount.equals(of.amount))
  return HABITS.flatMap((habit): readonly LikelyCause[] => {
    const own = same.filter((one) => one.class === habit)
    const last = own.at(-1)
    if (last === undefined) return []
    const isLikely = habit === 'fee' || monthsOf(own) >= TWICE
    return [
      bookedAs({
        cause: habit,
        certainty: isLikely ? 'likely' : 'possible',
        sentence: `The same ${habit} was booked on ${last.day}.`,
        facts: factsOf(own, last),
        class: habit,
        ...(last.conId === null ? {} : { conId: last.conId }),
      }),
    ]
  })
}

const monthsOf = (all: readonly Before[]): number =>
  new Set(all.map(({ day }) => day.slice(0, 7))).size

const factsOf = (all: readonly Before[], last: Before): LikelyCause['facts'] => [
  { name: 'times before', value: String(all.length) },
  { name: 'evidence then', value: last.evidence },
]

/** Fees of about this much were booked about this day in two earlier months at least. */
export function feeAboutAsBefore(of: Known): LikelyCause | null {
  const today = dayOf(isoOf(of.evidence.now))
  const about = booked(of).filter(
    ({ class: cashClass, amount, day }) =>
      cashClass === 'fee' &&
      Math.abs(dayOf(day) - today) <= ABOUT.days &&
      amount.minus(of.amount).abs().lessThanOrEqualTo(amount.abs().times(ABOUT.amount)),
  )
  return monthsOf(about) < TWICE ? null : alike('fee', about, 'Fees of about this much')
}

/**
 * Interest is posted in the first days of a month, and some of the same order was booked in those
 * of an earlier one. Not where the broker says that what it has accrued did not fall.
 */
export function interestAsBefore(of: Known): LikelyCause | null {
  const { evidence, amount } = of
  if (dayOf(isoOf(evidence.now)) > LAST_POSTING_DAY) return null
  const accrual = evidence.accruedInterest
  const isAccrued = accrual !== null && !accrual.now.isZero()
  const hasFallen = accrual?.told.some((told) => told.abs().greaterThan(accrual.now.abs()))
  if (isAccrued && hasFallen !== true) return null
  const about = booked(of).filter(
    (one) =>
      one.class === 'interest' &&
      !one.amount.equals(amount) &&
      dayOf(one.day) <= LAST_POSTING_DAY &&
      isOfOrder(one.amount, amount),
  )
  return alike('interest', about, 'Interest of this order, which is posted in these days,')
}

const isOfOrder = (a: Decimal, b: Decimal): boolean => {
  const times = a.isZero() ? ZERO : b.dividedBy(a)
  return (
    times.times(INTEREST_FACTOR).greaterThanOrEqualTo(1) && times.lessThanOrEqualTo(INTEREST_FACTOR)
  )
}

function alike(habit: Habit, all: readonly Before[], what: string): LikelyCause | null {
  const last = all.at(-1)
  if (last === undefined) return null
  const was = habit === 'fee' ? 'were' : 'was'
  return bookedAs({
    cause: habit,
    certainty: 'possible',
    sentence: `${what} ${was} booked on ${last.day}.`,
    facts: [{ name: 'amount then', value: last.amount.toFixed() }, ...factsOf(all, last)],
    class: habit,
  })
}
