import { exposureOf, isTotalKnown, totalOfHoldings, valueHolding } from '#domain/holding-value.ts'
import type { HoldingContext, HoldingValue } from '#domain/holding-value.ts'
import { movesPosition } from '#domain/fill.ts'
import type { Total } from '#domain/fx.ts'
import type { Position } from '#domain/position.ts'
import type { AccountView } from '#shared/api/views.ts'
import type { WorthView } from '#shared/api/worth-view.ts'
import type { Instrument } from '#shared/instrument.ts'
import { text, textOrNull } from '#shared/money.ts'
import type { Account } from './account.ts'
import type { PriceCache } from './price-cache.ts'

/** Whose prices and rates an amount is looked at with. */
export type Valuing = { readonly account: Account; readonly prices: PriceCache }

/** The last value of each position, and what it was made of: none of it is ever changed. */
const valued = new WeakMap<Position, ValueOf>()

type ValueOf = HoldingValue & HoldingContext

/** One position at the latest price and rate. Asked again for the same, it is not made again. */
export function holdingValue(
  { account, prices }: Valuing,
  position: Position,
  instrument: Instrument,
): HoldingValue {
  const quoted = prices.of(position.conId)?.price ?? null
  const { fx } = account.values
  const pointsBefore = account.book?.memory.day.before(position) ?? null
  const known = valued.get(position)
  const isKnown =
    known?.priced.instrument === instrument &&
    known.priced.quoted === quoted &&
    known.fx === fx &&
    known.pointsBefore === pointsBefore
  if (isKnown) return known
  const context = { fx, pointsBefore }
  const value = { ...valueHolding({ position, instrument, quoted }, context), ...context }
  valued.set(position, value)
  return value
}

/** Every position of the account whose instrument is known, flat ones included. */
export const holdingValues = (valuing: Valuing): readonly HoldingValue[] =>
  [...(valuing.account.book?.memory.committed.values() ?? [])].flatMap(({ position }) => {
    const instrument = valuing.account.book?.memory.instruments.get(position.conId)
    const isHeld = instrument !== undefined && movesPosition(instrument.secType)
    return isHeld ? [holdingValue(valuing, position, instrument)] : []
  })

/** What all positions of the account come to in its base currency, and what that leaves out. */
function worthOf(valuing: Valuing): WorthView {
  const values = holdingValues(valuing)
  const held = values.filter(({ priced }) => !priced.position.quantity.isZero())
  const nav = valuing.account.values.amount('NetLiquidation')
  const exposure = exposureOf(held, nav)
  return {
    marketValue: totalView(exposure.net, held, valuing),
    gross: totalView(exposure.gross, held, valuing),
    unrealized: totalView(totalOfHoldings(held, 'unrealized'), held, valuing),
    realized: totalView(totalOfHoldings(values, 'realized'), values, valuing),
    daily: totalView(totalOfHoldings(values, 'dailyPnl'), values, valuing),
    dailySince: valuing.account.book?.memory.day.since ?? null,
    netPercent: textOrNull(exposure.netPercent),
    grossPercent: textOrNull(exposure.grossPercent),
  }
}

/** What the broker says of the account, and what its positions come to. */
export const accountView = (valuing: Valuing): AccountView => ({
  ...valuing.account.values.view(),
  worth: worthOf(valuing),
})

const totalView = (
  total: Total,
  values: readonly HoldingValue[],
  { account }: Valuing,
): WorthView['marketValue'] => ({
  amount: isTotalKnown(total, values) ? text(total.amount) : null,
  excluded: total.excluded.map(({ reason, strategy, conId, currency }) => ({
    ...{ reason, strategy, conId, currency },
    symbol: (conId && account.book?.memory.instruments.get(conId)?.symbol) ?? null,
  })),
})
