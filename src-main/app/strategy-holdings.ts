import type { Total } from '#domain/fx.ts'
import { exposureOf, totalOfHoldings, type HoldingValue } from '#domain/holding-value.ts'
import type { StrategiesView } from '#shared/api/strategies.ts'
import type { StrategyId } from '#shared/ids.ts'
import { text, textOrNull, type Decimal } from '#shared/money.ts'
import { holdingValues, isTotalKnown, type Valuing } from './valuation.ts'

/** What the holdings of a strategy say beside its equity. */
type Beside = Pick<StrategiesView['buckets'][number], 'daily' | 'dailyExcluded' | 'exposure'>

/** The holdings of every strategy, and what any of them come to. */
export type StrategyHoldings = {
  readonly of: (strategy: StrategyId) => Beside
  readonly exposure: StrategiesView['exposure']
}

/** Of all holdings now; percent of the broker's net liquidation value. */
export function strategyHoldings(valuing: Valuing): StrategyHoldings {
  const nav = valuing.account.values.amount('NetLiquidation')
  const all = holdingValues(valuing)
  const groups = new Map<StrategyId, HoldingValue[]>()
  for (const value of all) {
    const { strategy } = value.priced.position
    const group = groups.get(strategy)
    if (group) group.push(value)
    else groups.set(strategy, [value])
  }
  return {
    of: (strategy) => {
      const values = groups.get(strategy) ?? []
      return { ...dailyOf(totalOfHoldings(values, 'dailyPnl')), exposure: exposed(values, nav) }
    },
    exposure: exposed(all, nav),
  }
}

/** Who holds no position and traded none made nothing today. */
const dailyOf = ({ amount, excluded }: Total): Pick<Beside, 'daily' | 'dailyExcluded'> => ({
  daily: text(amount),
  dailyExcluded: excluded.length,
})

function exposed(values: readonly HoldingValue[], nav: Decimal | null): Beside['exposure'] {
  const held = values.filter(({ priced }) => !priced.position.quantity.isZero())
  const { net, gross, netPercent, grossPercent } = exposureOf(held, nav)
  return {
    net: isTotalKnown(net, held) ? textOrNull(netPercent) : null,
    gross: isTotalKnown(gross, held) ? textOrNull(grossPercent) : null,
    excluded: gross.excluded.length,
  }
}
