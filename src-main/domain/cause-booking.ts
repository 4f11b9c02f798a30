import type { Cause } from '#shared/break.ts'
import type { CashClass } from '#shared/cash.ts'
import type { ConId } from '#shared/ids.ts'
import { D, type Decimal } from '#shared/money.ts'
import type { Certainty, Fact, LikelyCause, Proposal } from './cause.ts'

const CENT = new D('0.01')

/** Balances are told in cents, each rounded for itself. */
export const isNearCent = (a: Decimal, b: Decimal): boolean =>
  a.minus(b).abs().lessThanOrEqualTo(CENT)

/** To book the change of cash as this; nobody's in particular, unless an instrument is named. */
export const book = (cashClass: CashClass, evidence: string, conId: ConId | null): Proposal => ({
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

/** A cause whose proposal is to book the cash, with the sentence as its evidence. */
export const bookedAs = ({ class: cashClass, conId, ...told }: Told): LikelyCause => ({
  ...told,
  proposals: [book(cashClass, told.sentence, conId ?? null)],
})
