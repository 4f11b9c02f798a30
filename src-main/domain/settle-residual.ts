import type { Instrument } from '#shared/instrument.ts'
import { UNATTRIBUTED } from '#shared/ids.ts'
import { toLedgerScale, ZERO, type Decimal } from '#shared/money.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { nothingHeld } from './account-cost.ts'
import type { Position } from './position.ts'
import { priceOfResidual, type ResidualPrice } from './residual.ts'
import type { Line, SettleRefusal, SettleRequest, Share } from './settlement.ts'

/** The entries of a settlement, and what to say about them. */
export type Drafted = { readonly lines: readonly Line[]; readonly says: readonly string[] }
export type DraftOutcome = Result<Drafted, SettleRefusal>

type Wanted = { readonly parts: readonly Share[]; readonly price: Decimal | null }

/** The residual of a break of quantity; null when there is none. */
export const residualOf = ({ break: broken }: SettleRequest): Decimal | null =>
  broken.kind !== 'quantity' || broken.difference === null || broken.difference.isZero()
    ? null
    : broken.difference

/**
 * Gives a residual to strategies. Without a price of the trader's it is the one that makes the
 * account's average meet the broker's; where none does, each part is closed at its strategy's
 * average, and the cost adjusted apart.
 */
export function draftResidual(request: SettleRequest, { parts, price }: Wanted): DraftOutcome {
  const { instrument } = request
  const residual = residualOf(request)
  if (residual === null) return err('wrong-kind')
  if (instrument === null) return err('unknown-instrument')
  if (price?.greaterThan(0) === false) return err('no-positive-price')
  if (!addUp(parts, residual)) return err('parts-do-not-add-up')
  const solved = price === null ? solve(request, instrument, residual) : atPrice(price, residual)
  const positions = request.positions.filter(({ conId }) => conId === instrument.conId)
  const trades = parts.map((part): Line => {
    const { conId } = instrument
    const cost = valueOfPart(positions, part, { residual, solved })
    return { kind: 'residual', strategy: part.strategy, conId, quantity: part.quantity, cost }
  })
  const apart = costsApart(positions, trades, solved.costApart)
  if (apart === null) return err('not-solvable')
  return ok({ lines: [...trades, ...apart], says: [sentenceOf(solved, price !== null)] })
}

/** The whole residual to UNATTRIBUTED. */
export const keptUnattributed = (residual: Decimal): Wanted => ({
  parts: [{ strategy: UNATTRIBUTED, quantity: residual }],
  price: null,
})

const solve = (
  { cost, brokerAverage }: SettleRequest,
  instrument: Instrument,
  residual: Decimal,
): ResidualPrice => {
  const terms = { cost: cost ?? nothingHeld(instrument.conId), instrument, residual, brokerAverage }
  return priceOfResidual(terms)
}

const atPrice = (price: Decimal, residual: Decimal): ResidualPrice => ({
  value: toLedgerScale(price.times(residual)),
  price,
  costApart: ZERO,
  how: 'solved',
})

function addUp(parts: readonly Share[], residual: Decimal): boolean {
  const sum = parts.reduce<Decimal>((total, { quantity }) => total.plus(quantity), ZERO)
  const isOneSided = parts.every(
    ({ quantity }) => !quantity.isZero() && quantity.isNegative() === residual.isNegative(),
  )
  return sum.equals(residual) && isOneSided
}

type Solved = { readonly residual: Decimal; readonly solved: ResidualPrice }

/** A part closed at the average is worth what its strategy paid for it, so it realizes nothing. */
function valueOfPart(
  positions: readonly Position[],
  { strategy, quantity }: Share,
  { residual, solved }: Solved,
): Decimal | null {
  if (solved.value === null) return null
  if (quantity.equals(residual) && solved.how === 'solved') return solved.value
  const own = positions.find((position) => position.strategy === strategy)
  const isAtAverage = solved.how === 'closed' && own !== undefined && closes(own, quantity)
  if (isAtAverage) return toLedgerScale(own.cost.times(quantity).dividedBy(own.quantity))
  return toLedgerScale(solved.value.times(quantity).dividedBy(residual))
}

const closes = (position: Position, quantity: Decimal): boolean =>
  position.isCostKnown &&
  position.quantity.isNegative() !== quantity.isNegative() &&
  position.quantity.abs().greaterThanOrEqualTo(quantity.abs())

/**
 * Entries that add to the cost of those who hold the account's side, in proportion to what they
 * hold; null when nobody does, so there is no cost to adjust.
 * @param positions every position of the one instrument.
 */
export function costsApart(
  positions: readonly Position[],
  trades: readonly Line[],
  costApart: Decimal,
): readonly Line[] | null {
  if (costApart.isZero()) return []
  const held = heldAfter(positions, trades)
  const total = held.reduce<Decimal>((sum, { quantity }) => sum.plus(quantity), ZERO)
  const bearers = held.filter(
    ({ quantity }) => !quantity.isZero() && quantity.isNegative() === total.isNegative(),
  )
  const borne = bearers.reduce<Decimal>((sum, { quantity }) => sum.plus(quantity), ZERO)
  if (total.isZero() || borne.isZero()) return null
  let left = costApart
  return bearers.map(({ strategy, conId, quantity }, index) => {
    const share = toLedgerScale(costApart.times(quantity).dividedBy(borne))
    const cost = index === bearers.length - 1 ? left : share
    left = left.minus(cost)
    return { kind: 'cost', strategy, conId, cost }
  })
}

type Holding = Pick<Position, 'strategy' | 'conId'> & { readonly quantity: Decimal }

function heldAfter(positions: readonly Position[], trades: readonly Line[]): readonly Holding[] {
  const held = new Map<string, Holding>()
  for (const { strategy, conId, quantity = ZERO } of [...positions, ...trades]) {
    const before = held.get(strategy)?.quantity ?? ZERO
    held.set(strategy, { strategy, conId, quantity: before.plus(quantity) })
  }
  return [...held.values()].sort((a, b) => (a.strategy < b.strategy ? -1 : 1))
}

function sentenceOf({ how, costApart }: ResidualPrice, isTraders: boolean): string {
  if (isTraders) return 'Booked at your price; the average may still differ from the broker’s.'
  if (how === 'solved') return 'Booked at the price that makes the average meet the broker’s.'
  if (how === 'unknown') return 'No price can be told, so the cost will be unknown.'
  if (costApart.isZero()) return 'Closed at the average.'
  const did = how === 'closed' ? 'closed' : 'opened'
  return `No price makes the average meet the broker’s: ${did} at the average, cost adjusted apart.`
}
