import type { Break, Cause } from '#shared/break.ts'
import type { CashClass } from '#shared/cash.ts'
import type { ConId } from '#shared/ids.ts'
import { D, ZERO, type Decimal } from '#shared/money.ts'
import { isoOf, millisOf, type UtcMillis } from '#shared/time.ts'
import { standingEntries, type CashEntry } from './cash.ts'
import { ranked, type Certainty, type Fact, type LikelyCause, type Proposal } from './cause.ts'
import type { BrokenInstrument } from './cause-evidence.ts'
import { toBase, type FxRates } from './fx.ts'
import type { PendingCash } from './cause-pending.ts'
import { NEAR_PRICE } from './cause-paid.ts'
import { dividendPaidAtOnce, WITHHELD, type HeldShare } from './cause-dividend.ts'
import { pointValue } from './valuation.ts'

/** A dividend that was announced, and what was held of it at its ex-date. */
export type DeclaredDividend = {
  readonly symbol: string
  readonly conId: ConId
  readonly currency: string
  /** YYYYMMDD. */
  readonly exDate: string
  readonly perShare: Decimal
  /** Signed: who is short pays it. */
  readonly heldAtExDate: Decimal
}

/** What the broker said was accrued of something in a currency, at the last run and now. */
export type Accrual = { readonly before: Decimal; readonly now: Decimal }

/** What is known around a break of cash. */
export type CashEvidence = {
  readonly break: Break
  /** All open breaks of cash of the account, this one may be among them. */
  readonly cashBreaks: readonly Break[]
  readonly quantityBreaks: readonly BrokenInstrument[]
  /** Those of them in the currency, with the cash that settling them will move. */
  readonly pending: readonly PendingCash[]
  /** Shares of the currency that the account holds. */
  readonly shares: readonly HeldShare[]
  /** Prices as quoted, by conId, of the instruments of those breaks. */
  readonly marks: ReadonlyMap<ConId, Decimal>
  readonly rates: FxRates
  readonly dividends: readonly DeclaredDividend[]
  /** IB's AccruedDividend and AccruedCash in the currency; null when it does not tell. */
  readonly accruedDividend: Accrual | null
  readonly accruedInterest: Accrual | null
  /** Entries booked before. */
  readonly history: readonly CashEntry[]
  readonly now: UtcMillis
}

const CENT = new D('0.01')
/** How near to the market's rate a conversion is. */
const NEAR_RATE = new D('0.01')
/** What may lie behind a break of cash, the best first. */
export function causesOfCash(evidence: CashEvidence): readonly LikelyCause[] {
  const amount = evidence.break.difference
  const { currency } = evidence.break
  if (amount === null || currency === null) return ranked([], [])
  const of: Known = { evidence, amount, currency }
  const causes = [
    conversion(of),
    ...dividends(of),
    accrued(of, 'dividend'),
    accrued(of, 'interest'),
    ofEvent(of),
    ofTrade(of),
    feeAsBefore(of),
  ]
  const isExplained = causes.some((cause) => cause !== null)
  if (isExplained) return ranked(causes, [])
  const waits = ofOther(of)
  if (waits !== null) return [waits]
  const evidenceText = 'Nothing that is known explains it'
  const paid = dividendPaidAtOnce({ ...of, shares: evidence.shares })
  return ranked([roundAmount(of), paid], [book('other', evidenceText, null)])
}

type Known = {
  readonly evidence: CashEvidence
  readonly amount: Decimal
  readonly currency: string
}

const book = (cashClass: CashClass, evidence: string, conId: ConId | null): Proposal => ({
  how: 'book cash',
  class: cashClass,
  strategy: null,
  conId,
  heldAt: null,
  evidence,
})

type Told = {
  readonly cause: Cause
  readonly certainty: Certainty
  readonly sentence: string
  readonly facts: readonly Fact[]
  readonly class: CashClass
  readonly conId?: ConId
}

const cause = ({ class: cashClass, conId, ...told }: Told): LikelyCause => ({
  ...told,
  proposals: [book(cashClass, told.sentence, conId ?? null)],
})

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
    return cause({
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
    return cause({
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

const isNearCent = (a: Decimal, b: Decimal): boolean => a.minus(b).abs().lessThanOrEqualTo(CENT)

/** What the broker had accrued fell by what the cash rose: it was paid. */
function accrued(
  { evidence, amount, currency }: Known,
  what: 'dividend' | 'interest',
): LikelyCause | null {
  const accrual = what === 'dividend' ? evidence.accruedDividend : evidence.accruedInterest
  if (accrual === null || !isNearCent(accrual.before.minus(accrual.now), amount)) return null
  return cause({
    cause: what,
    certainty: 'likely',
    sentence: `What the broker had accrued of ${what} in ${currency} was paid.`,
    facts: [
      { name: 'accrued before', value: accrual.before.toFixed() },
      { name: 'accrued now', value: accrual.now.toFixed() },
    ],
    class: what,
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

/** The same was booked as a fee in an earlier month. */
function feeAsBefore({ evidence, amount, currency }: Known): LikelyCause | null {
  if (!amount.isNegative()) return null
  const month = isoOf(evidence.now).slice(0, 7)
  const same = standingEntries(evidence.history).filter(
    (entry) =>
      entry.class === 'fee' &&
      entry.currency === currency &&
      entry.amount.equals(amount) &&
      isoOf(millisOf(entry.at)).slice(0, 7) < month,
  )
  const last = same.at(-1)
  if (last === undefined) return null
  const day = isoOf(millisOf(last.at)).slice(0, 10)
  return cause({
    cause: 'fee',
    certainty: 'likely',
    sentence: `The same fee was booked on ${day}.`,
    facts: [
      { name: 'times before', value: String(same.length) },
      { name: 'evidence then', value: last.evidence },
    ],
    class: 'fee',
  })
}

/** Owners move round amounts. Not said where anything else explains it. */
function roundAmount({ amount, currency }: Known): LikelyCause | null {
  if (amount.abs().lessThan(100) || !amount.modulo(100).isZero()) return null
  const what = amount.isNegative() ? 'withdrawal' : 'deposit'
  return cause({
    cause: what,
    certainty: 'possible',
    sentence: `${amount.abs().toFixed()} ${currency} is a round amount: a ${what}, perhaps.`,
    facts: [{ name: 'amount', value: amount.toFixed() }],
    class: what,
  })
}
