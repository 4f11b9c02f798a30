import type { BreakRow } from '#shared/api/reconcile-views.ts'
import type { SettleOutcome } from '#shared/api/settle-views.ts'
import { decimal, type DecimalString } from '#shared/money.ts'
import { digitsOf, fixed } from '../../format/number.ts'
import { strategyName } from '../../stores/holding.ts'

type Effect = SettleOutcome['effects'][number]
type Worth = Pick<BreakRow, 'id' | 'currency' | 'differenceValue' | 'differenceBase'>

/** What is asked about: more than so much, in the base currency. */
export type AskAbove = { readonly above: DecimalString; readonly currency: string | null }

const isHeld = ({ quantity }: Effect['before']): boolean => !decimal(quantity).isZero()

/** What is held before and after costs another average: not so what is opened or closed. */
const changesCost = ({ before, after }: Effect): boolean =>
  isHeld(before) && isHeld(after) && before.averageCost !== after.averageCost

/**
 * Why settling is asked about once more, in a sentence: several at once, another cost basis, or
 * much money. Null: it is written at once, for it can be taken back.
 */
export function whyAsked(
  outcomes: readonly SettleOutcome[],
  rows: readonly Worth[],
  ask: AskAbove,
): string | null {
  if (outcomes.length > 1) return `Settle ${outcomes.length} breaks at once?`
  const written = outcomes.filter(({ entries }) => entries > 0)
  const recosted = written.flatMap(({ effects }) => effects).find(changesCost)
  if (recosted !== undefined) {
    const { symbol, strategy } = recosted
    return `The average cost of ${symbol} in ${strategyName(strategy)} changes. Settle?`
  }
  for (const { breakId } of written) {
    const row = rows.find(({ id }) => id === breakId)
    const why = row === undefined ? null : whyWorth(row, ask)
    if (why !== null) return why
  }
  return null
}

function whyWorth(
  { currency, differenceValue, differenceBase }: Worth,
  ask: AskAbove,
): string | null {
  if (differenceBase === null) {
    const where = ask.currency === null ? '' : ` in ${ask.currency}`
    return `What it is worth${where} is not known. Settle?`
  }
  if (decimal(differenceBase).abs().lessThanOrEqualTo(decimal(ask.above))) return null
  const base = worth(differenceBase, ask.currency)
  const own = currency === ask.currency ? base : `${worth(differenceValue, currency)}, or ${base}`
  return `It is worth ${own}. Settle?`
}

const worth = (value: DecimalString | null, currency: string | null): string =>
  `${fixed(value, digitsOf(currency ?? ''))} ${currency ?? ''}`.trim()
