import { EVERY_STRATEGY, type ConId, type StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import { err, ok } from '#shared/result.ts'
import { untold } from './adjustment.ts'
import type { Position } from './position.ts'
import { residualOf, type DraftOutcome } from './settle-residual.ts'
import type { Line, SettleRequest, Settlement } from './settlement.ts'
import { pointValue } from './valuation.ts'

type Of<How extends Settlement['how']> = Extract<Settlement, { how: How }>

const heldIn = (positions: readonly Position[], conId: ConId): readonly Position[] =>
  positions
    .filter((position) => position.conId === conId && !position.quantity.isZero())
    .toSorted((a, b) => largestFirst(a, b))

const largestFirst = (a: Part, b: Part): number =>
  b.quantity.abs().comparedTo(a.quantity.abs()) || (a.strategy < b.strategy ? -1 : 1)

/**
 * Every `from` units become `to`. What the broker then has less, a fraction of a unit, was paid out
 * as cash in lieu, and is taken in proportion from those on the account's side: only then does the
 * account close a part, as it did at the broker. More than a fraction apart, a split is not what
 * happened.
 */
export function draftSplit(request: SettleRequest, split: Of<'split'>): DraftOutcome {
  const { ratio, cashInLieuPrice } = split
  const { instrument, break: broken } = request
  if (residualOf(request) === null || broken.broker === null) return err('wrong-kind')
  if (instrument === null) return err('unknown-instrument')
  if (!isRatio(ratio.to) || !isRatio(ratio.from)) return err('not-solvable')
  const { conId } = instrument
  const held = heldAtSplit(request, conId)
  const after = held.map(({ strategy, quantity }) => ({
    strategy,
    quantity: toLedgerScale(quantity.times(ratio.to).dividedBy(ratio.from)),
  }))
  const total = sumOf(after)
  const fraction = broken.broker.minus(total).minus(sumOf([...tradedParts(request)]))
  const isPaidOut = fraction.isZero() || fraction.isNegative() !== total.isNegative()
  if (!isPaidOut || fraction.abs().greaterThanOrEqualTo(1)) return err('not-solvable')
  const cost = new D(0)
  const splits: Line = { kind: 'split', strategy: EVERY_STRATEGY, conId, cost, ratio }
  if (fraction.isZero()) return ok({ lines: [splits], says: [] })
  if (cashInLieuPrice?.greaterThan(0) === false) return err('no-positive-price')
  let left = fraction
  const payers = after.filter(({ quantity }) => quantity.isNegative() === total.isNegative())
  const paying = sumOf(payers)
  const paid = payers.map(({ strategy, quantity }, index): Line => {
    const share = toLedgerScale(fraction.times(quantity).dividedBy(paying))
    const part = index === payers.length - 1 ? left : share
    left = left.minus(part)
    const value = cashInLieuPrice === null ? null : toLedgerScale(part.times(cashInLieuPrice))
    return { kind: 'cash-in-lieu', strategy, conId, quantity: part, cost: value }
  })
  const says = [`A fraction of ${fraction.abs().toFixed()} is paid out in cash.`]
  return ok({ lines: [splits, ...paid.filter(({ quantity }) => !quantity?.isZero())], says })
}

type Part = { readonly strategy: StrategyId; readonly quantity: Decimal }

const sumOf = (parts: readonly Part[]): Decimal =>
  parts.reduce<Decimal>((sum, { quantity }) => sum.plus(quantity), ZERO)

const tradedParts = ({ tradedSince }: SettleRequest): readonly Part[] =>
  [...tradedSince].map(([strategy, quantity]) => ({ strategy, quantity }))

/** What each strategy held when the split happened: now, less what it traded since. */
function heldAtSplit(request: SettleRequest, conId: ConId): readonly Part[] {
  const own = request.positions.filter((position) => position.conId === conId)
  return own
    .map(({ strategy, quantity }) => ({
      strategy,
      quantity: quantity.minus(request.tradedSince.get(strategy) ?? 0),
    }))
    .filter(({ quantity }) => !quantity.isZero())
    .toSorted(largestFirst)
}

const isRatio = (part: Decimal): boolean => part.isInteger() && part.greaterThan(0)

/** All that is held ends at a price; the broker must hold none of it any more. */
export function draftExpiry(request: SettleRequest, { price }: Of<'expire'>): DraftOutcome {
  const { instrument, break: broken } = request
  if (residualOf(request) === null) return err('wrong-kind')
  if (instrument === null) return err('unknown-instrument')
  if (broken.broker?.isZero() !== true) return err('not-solvable')
  if (!price.greaterThanOrEqualTo(0)) return err('no-positive-price')
  const held = heldIn(request.positions, instrument.conId)
  if (held.length === 0) return err('not-held')
  const lines = held.map(({ strategy, conId, quantity }): Line => {
    const closed = quantity.negated()
    return {
      kind: 'expiry',
      strategy,
      conId,
      quantity: closed,
      cost: toLedgerScale(closed.times(price)),
    }
  })
  return ok({ lines, says: [] })
}

/**
 * An option ends by assignment or exercise: its leg goes at nothing, realizing the premium, and
 * the underlying comes or goes at the strike; or the leg goes at its own cost and the premium
 * into the underlying's. Both legs are of the same strategies, the largest holding first.
 */
export function draftDelivery(request: SettleRequest, delivery: Of<'deliver'>): DraftOutcome {
  const { instrument, underlying, positions } = request
  const change = residualOf(request)
  if (change === null) return err('wrong-kind')
  if (instrument === null || underlying === null) return err('unknown-instrument')
  const terms = deliveryTerms(instrument, underlying)
  if (terms === null) return err('unknown-instrument')
  const closing = heldIn(positions, instrument.conId).filter(
    ({ quantity }) => quantity.isNegative() !== change.isNegative(),
  )
  let left = change
  const lines: Line[] = []
  for (const position of closing) {
    if (left.isZero()) break
    const size = D.min(left.abs(), position.quantity.abs())
    const quantity = left.isNegative() ? size.negated() : size
    left = left.minus(quantity)
    if (delivery.premium === 'in cost' && !position.isCostKnown) return err('unknown-cost')
    const premium = delivery.premium === 'in cost' ? costOf(position, quantity) : ZERO
    lines.push(...legs({ position, quantity, premium }, { terms, kind: delivery.kind }))
  }
  return left.isZero() ? ok({ lines, says: [] }) : err('not-held')
}

/** What a part of a holding cost, signed like the holding. */
const costOf = (position: Position, quantity: Decimal): Decimal =>
  quantity.abs().equals(position.quantity.abs())
    ? position.cost
    : toLedgerScale(position.cost.times(quantity.abs()).dividedBy(position.quantity.abs()))

type Terms = {
  readonly option: ConId
  readonly underlying: ConId
  /** Units of the underlying for one option that goes: negative for calls. */
  readonly unitsPerOption: Decimal
  /** The strike as the underlying is quoted. */
  readonly strike: Decimal
  /** What one quoted point of the option is worth in quoted points of the underlying. */
  readonly pointsPerPoint: Decimal
}

function deliveryTerms(option: Instrument, underlying: Instrument): Terms | null {
  const [own, its] = [pointValue(option), pointValue(underlying)]
  const { strike, right } = option
  if (own === null || its === null || strike === null || right === null) return null
  return {
    option: option.conId,
    underlying: underlying.conId,
    unitsPerOption: right === 'call' ? option.multiplier.negated() : option.multiplier,
    strike: strike.times(underlying.priceMagnifier ?? 1),
    pointsPerPoint: own.dividedBy(its),
  }
}

type Ended = {
  readonly position: Position
  readonly quantity: Decimal
  readonly premium: Decimal
}

function legs(
  { position, quantity, premium }: Ended,
  { terms, kind }: { readonly terms: Terms; readonly kind: 'assignment' | 'exercise' },
): readonly Line[] {
  const { strategy } = position
  const units = quantity.times(terms.unitsPerOption)
  const worth = units.times(terms.strike).plus(premium.times(terms.pointsPerPoint))
  return [
    { kind, strategy, conId: terms.option, quantity, cost: premium.negated() },
    { kind, strategy, conId: terms.underlying, quantity: units, cost: toLedgerScale(worth) },
  ]
}

/**
 * What an order filled and no execution tells, for what is left of its average. It must not be more
 * than the broker has more, so that nothing is stood for twice.
 */
export function draftStandIn(request: SettleRequest, settlement: Of<'stand in'>): DraftOutcome {
  const { order, strategy } = settlement
  const { instrument, orderFills } = request
  const residual = residualOf(request)
  if (residual === null) return err('wrong-kind')
  if (instrument === null) return err('unknown-instrument')
  const { conId } = instrument
  const left = untold({ order, conId, isSold: residual.isNegative() }, orderFills)
  if (left === null || left.quantity.abs().greaterThan(residual.abs())) return err('not-solvable')
  const says = ['Should the executions turn up after all, they take its place.']
  return ok({ lines: [{ kind: 'stand-in', strategy, conId, standsFor: order, ...left }], says })
}
