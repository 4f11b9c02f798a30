import type { StrategyId } from '#shared/ids.ts'
import { sum, ZERO, type Decimal } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { Adjustment } from './adjustment.ts'
import type { Carried } from './carried.ts'
import { signedQuantity, type Fill } from './fill.ts'
import { supersedingCommand } from './late-execution.ts'
import { splitsIn, unitsBetween } from './superseding.ts'

/** What counts of an execution: what it traded, at what price, and what it was charged. */
type Traded = Pick<Fill, 'fillId' | 'strategy' | 'execution' | 'charge'>

/** An execution that took the place of residuals, and what was written as it did. */
export type HandingOver = {
  /** Of the instrument, with what was written. */
  readonly adjustments: readonly Adjustment[]
  /** What one news of the execution wrote; all of one recording. */
  readonly entries: readonly Adjustment[]
  readonly fill: Traded
  /** As it was known until the news; null: it was not, or nobody knows any more how. */
  readonly was: Traded | null
  readonly recordedAt: UtcNanos
}

/**
 * What an execution that turned up takes out of other strategies' residuals into its own strategy:
 * all it has made until now, realized and not, less what was charged for it. Whoever had the
 * residual gives it and its strategy gets it, so neither gains nor loses by the news. What it takes
 * from its own strategy's residual is handed to nobody; what it has beyond every residual is its
 * strategy's gain. The other way round for what comes back to a residual.
 */
export function handedOver(handing: HandingOver): readonly Carried[] {
  const { adjustments, entries, fill, recordedAt } = handing
  const splits = splitsIn(adjustments)
  const { conId, executedAt } = fill.execution
  const given = entries.filter(
    (one) => one.strategy !== fill.strategy && isOfResidual(one, adjustments),
  )
  const carried = (
    of: Pick<Carried, 'strategy' | 'quantity' | 'points'>,
    charged: Carried['charged'] = new Map(),
  ): Carried => ({ ...of, conId, recordedAt, realizedPoints: ZERO, charged })
  const giver = (strategy: StrategyId): Carried => {
    const own = given.filter((one) => one.strategy === strategy)
    const quantity = own.map((one) => {
      const since = { after: one.effectiveAt, until: null }
      return one.quantity.times(unitsBetween(splits, since))
    })
    const points = own.map(({ cost }) => (cost ?? ZERO).negated())
    return carried({ strategy, quantity: sum(quantity), points: sum(points) })
  }
  const [before, after] = handedQuantities(handing)
  const was = handing.was ?? fill
  const worth = (of: Traded, quantity: Decimal): Decimal => quantity.times(of.execution.price)
  const charged = new Map<string, Decimal>()
  charge(charged, was, before.negated())
  charge(charged, fill, after)
  const taken = after.minus(before)
  if (given.length === 0 && taken.isZero() && before.isZero()) return []
  const taker = carried(
    {
      strategy: fill.strategy,
      quantity: taken.times(unitsBetween(splits, { after: executedAt, until: null })),
      points: worth(was, before).minus(worth(fill, after)),
    },
    charged,
  )
  return [...new Set(given.map(({ strategy }) => strategy))].map(giver).concat(taker)
}

/** How much of an execution other strategies' residuals have given, before the news and after. */
function handedQuantities({
  adjustments,
  entries,
  fill,
}: HandingOver): readonly [Decimal, Decimal] {
  const command = supersedingCommand(fill.fillId)
  const news = new Set(entries.map(({ id }) => id))
  const splits = splitsIn(adjustments)
  const written = adjustments.filter(
    (one) =>
      one.id.startsWith(`${command}-`) &&
      one.strategy !== fill.strategy &&
      isOfResidual(one, adjustments),
  )
  const given = (all: readonly Adjustment[]): Decimal =>
    sum(
      all.map(({ quantity, effectiveAt }) => {
        const between = { after: fill.execution.executedAt, until: effectiveAt }
        return quantity.negated().dividedBy(unitsBetween(splits, between))
      }),
    )
  return [given(written.filter(({ id }) => !news.has(id))), given(written)]
}

/** A residual, or what takes one back: a cost adjusted apart makes no gain and takes none. */
function isOfResidual({ kind, reverses }: Adjustment, all: readonly Adjustment[]): boolean {
  if (reverses === null) return kind === 'residual'
  return all.find(({ id }) => id === reverses)?.kind === 'residual'
}

/** Adds what a part of an execution was charged. */
function charge(
  charged: Map<string, Decimal>,
  { execution, charge: told }: Traded,
  part: Decimal,
): void {
  const size = signedQuantity(execution)
  if (told === null || part.isZero() || size.isZero()) return
  const amount = told.amount.times(part).dividedBy(size)
  charged.set(told.currency, (charged.get(told.currency) ?? ZERO).plus(amount))
}
