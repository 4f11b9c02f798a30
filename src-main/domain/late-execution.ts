import { grouped } from '#shared/grouped.ts'
import { UNATTRIBUTED, type ConId, type ExecRoot, type StrategyId } from '#shared/ids.ts'
import { ZERO, type Decimal, type Price, type Quantity } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Adjustment } from './adjustment.ts'
import type { Slot } from './slot.ts'

/** An execution as it stands now, of which the book heard after a settlement. */
export type LateExecution = {
  readonly root: ExecRoot
  readonly conId: ConId
  /** Whose it was when it turned up, whoever it was given to since. */
  readonly strategy: StrategyId
  /** Where it is folded; its time is when it was executed. */
  readonly slot: Slot
  /** Signed. */
  readonly quantity: Decimal
  /** As quoted. */
  readonly price: Price
  /** What it was charged, in price units as quoted; positive is a cost, nothing while unknown. */
  readonly charge: Decimal
  /** When the book first heard of it. */
  readonly knownAt: UtcNanos
}

/** Entries of what one execution superseded carry a command of its own. */
const SUPERSEDING = 'supersede-'

export const supersedingCommand = (root: ExecRoot): string => `${SUPERSEDING}${root}`
/** The execution a command, or an entry by its id, is of; null: it superseded nothing. */
export const supersededBy = (command: string): string | null =>
  command.startsWith(SUPERSEDING) ? command.slice(SUPERSEDING.length) : null

/** What a settlement said a strategy holds that no execution told. */
export type Residual = {
  /** As it was settled. */
  readonly settled: Adjustment
  /** What of it stands now: nothing, once executions have told all of it. */
  readonly standing: readonly Adjustment[]
}

/**
 * Every residual that executions may tell, or tell less of again: all but those that were taken
 * back by somebody. What is left of one is part of the same settlement.
 */
export function residualsOf(adjustments: readonly Adjustment[]): readonly Residual[] {
  const reversals = new Map(adjustments.map((one) => [one.reverses, one]))
  const settlements = grouped(
    adjustments.filter(({ kind }) => kind === 'residual'),
    ({ command, strategy, conId }) => `${command}|${strategy}|${conId}`,
  )
  const isUndone = ({ id }: Adjustment): boolean => {
    const reversal = reversals.get(id)
    return reversal !== undefined && supersededBy(reversal.command) === null
  }
  return [...settlements.values()].flatMap((entries): readonly Residual[] => {
    const [first, ...more] = entries.filter(({ id }) => supersededBy(id) === null)
    if (first === undefined || entries.some(isUndone)) return []
    const standing = entries.filter(({ id }) => !reversals.has(id))
    return [{ settled: more.reduce(together, first), standing }]
  })
}

/** Two parts one settlement gave the same strategy. */
const together = (one: Adjustment, other: Adjustment): Adjustment => ({
  ...one,
  quantity: one.quantity.plus(other.quantity) as Quantity,
  cost: one.cost && other.cost && one.cost.plus(other.cost),
})

/** How much of something is left, and for how much of its value; null when that is unknown. */
export type Amount = { readonly quantity: Decimal; readonly cost: Decimal | null }

/** What several entries come to. */
export const amountOf = (entries: readonly Adjustment[]): Amount =>
  entries.reduce<Amount>(
    (sum, { quantity, cost }) => ({
      quantity: sum.quantity.plus(quantity),
      cost: sum.cost && cost && sum.cost.plus(cost),
    }),
    { quantity: ZERO, cost: ZERO },
  )

/**
 * The residuals that may have stood for an execution, in the order in which they give way: those
 * of its instrument and side that were settled before the book heard of it, and were told by a
 * look at the broker that was not taken before it was executed. A residual takes effect at that
 * look. The earliest look goes first; of one look what is the execution's own strategy's, then
 * what is UNATTRIBUTED.
 */
export function residualsFor(
  residuals: readonly Residual[],
  { conId, strategy, slot, quantity, knownAt }: LateExecution,
): readonly Residual[] {
  const rank = ({ settled }: Residual): number => {
    if (settled.strategy === strategy) return 0
    return settled.strategy === UNATTRIBUTED ? 1 : 2
  }
  return residuals
    .filter(
      ({ settled }) =>
        settled.conId === conId &&
        settled.recordedAt < knownAt &&
        settled.effectiveAt >= slot.at &&
        settled.quantity.isNegative() === quantity.isNegative(),
    )
    .toSorted(
      (a, b) =>
        Number(a.settled.effectiveAt - b.settled.effectiveAt) ||
        rank(a) - rank(b) ||
        (a.settled.id < b.settled.id ? -1 : 1),
    )
}

/** Which executions may be told by residuals: until the last look, heard of after the first. */
export type Within = { readonly until: UtcNanos; readonly since: UtcNanos }

/** Of each instrument that has a residual, which executions may be told by one. */
export function residualsWithin(adjustments: readonly Adjustment[]): ReadonlyMap<ConId, Within> {
  const all = new Map<ConId, Within>()
  for (const { settled } of residualsOf(adjustments)) {
    const { conId, effectiveAt, recordedAt } = settled
    const known = all.get(conId)
    all.set(conId, {
      until: known === undefined || known.until < effectiveAt ? effectiveAt : known.until,
      since: known === undefined || known.since > recordedAt ? recordedAt : known.since,
    })
  }
  return all
}
