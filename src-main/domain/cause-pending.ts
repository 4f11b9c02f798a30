import type { Break, Cause } from '#shared/break.ts'
import type { Instrument } from '#shared/instrument.ts'
import { ZERO, type Decimal } from '#shared/money.ts'
import { isFuture } from './cash.ts'
import type { LikelyCause, Proposal } from './cause.ts'
import { unitsOf } from './cause-delivery.ts'
import type { BrokenInstrument } from './cause-evidence.ts'
import { pointValue } from './valuation.ts'

/** A break of quantity that is open, and the cash its settlement will move. */
export type PendingCash = {
  readonly symbol: string
  readonly currency: string
  readonly cause: Cause
  /** As first proposed; null when that moves none, or nobody can tell how much. */
  readonly amount: Decimal | null
}

/** What settling a break of quantity by its best cause will move in cash. */
export function pendingCash(
  { break: broken, instrument }: BrokenInstrument,
  causes: readonly LikelyCause[],
): PendingCash {
  const [best] = causes
  const [proposal] = best?.proposals ?? []
  const { symbol, currency } = instrument
  const amount = proposal === undefined ? null : cashOf(proposal, broken, instrument)
  return { symbol, currency, cause: best?.cause ?? 'unknown', amount }
}

function cashOf(proposal: Proposal, broken: Break, instrument: Instrument): Decimal | null {
  const { difference } = broken
  if (difference === null || isFuture(instrument)) return null
  switch (proposal.how) {
    case 'deliver': {
      const { strike } = instrument
      return strike && strike.times(unitsOf(instrument, difference)).negated()
    }
    case 'split': {
      const paidOut = fractionOf(broken, proposal)
      return paidOut && worth(proposal.cashInLieuPrice ?? ZERO, paidOut, instrument)
    }
    case 'expire':
    case 'assign':
      return proposal.price && worth(proposal.price, difference.negated(), instrument)
    default:
      return null
  }
}

type Split = Extract<Proposal, { readonly how: 'split' }>

/**
 * What a split leaves beyond what the broker holds; null for one that trades followed, which are
 * not known here, unless it leaves none.
 */
function fractionOf({ ledger, broker }: Break, split: Split): Decimal | null {
  if (split.before !== null) return split.cashInLieuPrice === null ? ZERO : null
  const { to, from } = split.ratio
  return ledger && broker && ledger.times(to).dividedBy(from).minus(broker)
}

function worth(price: Decimal, quantity: Decimal, instrument: Instrument): Decimal | null {
  const point = pointValue(instrument)
  return point && price.times(quantity).times(point)
}
