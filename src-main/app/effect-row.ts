import type { StrategyEffect } from '#domain/effect.ts'
import { inCurrency, pointValue } from '#domain/valuation.ts'
import type { EffectView } from '#shared/api/effect-view.ts'
import { text, textOrNull, toLedgerScale } from '#shared/money.ts'
import type { BookMemory } from './memory.ts'

/** An effect in the currency of its instrument, as the screen shows it. */
export function effectView(effect: StrategyEffect, memory: BookMemory): EffectView {
  const { strategy, conId, before, after, realizedPoints } = effect
  const instrument = memory.instruments.get(conId)
  const point = instrument === undefined ? null : pointValue(instrument)
  const side = ({ quantity, averageCost }: StrategyEffect['before']) => {
    const average =
      averageCost === null || instrument === undefined ? null : inCurrency(averageCost, instrument)
    return { quantity: text(quantity), averageCost: textOrNull(average && toLedgerScale(average)) }
  }
  return {
    strategy,
    conId,
    symbol: instrument?.symbol ?? `#${conId}`,
    before: side(before),
    after: side(after),
    realized: textOrNull(realizedPoints && point && toLedgerScale(realizedPoints.times(point))),
  }
}
