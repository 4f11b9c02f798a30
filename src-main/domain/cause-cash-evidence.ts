import type { Break } from '#shared/break.ts'
import type { ConId } from '#shared/ids.ts'
import type { Decimal } from '#shared/money.ts'
import type { UtcMillis, UtcNanos } from '#shared/time.ts'
import type { CashEntry } from './cash.ts'
import type { HeldShare } from './cause-dividend.ts'
import type { BrokenInstrument } from './cause-evidence.ts'
import type { PendingCash } from './cause-pending.ts'
import type { FxRates } from './fx.ts'

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

/**
 * What the broker said was accrued of something in a currency: everything it told since the two
 * sides last agreed, and now. What is owed to the broker is negative.
 */
export type Accrual = { readonly told: readonly Decimal[]; readonly now: Decimal }

/** All that was due and not paid, dividends and interest, in the base currency. */
export type AccruedInAll = {
  readonly baseCurrency: string
  readonly before: Decimal
  readonly now: Decimal
}

/** A settlement of which nothing is left, for executions have turned up that tell all of it. */
export type GaveWay = {
  readonly symbol: string
  readonly command: string
  readonly settledAt: UtcNanos
  /** What it was settled for beyond what the executions paid, charges too; in the currency. */
  readonly leftOver: Decimal
  /** Which executions they were. */
  readonly executions: readonly string[]
}

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
  /** Of both and all currencies, in the base currency: when all cash last agreed, and now. */
  readonly accruedInAll: AccruedInAll | null
  /** Settlements of the currency that executions took the place of in full. */
  readonly gaveWay: readonly GaveWay[]
  /** Entries booked before. */
  readonly history: readonly CashEntry[]
  readonly now: UtcMillis
}

/** A break of cash of a known amount, and what is known around it. */
export type Known = {
  readonly evidence: CashEvidence
  readonly amount: Decimal
  readonly currency: string
}
