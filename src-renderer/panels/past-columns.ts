import { decimal } from '#shared/money.ts'
import { digitsOf, exact, fixed, signed, toneOf } from '../format/number.ts'
import { momentOf, timeOrDay } from '../format/time.ts'
import { lines, partsOf } from '../format/where-from.ts'
import { strategyName, titleOf, type Sum } from '../stores/holding.ts'
import type { PastHolding } from '../stores/past.ts'
import type { SortValue } from '../stores/table.ts'
import type { Cell, Column } from '../widgets/grid/column.ts'
import { commissionCell } from './position-columns.ts'

type PastColumn = Column<PastHolding>

const number = (value: string | null): SortValue => (value === null ? null : decimal(value))

const FOLDED = 'Folded from the ledger as of the instant asked for.'
const SNAPSHOT = 'At the price of the last snapshot up to the instant.'
const NO_PRICE = 'Unknown: no snapshot up to the instant has a price of it.'

const symbol: PastColumn = {
  ...{ id: 'symbol', title: 'Symbol', width: 180, grow: 1.4, align: 'left', rank: 0 },
  cell: (row) =>
    row.strategy === null
      ? { text: titleOf(row) }
      : {
          text: strategyName(row.strategy),
          tone: row.strategy === 'UNATTRIBUTED' ? 'muted' : 'none',
        },
  tip: (row) =>
    lines(
      row.strategy === null ? null : `Strategy ${strategyName(row.strategy)}`,
      `${row.symbol} · ${row.secType}, in ${row.currency}, conId ${row.conId}`,
    ),
  copy: (row) => (row.strategy === null ? titleOf(row) : strategyName(row.strategy)),
  sort: (row) => `${row.symbol} ${row.name}`,
}

const quantity: PastColumn = {
  ...{ id: 'quantity', title: 'Qty', titleTip: 'Quantity then: negative is short', width: 96 },
  ...{ align: 'right', rank: 0 },
  cell: (row) => ({ text: exact(row.quantity) }),
  tip: (row) => lines(`${exact(row.quantity)} held then.`, partsOf(row), FOLDED),
  copy: (row) => row.quantity,
  sort: (row) => number(row.quantity),
}

const averageCost: PastColumn = {
  ...{ id: 'averageCost', title: 'Avg Cost', titleTip: 'Average cost, without commission' },
  ...{ width: 92, align: 'right', rank: 0 },
  cell: (row) => ({ text: fixed(row.averageCost, row.priceDecimals) }),
  tip: (row) =>
    lines(
      row.averageCost === null
        ? 'Nothing was held, its cost is not known, or strategies stood on opposite sides.'
        : `${row.averageCost} ${row.currency} per unit, without commission.`,
      FOLDED,
    ),
  copy: (row) => row.averageCost ?? '',
  sort: (row) => number(row.averageCost),
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
  sort: (row) => number(row.last),
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
    const digits = digitsOf(row.currency)
    if (!isProfit) return { text: fixed(value, digits) }
    const text = signed(value, digits)
    return { text, tone: toneOf(text) }
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
  sort: (row) => number(sum(row).value),
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
  ...{ id: 'commission', title: 'Commission', titleTip: 'What the broker had charged' },
  ...{ width: 98, align: 'right', rank: 3 },
  cell: commissionCell,
  tip: (row) =>
    lines(
      ...row.commissions.map((each) => `${each.amount} ${each.currency} charged until then.`),
      row.commissionsPending > 0 ? `${row.commissionsPending} not reported by then.` : null,
    ),
  copy: (row) => row.commissions.map((each) => `${each.amount} ${each.currency}`).join(' + '),
  sort: (row) => number(row.commissions.length === 1 ? (row.commissions[0]?.amount ?? null) : null),
}

const quantityNow: PastColumn = {
  ...{ id: 'quantityNow', title: 'Qty Now', titleTip: 'Quantity when it was asked', width: 96 },
  ...{ align: 'right', rank: 2 },
  cell: (row) => ({ text: exact(row.quantityNow), tone: 'muted' }),
  tip: (row) => `${exact(row.quantityNow)} held when the past was asked for.`,
  copy: (row) => row.quantityNow,
  sort: (row) => number(row.quantityNow),
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
  sort: (row) => number(row.quantitySince),
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

const currency: PastColumn = {
  ...{ id: 'currency', title: 'Ccy', titleTip: 'Currency', width: 50, grow: 0.5 },
  ...{ align: 'left', rank: 4 },
  cell: (row) => ({ text: row.currency, tone: 'muted' }),
  tip: (row) => `Currency: ${row.currency}, from the contract.`,
  copy: (row) => row.currency,
  sort: (row) => row.currency,
}

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
