import { D, ZERO, type Decimal } from '#shared/money.ts'
import { ranked, type LikelyCause } from './cause.ts'
import { accruedDividend, accruedInAll, accruedInterest } from './cause-accrual.ts'
import { book, bookedAs, isNearCent } from './cause-booking.ts'
import type { CashEvidence, Known } from './cause-cash-evidence.ts'
import { bookedTwice } from './cause-gave-way.ts'
import { dividendPaidAtOnce, WITHHELD } from './cause-dividend.ts'
import { asBefore, feeAboutAsBefore, interestAsBefore } from './cause-habit.ts'
import { NEAR_PRICE } from './cause-paid.ts'
import type { PendingCash } from './cause-pending.ts'
import { toBase } from './fx.ts'
import { pointValue } from './valuation.ts'

/** How near to the market's rate a conversion is. */
const NEAR_RATE = new D('0.01')
/** What may lie behind a break of cash, the best first. */
export function causesOfCash(evidence: CashEvidence): readonly LikelyCause[] {
  const amount = evidence.break.difference
  const { currency } = evidence.break
  if (amount === null || currency === null) return ranked([], [])
  const of: Known = { evidence, amount, currency }
  const causes = [
    bookedTwice(of),
    conversion(of),
    ...dividends(of),
    accruedDividend(of),
    accruedInterest(of),
    ofEvent(of),
    ofTrade(of),
    ...asBefore(of),
  ]
  // What the numbers fit leaves no room for what merely may be.
  if (causes.some((one) => one !== null && one.certainty !== 'possible')) return ranked(causes, [])
  const waits = ofOther(of)
  if (waits !== null) return [waits]
  const inAll = causes.some((one) => one !== null) ? [] : accruedInAll(of)
  const weaker = [
    ...inAll,
    roundAmount(of),
    inAll.length > 0 ? null : dividendPaidAtOnce({ ...of, shares: evidence.shares }),
    interestAsBefore(of),
    feeAboutAsBefore(of),
  ]
  const unknown = [book('other', 'Nothing that is known explains it', null)]
  return ranked([...causes, ...weaker], unknown)
}

/** Another currency moved the other way, by about as much at the market's rate. */
function conversion({ evidence, amount, currency }: Known): LikelyCause | null {
  const { rates, cashBreaks } = evidence
  const own = toBase(rates, amount, currency)
  if (own === null || own.isZero()) return null
  for (const other of cashBreaks) {
    if (other.currency === null || other.currency === currency) continue
    const its = toBase(rates, other.difference, other.currency)
    if (its === null || its.isZero() || its.isNegative() === own.isNegative()) continue
    if (own.plus(its).abs().greaterThan(own.abs().times(NEAR_RATE))) continue
    const moved = other.difference ?? ZERO
    return bookedAs({
      cause: 'conversion',
      certainty: 'likely',
      sentence: `${currency} and ${other.currency} moved against each other near their rate.`,
      facts: [
        { name: currency, value: amount.toFixed() },
        { name: other.currency, value: moved.toFixed() },
        { name: 'rate', value: moved.dividedBy(amount).abs().toSignificantDigits(8).toFixed() },
      ],
      class: 'conversion',
    })
  }
  return null
}

/** What was held at an ex-date times what was declared, less what is usually withheld. */
function dividends({ evidence, amount, currency }: Known): readonly LikelyCause[] {
  return evidence.dividends.flatMap((declared) => {
    if (declared.currency !== currency) return []
    const gross = declared.perShare.times(declared.heldAtExDate)
    const withheld = WITHHELD.find((rate) => {
      if (gross.isNegative() && !rate.isZero()) return false
      return isNearCent(gross.times(new D(1).minus(rate)), amount)
    })
    if (withheld === undefined || gross.isZero()) return []
    const { symbol, perShare, heldAtExDate, exDate, conId } = declared
    return bookedAs({
      cause: 'dividend',
      certainty: 'likely',
      sentence: `${symbol} paid ${perShare.toFixed()} on ${heldAtExDate.toFixed()} held.`,
      facts: [
        { name: 'ex-date', value: exDate },
        { name: 'before tax', value: gross.toFixed(2) },
        { name: 'withheld', value: `${withheld.times(100).toFixed()} %` },
      ],
      class: 'dividend',
      conId,
    })
  })
}

/** It is what settling a holding that changed in this currency moves, or several of them. */
function ofEvent({ evidence, amount }: Known): LikelyCause | null {
  const known = evidence.pending.filter((one) => one.amount?.isZero() === false)
  const [first] = known
  if (first === undefined) return null
  const all = known.reduce<Decimal>((sum, one) => sum.plus(one.amount ?? ZERO), ZERO)
  const alone = known.find((one) => isNearCent(one.amount ?? ZERO, amount))
  if (alone === undefined && !isNearCent(all, amount)) return null
  const meant = alone === undefined ? known : [alone]
  return {
    cause: (alone ?? first).cause,
    certainty: 'likely',
    sentence: `It is what settling ${namesOf(meant)} moves: settle that, and this goes with it.`,
    facts: meant.map((one) => ({ name: one.symbol, value: one.amount?.toFixed(2) ?? 'unknown' })),
    proposals: [],
  }
}

const namesOf = (pending: readonly PendingCash[]): string =>
  [...new Set(pending.map(({ symbol }) => symbol))].join(' and ')

const differ = (pending: readonly PendingCash[]): string =>
  new Set(pending.map(({ symbol }) => symbol)).size === 1 ? 'differs' : 'differ'

/** While a holding differs in this currency nobody can tell what else moved its cash. */
function ofOther({ evidence }: Known): LikelyCause | null {
  const { pending } = evidence
  if (pending.length === 0) return null
  return {
    cause: 'unknown',
    certainty: 'possible',
    sentence: `${namesOf(pending)} ${differ(pending)} in this currency, too: settle that first.`,
    facts: pending.map(({ symbol, cause: why }) => ({ name: symbol, value: why })),
    proposals: [],
  }
}

/** A holding of this currency changed, and this is about what such a trade costs. */
function ofTrade({ evidence, amount, currency }: Known): LikelyCause | null {
  for (const { break: broken, instrument } of evidence.quantityBreaks) {
    const point = pointValue(instrument)
    const mark = evidence.marks.get(instrument.conId)
    const moved = broken.difference
    if (instrument.currency !== currency || point === null || !mark || moved === null) continue
    if (instrument.secType === 'FUT' || instrument.secType === 'CFD') continue
    const worth = moved.times(mark).times(point).negated()
    if (worth.isZero() || amount.minus(worth).abs().greaterThan(worth.abs().times(NEAR_PRICE)))
      continue
    return {
      cause: 'missing execution',
      certainty: 'likely',
      sentence: `It is about what the difference in ${instrument.symbol} costs: settle that one.`,
      facts: [{ name: `${moved.toFixed()} ${instrument.symbol}`, value: worth.toFixed(2) }],
      proposals: [],
    }
  }
  return null
}

/** Owners move round amounts. Not said where anything else explains it. */
function roundAmount({ amount, currency }: Known): LikelyCause | null {
  if (amount.abs().lessThan(100) || !amount.modulo(100).isZero()) return null
  const what = amount.isNegative() ? 'withdrawal' : 'deposit'
  return bookedAs({
    cause: what,
    certainty: 'possible',
    sentence: `${amount.abs().toFixed()} ${currency} is a round amount: a ${what}, perhaps.`,
    facts: [{ name: 'amount', value: amount.toFixed() }],
    class: what,
  })
}
