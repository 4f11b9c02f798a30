import type { Total } from '#domain/fx.ts'
import { exposureOf, totalOfHoldings, type HoldingValue } from '#domain/holding-value.ts'
import type { StrategiesView } from '#shared/api/strategies.ts'
import { grouped } from '#shared/grouped.ts'
import type { StrategyId } from '#shared/ids.ts'
import { text, textOrNull, type Decimal } from '#shared/money.ts'
import { holdingValues, type Valuing } from './valuation.ts'

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
  const groups = grouped(all, ({ priced }) => priced.position.strategy)
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
  const { gross, netPercent, grossPercent } = exposureOf(held, nav)
  return {
    net: textOrNull(netPercent),
    gross: textOrNull(grossPercent),
    excluded: gross.excluded.length,
  }
}
