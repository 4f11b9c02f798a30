import { grouped } from '#shared/grouped.ts'
import type { ConId } from '#shared/ids.ts'
import { D, toLedgerScale, type Decimal, type Quantity } from '#shared/money.ts'
import { standing, type Adjustment } from './adjustment.ts'
import {
  amountOf,
  residualsFor,
  residualsOf,
  supersededBy,
  type Amount,
  type LateExecution,
  type Residual,
} from './late-execution.ts'
import { entryId, reversalOf, type Writing } from './settlement.ts'
import { compareSlots } from './slot.ts'

/** The executions of an instrument the book heard of after residuals in it were settled. */
export type Told = { readonly conId: ConId; readonly executions: readonly LateExecution[] }

/**
 * The entries by which the residuals of an instrument come to what is left of them beside all the
 * executions that turned up later: what stands of one is taken back, and what no execution tells is
 * entered again, for what is left of its value and without what the executions were charged, as
 * part of the same settlement. It depends only on what the executions are now: one that turns out
 * to be larger, smaller or cheaper changes it as if it had been told so at once, in whatever order
 * they came. While nothing is left of a settlement's residuals in the instrument, the cost it
 * adjusted apart is gone with them. Empty when all stands as it should.
 * @param told all of them, also those that took the place of something before.
 * @param writing its command is of the execution that is news: see `supersedingCommand`.
 */
export function supersede(
  adjustments: readonly Adjustment[],
  told: Told,
  writing: Writing,
): readonly Adjustment[] {
  const own = adjustments.filter(({ conId }) => conId === told.conId)
  const residuals = residualsOf(own)
  const left = leftOf(residuals, told, splitsIn(own))
  // One execution may change something again, once it is corrected or charged.
  const before = adjustments.filter(({ id }) => id.startsWith(`${writing.command}-`)).length
  const entries: Adjustment[] = []
  const next = (): number => before + entries.length
  const { author, recordedAt } = writing
  const enter = (one: Adjustment): void => {
    entries.push({ ...one, id: entryId(writing.command, next()), author, recordedAt })
  }
  const takeBack = (one: Adjustment): void => {
    entries.push(reversalOf(one, next(), writing))
  }
  for (const [residual, rest] of left) {
    if (isSame(amountOf(residual.standing), rest)) continue
    residual.standing.forEach(takeBack)
    const { quantity, cost } = rest
    if (!quantity.isZero()) enter({ ...residual.settled, quantity: quantity as Quantity, cost })
  }
  const costs = costsOf(own, left)
  costs.gone.forEach(takeBack)
  costs.back.forEach(enter)
  return entries
}

/** What a settlement of which nothing is left was settled for beyond what its executions paid. */
export type LeftOver = {
  readonly command: string
  readonly settledAt: Adjustment['recordedAt']
  /** In price units as quoted, of all its parts in the instrument. */
  readonly points: Decimal
  readonly roots: readonly string[]
}

/** Of each settlement in an instrument of known value whose executions tell all of it. */
export function leftOver(adjustments: readonly Adjustment[], told: Told): readonly LeftOver[] {
  const own = adjustments.filter(({ conId }) => conId === told.conId)
  const residuals = residualsOf(own)
  const left = leftOf(residuals, told, splitsIn(own))
  const commands = grouped(residuals, ({ settled }) => settled.command)
  return [...commands].flatMap(([command, parts]): readonly LeftOver[] => {
    const amounts = parts.map((one) => left.get(one) ?? one.settled)
    if (amounts.some(({ quantity, cost }) => !quantity.isZero() || cost === null)) return []
    const points = amounts.reduce<Decimal>((sum, { cost }) => sum.plus(cost ?? 0), new D(0))
    const telling = told.executions.filter((late) =>
      residualsFor(residuals, late).some(({ settled }) => settled.command === command),
    )
    const settledAt = parts.reduce(
      (latest, { settled }) => (settled.recordedAt > latest ? settled.recordedAt : latest),
      0n as Adjustment['recordedAt'],
    )
    return [{ command, settledAt, points, roots: telling.map(({ root }) => root) }]
  })
}

/** Where nothing is left, what it was worth is no matter. */
const isSame = (a: Amount, b: Amount): boolean => {
  if (!a.quantity.equals(b.quantity)) return false
  if (a.quantity.isZero() || a.cost === null || b.cost === null)
    return a.quantity.isZero() || a.cost === b.cost
  return a.cost.equals(b.cost)
}

/** What is left of each residual beside the executions, each of which tells what it can. */
function leftOf(
  residuals: readonly Residual[],
  { executions }: Told,
  splits: readonly Split[],
): ReadonlyMap<Residual, Amount> {
  const left = new Map<Residual, Amount>(residuals.map((one) => [one, one.settled]))
  for (const late of executions.toSorted((a, b) => compareSlots(a.slot, b.slot))) {
    let untold = late.quantity.abs()
    for (const residual of residualsFor(residuals, late)) {
      if (untold.isZero()) break
      const before = left.get(residual)
      if (before === undefined || before.quantity.isZero()) continue
      const { effectiveAt } = residual.settled
      const units = unitsBetween(splits, { after: late.slot.at, until: effectiveAt })
      const told = D.min(toLedgerScale(untold.times(units)), before.quantity.abs())
      const part = toLedgerScale(told.dividedBy(units))
      untold = untold.minus(part)
      left.set(residual, without(before, { told, part, late }))
    }
  }
  return left
}

type Part = {
  /** In units of the residual, and of the execution; without a sign. */
  readonly told: Decimal
  readonly part: Decimal
  readonly late: LateExecution
}

/** What is left beyond what an execution tells: less its value and its share of the charge. */
function without({ quantity, cost }: Amount, { told, part, late }: Part): Amount {
  const sign = quantity.isNegative() ? -1 : 1
  const charged = late.charge.times(part).dividedBy(late.quantity.abs())
  const paid = part.times(late.price).times(sign).plus(charged)
  return {
    quantity: quantity.minus(told.times(sign)),
    cost: cost && toLedgerScale(cost.minus(paid)),
  }
}

type Split = Pick<Adjustment, 'effectiveAt' | 'ratio'>
type Span = {
  readonly after: Adjustment['effectiveAt']
  readonly until: Adjustment['effectiveAt'] | null
}

/** The splits of an instrument that stand. */
export const splitsIn = (own: readonly Adjustment[]): readonly Split[] =>
  standing(own).filter(({ ratio }) => ratio !== null)

/** How many units one unit has become by the splits in between; until null: by now. */
export const unitsBetween = (splits: readonly Split[], { after, until }: Span): Decimal =>
  splits
    .filter(({ effectiveAt }) => effectiveAt > after && (until === null || effectiveAt <= until))
    .reduce<Decimal>(
      (units, { ratio }) => (ratio === null ? units : units.times(ratio.to).dividedBy(ratio.from)),
      new D(1),
    )

type Costs = { readonly gone: readonly Adjustment[]; readonly back: readonly Adjustment[] }

/**
 * Costs that settlements adjusted apart: they stand while something is left of the settlement's
 * residuals in the instrument, go with the last of them and come back with the first.
 */
function costsOf(own: readonly Adjustment[], left: ReadonlyMap<Residual, Amount>): Costs {
  const stand = new Map<string, boolean>()
  for (const [{ settled }, { quantity }] of left)
    stand.set(settled.command, !quantity.isZero() || stand.get(settled.command) === true)
  const costs = own.filter(({ kind, command }) => kind === 'cost' && stand.has(command))
  const standingNow = new Set(standing(own).map(({ id }) => id))
  const isStanding = ({ id }: Adjustment): boolean => standingNow.has(id)
  const standingCommands = new Set(costs.filter(isStanding).map(({ command }) => command))
  return {
    gone: costs.filter((one) => isStanding(one) && stand.get(one.command) === false),
    back: costs.filter(
      ({ id, command }) =>
        supersededBy(id) === null && stand.get(command) === true && !standingCommands.has(command),
    ),
  }
}
