import { decimal } from '#shared/money.ts'
import { digitsOf, exact, fixed } from '../format/number.ts'
import { momentOf, timeOrDay } from '../format/time.ts'
import { lines, partsOf } from '../format/where-from.ts'
import { strategyName, type Sum } from '../stores/holding.ts'
import type { PastHolding } from '../stores/past.ts'
import type { Cell, Column } from '../widgets/grid/column.ts'
import * as shared from './holding-columns.ts'

type PastColumn = Column<PastHolding>

const FOLDED = 'Folded from the ledger as of the instant asked for.'
const SNAPSHOT = 'At the price of the last snapshot up to the instant.'
const NO_PRICE = 'Unknown: no snapshot up to the instant has a price of it.'

const symbol: PastColumn = {
  ...{ ...shared.symbol, width: 180 },
  tip: (row) =>
    lines(
      row.strategy === null ? null : `Strategy ${strategyName(row.strategy)}`,
      `${row.symbol} · ${row.secType}, in ${row.currency}, conId ${row.conId}`,
    ),
}

const quantity: PastColumn = {
  ...{ ...shared.quantity, titleTip: 'Quantity then: negative is short', width: 96 },
  tip: (row) => lines(`${exact(row.quantity)} held then.`, partsOf(row), FOLDED),
}

const averageCost: PastColumn = {
  ...shared.averageCost,
  tip: (row) =>
    lines(
      row.averageCost === null
        ? 'Nothing was held, its cost is not known, or strategies stood on opposite sides.'
        : `${row.averageCost} ${row.currency} per unit, without commission.`,
      FOLDED,
    ),
}

const price: PastColumn = {
  ...{ id: 'price', title: 'Price', titleTip: 'Price in the last snapshot up to then', width: 84 },
  ...{ align: 'right', rank: 2 },
  cell: (row) => ({
    text: fixed(row.last, row.priceDecimals),
    tone: row.last === null ? 'muted' : 'none',
  }),
  tip: (row) => (row.last === null ? NO_PRICE : `${row.last} ${row.currency}. ${SNAPSHOT}`),
  copy: (row) => row.last ?? '',
  sort: (row) => shared.number(row.last),
}

type Money = {
  readonly sum: (row: PastHolding) => Sum
  readonly where: (row: PastHolding) => string
  readonly isProfit: boolean
}

const money = (
  head: Pick<PastColumn, 'id' | 'title' | 'titleTip' | 'width' | 'rank'>,
  { sum, where, isProfit }: Money,
): PastColumn => ({
  ...{ ...head, align: 'right' },
  cell: (row): Cell => {
    const { value } = sum(row)
    return isProfit
      ? shared.profit(value, row.currency)
      : { text: fixed(value, digitsOf(row.currency)) }
  },
  tip: (row) => {
    const { value, known, unknown } = sum(row)
    const isPart = unknown > 0 && row.parts > 1
    return lines(
      value === null ? null : `${value} ${row.currency}.`,
      isPart ? `${known} ${row.currency} excluding ${unknown} unknown.` : null,
      where(row),
      partsOf(row),
    )
  },
  copy: (row) => sum(row).value ?? '',
  sort: (row) => shared.number(sum(row).value),
})

const atSnapshot = (sum: (row: PastHolding) => Sum) => (row: PastHolding) =>
  sum(row).value === null ? NO_PRICE : SNAPSHOT

const marketValue = money(
  { id: 'marketValue', title: 'Mkt Value', titleTip: 'Market value then', width: 108, rank: 1 },
  { sum: (row) => row.marketValue, where: atSnapshot((row) => row.marketValue), isProfit: false },
)

const unrealized = money(
  {
    ...{ id: 'unrealized', title: 'Unrlzd P&L', titleTip: 'Unrealized then, before commission' },
    ...{ width: 104, rank: 1 },
  },
  { sum: (row) => row.unrealized, where: atSnapshot((row) => row.unrealized), isProfit: true },
)

const realized = money(
  {
    ...{ id: 'realized', title: 'Rlzd P&L', titleTip: 'Realized until then, before commission' },
    ...{ width: 100, rank: 0 },
  },
  {
    sum: (row) => row.realized,
    where: (row) =>
      row.realized.value === null
        ? 'Unknown: something was closed whose cost is not known.'
        : FOLDED,
    isProfit: true,
  },
)

const commission: PastColumn = {
  ...{ ...shared.commission, titleTip: 'What the broker had charged', rank: 3 },
  tip: (row) =>
    lines(
      ...row.commissions.map((each) => `${each.amount} ${each.currency} charged until then.`),
      row.commissionsPending > 0 ? `${row.commissionsPending} not reported by then.` : null,
    ),
}

const quantityNow: PastColumn = {
  ...{ id: 'quantityNow', title: 'Qty Now', titleTip: 'Quantity when it was asked', width: 96 },
  ...{ align: 'right', rank: 2 },
  cell: (row) => ({ text: exact(row.quantityNow), tone: 'muted' }),
  tip: (row) => `${exact(row.quantityNow)} held when the past was asked for.`,
  copy: (row) => row.quantityNow,
  sort: (row) => shared.number(row.quantityNow),
}

const change = (value: string): string => {
  const text = exact(value)
  return decimal(value).greaterThan(0) ? `+${text}` : text
}

const quantitySince: PastColumn = {
  ...{ id: 'quantitySince', title: 'Δ Qty', titleTip: 'Quantity added since: now minus then' },
  ...{ width: 92, align: 'right', rank: 0 },
  cell: (row) => ({
    text: change(row.quantitySince),
    tone: decimal(row.quantitySince).isZero() ? 'muted' : 'none',
  }),
  tip: (row) =>
    `From ${exact(row.quantity)} then to ${exact(row.quantityNow)}: ${change(row.quantitySince)}.`,
  copy: (row) => row.quantitySince,
  sort: (row) => shared.number(row.quantitySince),
}

const realizedSince = money(
  {
    ...{ id: 'realizedSince', title: 'Δ Rlzd', titleTip: 'Realized since: now minus then' },
    ...{ width: 96, rank: 1 },
  },
  {
    sum: (row) => row.realizedSince,
    where: () => 'Realized between then and when the past was asked for, before commission.',
    isProfit: true,
  },
)

const currency: PastColumn = { ...shared.currency, rank: 4 }

const lastChange: PastColumn = {
  ...{ id: 'lastChange', title: 'Last Change', titleTip: 'Its last fill or entry until then' },
  ...{ width: 118, align: 'right', rank: 5 },
  cell: (row, { now }) => ({
    text: timeOrDay(row.changedAt === 0 ? null : row.changedAt, now),
    tone: 'muted',
  }),
  tip: (row) =>
    row.changedAt === 0
      ? 'Nothing had happened in it by then.'
      : `Its last fill or entry until then took effect ${momentOf(row.changedAt)}.`,
  copy: (row) => (row.changedAt === 0 ? '' : momentOf(row.changedAt)),
  sort: (row) => row.changedAt,
}

export const PAST_COLUMNS: readonly PastColumn[] = [
  ...[symbol, quantity, averageCost, price, marketValue, unrealized, realized, commission],
  ...[quantityNow, quantitySince, realizedSince, currency, lastChange],
]
