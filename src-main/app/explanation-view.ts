import type { ExplanationView } from '#shared/api/portfolio.ts'
import type { Exclusion, ExclusionReason } from '#shared/exclusion.ts'
import { text } from '#shared/money.ts'
import type { Explained } from './explaining.ts'
import type { BookMemory } from './memory.ts'

const MISSING: Readonly<Record<ExclusionReason, string>> = {
  price: 'has no price',
  rate: 'has no rate to the base currency',
  magnifier: 'waits for its contract’s details',
  cost: 'has no known cost',
  commission: 'has a commission that is not reported yet',
  'opening-value': 'has no known value at the beginning of the day',
}

/** An explanation in the words of the API. */
export const explanationView = (
  { explanation: told, strategy, baseCurrency, from, to }: Explained,
  memory: BookMemory,
): ExplanationView => ({
  ...{ strategy, base_currency: baseCurrency, from, to },
  opening_nav: text(told.openingNav),
  price: text(told.price),
  fx: text(told.fx),
  trading: text(told.trading),
  commission: text(told.commission),
  income_and_fees: text(told.incomeAndFees),
  flows: text(told.flows),
  unexplained: text(told.unexplained),
  closing_nav: text(told.closingNav),
  change: text(told.change),
  excluded: told.excluded.map((one) => sentenceOf(one, memory)),
})

function sentenceOf({ reason, conId, currency }: Exclusion, { instruments }: BookMemory): string {
  const symbol = conId === null ? currency : (instruments.get(conId)?.symbol ?? `#${conId}`)
  return `${symbol} ${MISSING[reason]}.`
}
