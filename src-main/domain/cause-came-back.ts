import { ZERO, type Decimal } from '#shared/money.ts'
import { standing, type Adjustment } from './adjustment.ts'
import type { LikelyCause, Proposal } from './cause.ts'
import type { QuantityEvidence } from './cause-evidence.ts'
import {
  amountOf,
  residualsOf,
  supersededBy,
  type Amount,
  type Residual,
} from './late-execution.ts'
import { commandOf } from './settlement.ts'

/**
 * A residual came back, for an execution that had told it was corrected to less, and the broker
 * holds less by that: the correction was of what it held, not of what it had told before.
 */
export function cameBack({ adjustments, break: broken }: QuantityEvidence): LikelyCause | null {
  const { difference } = broken
  if (difference === null || difference.isZero()) return null
  for (const residual of residualsOf(adjustments)) {
    const now = amountOf(residual.standing)
    const before = statesOf(residual, adjustments).find((then) =>
      now.quantity.minus(then.quantity).equals(difference.negated()),
    )
    if (before === undefined || now.quantity.abs().lessThan(before.quantity.abs())) continue
    const { command } = residual.settled
    const roots = residual.standing.flatMap(({ id }) => rootOf(id) ?? [])
    return {
      cause: 'correction',
      certainty: 'likely',
      sentence:
        'An execution that had taken the place of a settlement was corrected to less, so that ' +
        'much of the settlement counts again; the broker does not hold it.',
      facts: [
        { name: 'settlement', value: command },
        { name: 'came back', value: difference.negated().toFixed() },
        ...roots.map((root) => ({ name: 'execution', value: root })),
      ],
      proposals: [proposalOf(residual, { adjustments, before, now, difference })],
    }
  }
  return null
}

const rootOf = (id: string): string | null => supersededBy(commandOf(id))

type Back = {
  readonly adjustments: readonly Adjustment[]
  readonly before: Amount
  readonly now: Amount
  readonly difference: Decimal
}

/** The settlement is taken back where that is all of it that stands, else closed at its value. */
function proposalOf({ settled }: Residual, back: Back): Proposal {
  const { adjustments, before, now, difference } = back
  const { command, strategy } = settled
  const stands = standing(adjustments).filter((one) => one.command === command)
  const all = stands.reduce<Decimal>((sum, { quantity }) => sum.plus(quantity), ZERO)
  if (all.equals(difference.negated())) return { how: 'take back', command }
  const value = now.cost === null || before.cost === null ? null : now.cost.minus(before.cost)
  const price = value?.dividedBy(difference.negated()).toDecimalPlaces(PRICE_PLACES) ?? null
  return { how: 'assign', strategy, price: price?.greaterThan(0) === true ? price : null }
}

/** As the ledger keeps it. */
const PRICE_PLACES = 18

/** What was left of a residual after each time that executions took or gave back some of it. */
function statesOf({ settled }: Residual, adjustments: readonly Adjustment[]): readonly Amount[] {
  const own = adjustments.filter(
    (one) =>
      one.kind === 'residual' &&
      one.command === settled.command &&
      one.strategy === settled.strategy,
  )
  const ids = new Set(own.map(({ id }) => id))
  const reversals = new Map(
    adjustments.flatMap((one) =>
      one.reverses !== null && ids.has(one.reverses) ? [[one.reverses, one.recordedAt]] : [],
    ),
  )
  const times = new Set([...own.map(({ recordedAt }) => recordedAt), ...reversals.values()])
  return [...times].map((at) =>
    amountOf(
      own.filter(({ id, recordedAt }) => {
        const back = reversals.get(id)
        return recordedAt <= at && (back === undefined || back > at)
      }),
    ),
  )
}
