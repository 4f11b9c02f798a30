import { UNATTRIBUTED, type ConId, type ExecRoot, type StrategyId } from '#shared/ids.ts'
import { D, toLedgerScale, type Decimal, type Price, type Quantity } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import { standing, type Adjustment } from './adjustment.ts'
import { entryId, reversalOf, type Writing } from './settlement.ts'

/** What has become known of an execution that was not known before. */
export type LateExecution = {
  readonly conId: ConId
  readonly strategy: StrategyId
  readonly executedAt: UtcNanos
  /** Signed: all of a new execution; of one that was corrected what it has more. */
  readonly quantity: Decimal
  /** As quoted. */
  readonly price: Price
}

/** Entries of what one execution superseded carry a command of its own. */
const SUPERSEDING = 'supersede-'

export const supersedingCommand = (root: ExecRoot): string => `${SUPERSEDING}${root}`
/** The execution a command, or an entry by its id, is of; null: it superseded nothing. */
export const supersededBy = (command: string): string | null =>
  command.startsWith(SUPERSEDING) ? command.slice(SUPERSEDING.length) : null

/**
 * The residuals that may have stood for an execution, in the order in which they give way: those
 * of its instrument and side which stand, and were told by a look at the broker that was not taken
 * before it was executed. A residual takes effect at that look. The earliest look goes first; of
 * one look what is the execution's own strategy's, then what is UNATTRIBUTED.
 * @param adjustments of the book before the execution was known: none is settled knowing it.
 */
export function residualsFor(
  adjustments: readonly Adjustment[],
  { conId, strategy, executedAt, quantity }: LateExecution,
): readonly Adjustment[] {
  const rank = (one: Adjustment): number => {
    if (one.strategy === strategy) return 0
    return one.strategy === UNATTRIBUTED ? 1 : 2
  }
  return standing(adjustments)
    .filter(
      (one) =>
        one.kind === 'residual' &&
        one.conId === conId &&
        one.effectiveAt >= executedAt &&
        one.quantity.isNegative() === quantity.isNegative(),
    )
    .toSorted(
      (a, b) =>
        Number(a.effectiveAt - b.effectiveAt) || rank(a) - rank(b) || (a.id < b.id ? -1 : 1),
    )
}

/**
 * The entries by which residuals give way to an execution that turned up late: each is taken back,
 * and what of it is still told by no execution is entered again, for what is left of its value, as
 * part of the same settlement. Once nothing is left of a settlement's residuals in the instrument,
 * the cost it adjusted apart goes with them. Empty when the execution explains none of them.
 * @param writing its command is the execution's: see `supersedingCommand`.
 */
export function supersede(
  adjustments: readonly Adjustment[],
  late: LateExecution,
  writing: Writing,
): readonly Adjustment[] {
  // One execution may take the place of something again, once it is corrected.
  let written = adjustments.filter(({ id }) => id.startsWith(`${writing.command}-`)).length
  const entries: Adjustment[] = []
  const takeBack = (one: Adjustment): void => {
    entries.push(reversalOf(one, written, writing))
    written += 1
  }
  let left = late.quantity.abs()
  for (const residual of residualsFor(adjustments, late)) {
    if (left.isZero()) break
    const units = unitsOf(adjustments, late, residual)
    const told = D.min(toLedgerScale(left.times(units)), residual.quantity.abs())
    left = left.minus(toLedgerScale(told.dividedBy(units)))
    takeBack(residual)
    const rest = restOf(residual, { told, price: late.price.dividedBy(units) })
    if (rest === null) continue
    const { author, recordedAt } = writing
    entries.push({ ...rest, id: entryId(writing.command, written), author, recordedAt })
    written += 1
  }
  for (const cost of costsLeft([...adjustments, ...entries], entries)) takeBack(cost)
  return entries
}

/**
 * The entries by which what is left of a residual gives way to what an execution was charged, too:
 * so the cash all of it moved stays what was settled, until the executions tell the whole. Empty
 * when nothing is left, or its value is unknown.
 * @param points the charge, or its change, in price units as quoted; positive is a cost.
 * @param writing its command is the execution's: see `supersedingCommand`.
 */
export function supersedeCharge(
  adjustments: readonly Adjustment[],
  points: Decimal,
  writing: Writing,
): readonly Adjustment[] {
  const own = adjustments.filter(({ id }) => id.startsWith(`${writing.command}-`))
  const takenBack = new Set(own.map(({ reverses }) => reverses))
  const gave = adjustments.filter(({ id, kind }) => kind === 'residual' && takenBack.has(id))
  const rest = standing(adjustments).find(
    (one) =>
      one.kind === 'residual' &&
      gave.some(({ command, conId }) => command === one.command && conId === one.conId),
  )
  if (rest === undefined || rest.cost === null || points.isZero()) return []
  const { author, recordedAt } = writing
  const id = entryId(writing.command, own.length + 1)
  const cost = toLedgerScale(rest.cost.minus(points))
  return [reversalOf(rest, own.length, writing), { ...rest, id, cost, author, recordedAt }]
}

/** How many units of a residual each one executed has become, by the splits in between. */
function unitsOf(
  adjustments: readonly Adjustment[],
  { conId, executedAt }: LateExecution,
  { effectiveAt }: Adjustment,
): Decimal {
  const splits = standing(adjustments).filter(
    (one) => one.conId === conId && one.effectiveAt > executedAt && one.effectiveAt <= effectiveAt,
  )
  return splits.reduce<Decimal>(
    (units, { ratio }) => (ratio === null ? units : units.times(ratio.to).dividedBy(ratio.from)),
    new D(1),
  )
}

/** What is left of a residual beyond what an execution tells; null when that is nothing. */
function restOf(
  residual: Adjustment,
  { told, price }: { readonly told: Decimal; readonly price: Decimal },
): Adjustment | null {
  const part = residual.quantity.isNegative() ? told.negated() : told
  const quantity = residual.quantity.minus(part)
  if (quantity.isZero()) return null
  const cost = residual.cost && toLedgerScale(residual.cost.minus(part.times(price)))
  return { ...residual, quantity: quantity as Quantity, cost }
}

/** Until when a residual of each instrument stands: no execution after it supersedes one. */
export function residualsUntil(adjustments: readonly Adjustment[]): ReadonlyMap<ConId, UtcNanos> {
  const until = new Map<ConId, UtcNanos>()
  for (const { kind, conId, effectiveAt } of standing(adjustments)) {
    const known = until.get(conId)
    if (kind !== 'residual' || (known !== undefined && known >= effectiveAt)) continue
    until.set(conId, effectiveAt)
  }
  return until
}

/** Costs adjusted apart by settlements of which no residual in the instrument stands any more. */
function costsLeft(
  all: readonly Adjustment[],
  entries: readonly Adjustment[],
): readonly Adjustment[] {
  const stand = standing(all)
  const byId = new Map(all.map((one) => [one.id, one]))
  const given = new Map(
    entries.flatMap(({ reverses, conId }) => {
      const command = reverses === null ? undefined : byId.get(reverses)?.command
      return command === undefined ? [] : [[`${command}|${conId}`, { command, conId }] as const]
    }),
  )
  return [...given.values()].flatMap(({ command, conId }) => {
    const own = stand.filter((one) => one.command === command && one.conId === conId)
    return own.some(({ kind }) => kind === 'residual')
      ? []
      : own.filter(({ kind }) => kind === 'cost')
  })
}
