import { bucketStarts, bucketWidth, timeframeStart } from '#domain/bucket.ts'
import { placedAt, withFlows, type Point } from '#domain/flow-placing.ts'
import type { FxRates } from '#domain/fx.ts'
import type { Gauge } from '#domain/gauge.ts'
import type { HoldingValue } from '#domain/holding-value.ts'
import { performanceOf } from '#domain/performance.ts'
import type { Calendar } from '#domain/period.ts'
import { inCurrency, pointValue } from '#domain/valuation.ts'
import type { PerformanceView, PortfolioView, StateView } from '#shared/api/portfolio.ts'
import { grouped } from '#shared/grouped.ts'
import { D, text, textOrNull, toLedgerScale, type Decimal } from '#shared/money.ts'
import type { Timeframe } from '#shared/timeframe.ts'
import type { UtcMillis } from '#shared/time.ts'
import type { Book } from './book.ts'
import { baseFlows, type BaseFlow } from './flows.ts'
import { cashOf, investmentOf } from './snapshot-of.ts'
import { accountView, holdingValues, type Valuing } from './valuation.ts'

/** Prices younger than this are fresh. */
const FRESH_MS = 5 * 60_000

/** What the account is worth and holds now. It never waits for a price. */
export function portfolioView(valuing: Valuing, now: UtcMillis): PortfolioView {
  const { account, prices } = valuing
  const { values } = account
  const held = holdingValues(valuing).filter(({ priced }) => !priced.position.quantity.isZero())
  const byInstrument = grouped(held, ({ priced }) => priced.position.conId)
  const isFresh = (at: UtcMillis | undefined): boolean => at !== undefined && now - at < FRESH_MS
  const investment = investmentOf(valuing)
  return {
    account: account.id,
    base_currency: values.fx.baseCurrency,
    total_value: textOrNull(values.amount('NetLiquidation')),
    investment_value: textOrNull(investment.amount),
    investment_excluded: investment.excluded,
    cash_balance: textOrNull(cashOf(valuing)),
    positions: [...byInstrument.values()].map((parts) => heldInstrument(parts, valuing)),
    price_fresh: [...byInstrument.keys()].every((conId) => isFresh(prices.of(conId)?.at)),
    as_of: values.at,
  }
}

/** The same without prices to wait for, and how far the account is below its peaks. */
export function stateView(
  valuing: Valuing,
  { gauges, now }: { readonly gauges: readonly Gauge[]; readonly now: UtcMillis },
): StateView {
  const { values } = valuing.account
  const { account, base_currency, total_value, as_of, positions } = portfolioView(valuing, now)
  const { worth } = accountView(valuing)
  return {
    ...{ account, base_currency, timestamp: as_of, equity: total_value, positions },
    available_funds: textOrNull(values.amount('AvailableFunds')),
    cash: [...values.amountsOf('TotalCashBalance')].map(([currency, amount]) => ({
      currency,
      amount: text(amount),
    })),
    daily: {
      gain_loss: worth?.daily.amount ?? null,
      excluded: worth?.daily.excluded.length ?? 0,
      since: worth?.dailySince ?? null,
    },
    exposure: {
      gross_percent: worth?.grossPercent ?? null,
      net_percent: worth?.netPercent ?? null,
    },
    drawdowns: gauges.map((gauge) => ({
      ...{ period: gauge.period, from: gauge.from, until: gauge.until, peak_at: gauge.peakAt },
      percent: textOrNull(gauge.percent),
      worst_percent: textOrNull(gauge.worstPercent),
      money: textOrNull(gauge.money),
      opening: textOrNull(gauge.opening),
      peak: textOrNull(gauge.peak),
    })),
  }
}

/** The sum of what is known of every part; null when any part is not. */
function total(
  parts: readonly HoldingValue[],
  amountOf: (part: HoldingValue) => Decimal | null,
): Decimal | null {
  let sum: Decimal = new D(0)
  for (const part of parts) {
    const amount = amountOf(part)
    if (amount === null) return null
    sum = sum.plus(amount)
  }
  return sum
}

function heldInstrument(
  parts: readonly [HoldingValue, ...HoldingValue[]],
  { prices }: Valuing,
): PortfolioView['positions'][number] {
  const { instrument, quoted } = parts[0].priced
  const cost = total(parts, costOf)
  const unrealized = total(parts, ({ local }) => local.unrealized)
  const percent =
    cost === null || unrealized === null || cost.isZero()
      ? null
      : toLedgerScale(unrealized.dividedBy(cost.abs()).times(100))
  const price = quoted && inCurrency(quoted, instrument)
  return {
    ticker: instrument.symbol,
    con_id: instrument.conId,
    currency: instrument.currency,
    shares: text(parts.reduce((sum, { priced }) => sum.plus(priced.position.quantity), new D(0))),
    cost_basis: textOrNull(cost),
    current_value: textOrNull(total(parts, ({ local }) => local.marketValue)),
    price_per_share: textOrNull(price && toLedgerScale(price)),
    price_at: prices.of(instrument.conId)?.at ?? null,
    unrealized_gain_loss: textOrNull(unrealized),
    unrealized_gain_loss_percent: textOrNull(percent),
    daily_gain_loss: textOrNull(total(parts, ({ local }) => local.dailyPnl)),
    current_value_base: textOrNull(total(parts, ({ base }) => base.marketValue)),
  }
}

function costOf({ priced: { position, instrument } }: HoldingValue): Decimal | null {
  const point = pointValue(instrument)
  return point === null || !position.isCostKnown ? null : toLedgerScale(position.cost.times(point))
}

export type Charting = { readonly now: UtcMillis; readonly calendar: Calendar }

/** Whose equity, and at which rates flows count that no snapshot knows one for. */
type Charted = { readonly book: Pick<Book, 'ledger' | 'memory'>; readonly fx: FxRates }

/**
 * How the equity went over a timeframe, from the snapshots of the ledger. Deposits and withdrawals
 * neither gain nor lose; each counts where the equity moved with it.
 */
export async function performanceView(
  { book, fx }: Charted,
  timeframe: Timeframe,
  { now, calendar }: Charting,
): Promise<PerformanceView> {
  const from = timeframeStart(timeframe, now, calendar)
  const { snapshots } = book.ledger
  const earliest = from ?? (await snapshots.first())
  const width = bucketWidth(timeframe)
  const starts = earliest === null ? [] : bucketStarts({ from: earliest, to: now }, width, calendar)
  const curve = starts.length === 0 ? [] : await snapshots.curve({ from, starts })
  const flows = flowsWithin(curve, await baseFlows(book.memory.cashEntries, fx, book.ledger))
  const events = withFlows(curve, flows)
  const { opening, points, returnPercent } = performanceOf(events, timeframe, { now, calendar })
  const last = points.at(-1)?.equity ?? null
  const isAvailable = opening !== null && last !== null
  const flown = flows.reduce<Decimal>((sum, { amount }) => sum.plus(amount), new D(0))
  return {
    timeframe,
    base_currency: fx.baseCurrency,
    data_available: isAvailable,
    data_points: points.map((point) => ({
      timestamp: point.at,
      value: text(point.equity),
      return_percent: textOrNull(point.returnPercent),
      drawdown_percent: textOrNull(point.drawdownPercent),
      is_after_gap: point.isAfterGap,
    })),
    flows: flows.map((flow) => flowView(flow, placedAt(curve, flow))),
    start_value: isAvailable ? text(opening) : null,
    current_value: textOrNull(last),
    profit_loss: isAvailable ? text(last.minus(opening).minus(flown)) : null,
    profit_loss_percent: isAvailable ? textOrNull(returnPercent) : null,
  }
}

/** Flows that lie between two of the points: the others are in no step of the curve. */
function flowsWithin(curve: readonly Point[], flows: readonly BaseFlow[]): readonly BaseFlow[] {
  const [first, last] = [curve[0], curve.at(-1)]
  if (first === undefined || last === undefined) return []
  return flows.filter((flow) => {
    const at = placedAt(curve, flow)
    return at >= first.at && at < last.at
  })
}

const flowView = (flow: BaseFlow, at: UtcMillis): PerformanceView['flows'][number] => ({
  timestamp: at,
  booked_at: flow.at,
  class: flow.amount.isNegative() ? 'withdrawal' : 'deposit',
  currency: flow.entry.currency,
  amount: text(flow.entry.amount),
  amount_base: text(flow.amount),
  rate_at: flow.rateAt,
  is_at_todays_rate: flow.isAtTodaysRate,
})
