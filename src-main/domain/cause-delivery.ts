import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import type { Fact, LikelyCause } from './cause.ts'
import { priceOfCash } from './cause-paid.ts'
import type { BrokenInstrument, QuantityEvidence } from './cause-evidence.ts'

const isOption = ({ secType }: Instrument): boolean => secType === 'OPT' || secType === 'FOP'
const expires = (instrument: Instrument): boolean =>
  isOption(instrument) || instrument.secType === 'FUT'

/** IB's symbol of an option is its underlying's. */
const isUnderlying = (one: Instrument, option: Instrument): boolean =>
  (one.secType === 'STK' || one.secType === 'ETF') &&
  option.secType === 'OPT' &&
  one.symbol === option.symbol &&
  one.currency === option.currency

/** Units of the underlying that come (positive) or go with a change of the option's holding. */
export const unitsOf = ({ right, multiplier }: Instrument, change: Decimal): Decimal =>
  change.times(multiplier).times(right === 'call' ? -1 : 1)

/**
 * An option and its underlying moved together by the multiplier, on the sides an assignment or an
 * exercise moves them. Told of the option, to be settled with both legs, and of the underlying.
 */
export function deliveryCause(evidence: QuantityEvidence): LikelyCause | null {
  const { instrument, quantityBreaks } = evidence
  if (isOption(instrument)) {
    const stock = quantityBreaks.find((one) => isUnderlying(one.instrument, instrument))
    return stock === undefined ? null : deliveredOption(evidence, stock)
  }
  return deliveredStock(evidence)
}

/** Options whose holding shrank, with what each would have delivered. */
function deliverable(evidence: Pick<QuantityEvidence, 'quantityBreaks'>, stock: Instrument) {
  return evidence.quantityBreaks.flatMap(({ break: broken, instrument }) => {
    const change = broken.difference
    const held = broken.ledger
    if (!isUnderlying(stock, instrument) || change === null || held === null) return []
    const shrank = held.isNegative() !== change.isNegative() && change.abs().lte(held.abs())
    return shrank ? [{ instrument, change, units: unitsOf(instrument, change) }] : []
  })
}

function deliveredOption(evidence: QuantityEvidence, stock: BrokenInstrument): LikelyCause | null {
  const all = deliverable(evidence, stock.instrument)
  const own = all.find(({ instrument }) => instrument.conId === evidence.instrument.conId)
  const moved = stock.break.difference
  if (own === undefined || moved === null) return null
  const isAlone = own.units.equals(moved)
  if (!isAlone && !sumOf(all).equals(moved)) return null
  const kind = own.change.isNegative() ? 'exercise' : 'assignment'
  const contracts = `${own.change.abs().toFixed()} ${own.instrument.localSymbol}`
  const does = kind === 'exercise' ? 'were exercised' : 'were assigned'
  return {
    cause: kind,
    certainty: 'likely',
    sentence: `${contracts} ${does}: ${stock.instrument.symbol} moved by the multiplier.`,
    facts: factsOf(all, stock.instrument, moved),
    proposals: [{ how: 'deliver', kind, premium: 'realized' }],
  }
}

function deliveredStock(evidence: QuantityEvidence): LikelyCause | null {
  const { instrument, break: broken } = evidence
  const moved = broken.difference
  const all = deliverable(evidence, instrument)
  if (moved === null || all.length === 0) return null
  const alone = all.find(({ units }) => units.equals(moved))
  if (alone === undefined && !sumOf(all).equals(moved)) return null
  const options = alone === undefined ? all : [alone]
  const isExercise = options.every(({ change }) => change.isNegative())
  return {
    cause: isExercise ? 'exercise' : 'assignment',
    certainty: 'likely',
    sentence: 'It came with an option that ended: settle the option, and this is settled with it.',
    facts: factsOf(options, instrument, moved),
    proposals: [],
  }
}

type Delivered = ReturnType<typeof deliverable>

const sumOf = (all: Delivered): Decimal =>
  all.reduce<Decimal>((sum, { units }) => sum.plus(units), ZERO)

const factsOf = (options: Delivered, stock: Instrument, moved: Decimal): readonly Fact[] => [
  ...options.map(({ instrument, change }) => ({
    name: instrument.localSymbol,
    value: change.toFixed(),
  })),
  { name: stock.symbol, value: moved.toFixed() },
]

/** How near to its last mark a future is settled. */
const NEAR_SETTLEMENT = new D('0.001')

/**
 * An option or future which the broker lists no more: expired once its last day has come; before
 * that perhaps ended early, where no cash tells of a trade. An option whose underlying moved with
 * it was delivered instead.
 */
export function expiryCause(evidence: QuantityEvidence): LikelyCause | null {
  const { instrument, today } = evidence
  const { expiry, localSymbol } = instrument
  if (expiry === null || !isGone(evidence)) return null
  const isDue = expiry <= today
  if (!isDue && !isGoneUntraded(evidence)) return null
  const price = endingPrice(evidence)
  const day = `${expiry.slice(0, 4)}-${expiry.slice(4, 6)}-${expiry.slice(6)}`
  return {
    cause: 'expiry',
    certainty: isDue ? 'likely' : 'possible',
    sentence: isDue
      ? `${localSymbol} expired, and the broker holds none of it any more.`
      : `${localSymbol} is gone without a trade, before ${day}: it ended, perhaps.`,
    facts: [
      { name: 'expiry', value: expiry },
      { name: 'price', value: price?.toFixed() ?? 'unknown' },
    ],
    proposals: price === null ? [] : [{ how: 'expire', price }],
  }
}

/** Whether the broker holds none of what can expire any more, and nothing came in its place. */
const isGone = (evidence: QuantityEvidence): boolean =>
  expires(evidence.instrument) &&
  evidence.break.broker?.isZero() === true &&
  deliveryCause(evidence) === null

/** Whether the cash speaks against a trade: it agrees, or moved by much less than one costs. */
function isGoneUntraded(evidence: QuantityEvidence): boolean {
  const { instrument, mark, cashBreak, break: broken } = evidence
  if (evidence.doesCashAgree) return true
  if (!isOption(instrument)) return settlementPrice(evidence) !== null
  const moved = cashBreak?.difference ?? null
  const price = priceOfCash(moved, { instrument, quantity: broken.ledger ?? ZERO })
  return price !== null && mark !== null && price.abs().lessThan(mark.dividedBy(2))
}

/** Nothing for an option; for a future what the cash says, else its last mark. */
const endingPrice = (evidence: QuantityEvidence): Decimal | null =>
  isOption(evidence.instrument) ? new D(0) : (settlementPrice(evidence) ?? evidence.mark)

/** The price at which a future's P&L is what the cash says; null where it is far from its mark. */
function settlementPrice(evidence: QuantityEvidence): Decimal | null {
  const { instrument, mark, cashBreak, break: broken } = evidence
  const moved = cashBreak?.difference ?? null
  if (mark === null || moved === null || broken.ledger === null) return null
  const apart = priceOfCash(moved, { instrument, quantity: broken.ledger })
  if (apart?.abs().lessThanOrEqualTo(mark.abs().times(NEAR_SETTLEMENT)) !== true) return null
  return toLedgerScale(mark.plus(apart))
}
