import type { ConId, StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, ZERO, type Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import { movesPosition, signedQuantity, type Fill } from './fill.ts'
import { toBase, type FxRates } from './fx.ts'
import type { Position } from './position.ts'
import { pointValue } from './valuation.ts'

/** What fills that were given to another strategy brought to a position, or took from it. */
export type Carried = {
  readonly strategy: StrategyId
  readonly conId: ConId
  readonly recordedAt: UtcNanos
  /** Signed. */
  readonly quantity: Decimal
  /** Realized less cost, in price units as quoted: minus what the fills traded for. */
  readonly points: Decimal
  /** What of that is realized: while no price is known a holding stands at its cost. */
  readonly realizedPoints: Decimal
  /** Per currency of the charge; positive is a cost. */
  readonly charged: ReadonlyMap<string, Decimal>
}

/** One position before and after, with what was charged for it. */
export type Charged = {
  readonly position: Position
  readonly commissions: ReadonlyMap<string, Decimal>
}

/** What giving fills did to one position. */
export function carriedBetween(before: Charged, after: Charged, recordedAt: UtcNanos): Carried {
  const { strategy, conId } = after.position
  const points = ({ position }: Charged): Decimal => position.realizedPoints.minus(position.cost)
  const currencies = new Set([...before.commissions.keys(), ...after.commissions.keys()])
  const charged = [...currencies].map((currency): [string, Decimal] => [
    currency,
    (after.commissions.get(currency) ?? ZERO).minus(before.commissions.get(currency) ?? 0),
  ])
  return {
    ...{ strategy, conId, recordedAt, charged: new Map(charged) },
    quantity: after.position.quantity.minus(before.position.quantity),
    points: points(after).minus(points(before)),
    realizedPoints: after.position.realizedPoints.minus(before.position.realizedPoints),
  }
}

/** The same of one fill, by itself: what it realized in either position is not known any more. */
export function carriedByFill(
  fill: Pick<Fill, 'execution' | 'charge'>,
  { was, strategy, recordedAt }: Pick<Carried, 'strategy' | 'recordedAt'> & { was: StrategyId },
): readonly Carried[] {
  const { execution, charge } = fill
  const quantity = signedQuantity(execution)
  const points = quantity.times(execution.price).negated()
  const { conId } = execution
  const sides: readonly (readonly [StrategyId, number])[] = [
    [was, -1],
    [strategy, 1],
  ]
  return sides.map(([owner, sign]) => ({
    ...{ strategy: owner, conId, recordedAt, realizedPoints: ZERO },
    quantity: quantity.times(sign),
    points: points.times(sign),
    charged: charge === null ? new Map() : new Map([[charge.currency, charge.amount.times(sign)]]),
  }))
}

/**
 * What a strategy's equity moved by, in the base currency, when fills came to it or left it: all
 * they have made until now, realized and not, less what was charged for them. It is no gain of who
 * gets them and no loss of who gives them. What has no rate is left out, as it is of the equity.
 * @param mark as quoted; null when unknown.
 */
export function carriedInBase(
  { quantity, points, realizedPoints, charged }: Carried,
  instrument: Instrument,
  { fx, mark }: { readonly fx: FxRates; readonly mark: Decimal | null },
): Decimal {
  const point = pointValue(instrument)
  const inBase = (amount: Decimal, currency: string): Decimal =>
    toBase(fx, amount, currency) ?? new D(0)
  const made = (told: Decimal): Decimal =>
    point === null ? new D(0) : inBase(told.times(point), instrument.currency)
  const costs = [...charged].reduce<Decimal>(
    (sum, [currency, amount]) => sum.plus(inBase(amount, currency)),
    new D(0),
  )
  if (instrument.secType === 'CASH')
    return inBase(quantity, instrument.symbol).plus(made(points)).minus(costs)
  if (!movesPosition(instrument.secType)) return costs.negated()
  const gained = mark === null ? realizedPoints : points.plus(quantity.times(mark))
  return made(gained).minus(costs)
}
