import { EVERY_STRATEGY, type ConId, type StrategyId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { D, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import { standing, type Adjustment } from './adjustment.ts'
import { movementOfEntry, movementsOfFill, standingEntries, type CashEntry } from './cash.ts'
import { broughtIn, postingOf, type Posting } from './equity.ts'
import { changeKindOf, type HoldingChange, type HoldingSpan } from './explain.ts'
import { movesPosition, signedQuantity, type Fill } from './fill.ts'
import { positionKey, type Position } from './position.ts'
import { adjustmentSlot, compareSlots, slotOf, type Slot } from './slot.ts'

/** Where two instants lie: after the first, up to the second. */
export type Between = { readonly after: UtcNanos; readonly until: UtcNanos }

/** The book now, and all of it that happened after the first of the two instants. */
export type Since = {
  readonly positions: readonly Position[]
  readonly instruments: ReadonlyMap<ConId, Instrument>
  /** Booked fills executed after it, whenever; conversions too. */
  readonly fills: readonly Fill[]
  /** Of the whole book; stand-ins must have been through `superseded`. */
  readonly adjustments: readonly Adjustment[]
  readonly entries: readonly CashEntry[]
  /**
   * The price as quoted of what was transferred or brought in, when it was, by the adjustment's id;
   * null: the account is looked at, to which that is worth its cost.
   */
  readonly movedAt: ReadonlyMap<string, Decimal> | null
}

/** Prices as quoted at both instants. */
export type PricesOf = (conId: ConId) => {
  readonly opening: Decimal | null
  readonly closing: Decimal | null
}

/** One thing that changed a holding. */
type Step = { readonly slot: Slot; readonly change: Change }
type Change =
  | { readonly kind: 'moved'; readonly of: HoldingChange }
  /** Every `from` units became `to`. */
  | { readonly kind: 'split'; readonly to: Decimal; readonly from: Decimal }

/**
 * Every holding from one instant to another: walked back from what is held now, so that the
 * quantities of both instants and what changed them in between belong together, whenever the book
 * heard of it.
 */
export function holdingSpans(
  since: Since,
  { after, until }: Between,
  pricesOf: PricesOf,
): readonly HoldingSpan[] {
  const steps = stepsOf(since, after)
  return since.positions.flatMap(({ strategy, conId, quantity }): readonly HoldingSpan[] => {
    const instrument = since.instruments.get(conId)
    if (instrument === undefined || !movesPosition(instrument.secType)) return []
    const own = [
      ...(steps.get(positionKey(strategy, conId)) ?? []),
      ...(steps.get(positionKey(EVERY_STRATEGY, conId)) ?? []),
    ].toSorted((a, b) => compareSlots(b.slot, a.slot))
    let held: Decimal = quantity
    const changes: HoldingChange[] = []
    for (const { slot, change } of own) {
      const before = heldBefore(held, change)
      if (slot.at <= until) changes.push(changeOf(change, held.minus(before)))
      held = before
    }
    if (held.isZero() && changes.length === 0) return []
    const { opening, closing } = pricesOf(conId)
    return [
      {
        ...{ strategy, instrument, quantity: held },
        ...{ openingPrice: opening, closingPrice: closing, changes },
      },
    ]
  })
}

const heldBefore = (held: Decimal, change: Change): Decimal =>
  change.kind === 'moved'
    ? held.minus(change.of.quantity)
    : toLedgerScale(held.times(change.from).dividedBy(change.to))

const changeOf = (change: Change, by: Decimal): HoldingChange =>
  change.kind === 'moved'
    ? change.of
    : { kind: 'corporate', quantity: by, valuePoints: new D(0), costPoints: null }

function stepsOf(
  { fills, adjustments, movedAt }: Since,
  after: UtcNanos,
): ReadonlyMap<string, Step[]> {
  const steps = new Map<string, Step[]>()
  const add = (strategy: StrategyId, conId: ConId, step: Step): void => {
    const key = positionKey(strategy, conId)
    const others = steps.get(key)
    if (others) others.push(step)
    else steps.set(key, [step])
  }
  for (const fill of fills) {
    const { strategy, execution } = fill
    if (execution.executedAt <= after) continue
    const quantity = signedQuantity(execution)
    const valuePoints = toLedgerScale(quantity.times(execution.price))
    const of: HoldingChange = { kind: 'fill', quantity, valuePoints, costPoints: null }
    add(strategy, execution.conId, { slot: slotOf(fill), change: { kind: 'moved', of } })
  }
  for (const one of standing(adjustments)) {
    const { strategy, conId, effectiveAt, ratio } = one
    const slot = adjustmentSlot(one)
    const kind = changeKindOf(one)
    if (effectiveAt <= after || kind === null) continue
    if (ratio !== null) add(strategy, conId, { slot, change: { kind: 'split', ...ratio } })
    else add(strategy, conId, { slot, change: { kind: 'moved', of: movedBy(one, kind, movedAt) } })
  }
  return steps
}

/** What an entry moved: at its cost, or at what it was worth then as far as that is known. */
function movedBy(
  { id, quantity, cost }: Adjustment,
  kind: HoldingChange['kind'],
  movedAt: Since['movedAt'],
): HoldingChange {
  const paid = cost ?? new D(0)
  if (kind !== 'transfer' || movedAt === null)
    return { kind, quantity, valuePoints: paid, costPoints: null }
  const price = movedAt.get(id)
  const valuePoints = price === undefined ? paid : toLedgerScale(quantity.times(price))
  return { kind: 'moved', quantity, valuePoints, costPoints: paid }
}

/**
 * What was posted to anybody's equity between the instants: commissions and conversions of fills,
 * and cash entries. Holdings brought in are not among them: those are transfers of the holding.
 */
export function postingsBetween(since: Since, { after, until }: Between): readonly Posting[] {
  const isBetween = (at: UtcNanos): boolean => at > after && at <= until
  const ofFills = since.fills.flatMap((fill) => {
    const instrument = since.instruments.get(fill.execution.conId)
    if (instrument === undefined || !isBetween(fill.execution.executedAt)) return []
    return movementsOfFill(fill, instrument) ?? []
  })
  const booked = standingEntries(since.entries).filter(({ at }) => isBetween(at))
  return [...ofFills, ...booked.map(movementOfEntry)].flatMap((moved) => postingOf(moved) ?? [])
}

/** What was brought in between the instants at its cost: UNALLOCATED's. */
export const broughtBetween = (
  { adjustments, instruments }: Since,
  { after, until }: Between,
): readonly Posting[] =>
  standing(adjustments)
    .filter(({ effectiveAt }) => effectiveAt > after && effectiveAt <= until)
    .flatMap((one) => {
      const instrument = instruments.get(one.conId)
      return instrument === undefined ? [] : (broughtIn(one, instrument) ?? [])
    })
