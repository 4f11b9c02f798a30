import { decimal } from '#shared/money.ts'
import { charge, digitsOf, exact, fixed, signed, toneOf, UNKNOWN } from '../format/number.ts'
import { strategyName, titleOf, type Holding } from '../stores/holding.ts'
import type { SortValue } from '../stores/table.ts'
import type { Cell, Column } from '../widgets/grid/column.ts'

/** What a holding of now and one of the past share of a column; where it is from each says. */
type Shared = Omit<Column<Holding>, 'tip'>

export const number = (value: string | null): SortValue => (value === null ? null : decimal(value))

/** Profit and loss with its sign and colour. */
export function profit(value: string | null, currency: string): Cell {
  const text = signed(value, digitsOf(currency))
  return { text, tone: toneOf(text) }
}

export const symbol: Shared = {
  ...{ id: 'symbol', title: 'Symbol', width: 200, grow: 1.4, align: 'left', rank: 0 },
  cell: (row) =>
    row.strategy === null
      ? { text: titleOf(row) }
      : {
          text: strategyName(row.strategy),
          tone: row.strategy === 'UNATTRIBUTED' ? 'muted' : 'none',
        },
  copy: (row) => (row.strategy === null ? titleOf(row) : strategyName(row.strategy)),
  sort: (row) => `${row.symbol} ${row.name}`,
}

export const quantity: Shared = {
  ...{ id: 'quantity', title: 'Qty', titleTip: 'Quantity: negative is short', width: 104 },
  ...{ align: 'right', rank: 0 },
  cell: (row) => ({ text: exact(row.quantity) }),
  copy: (row) => row.quantity,
  sort: (row) => number(row.quantity),
}

export const averageCost: Shared = {
  ...{ id: 'averageCost', title: 'Avg Cost', titleTip: 'Average cost, without commission' },
  ...{ width: 92, align: 'right', rank: 0 },
  cell: (row) => ({ text: fixed(row.averageCost, row.priceDecimals) }),
  copy: (row) => row.averageCost ?? '',
  sort: (row) => number(row.averageCost),
}

/** What was charged in the row's currency or, failing that, in the first; others are only named. */
function commissionCell(row: Holding): Cell {
  const [own, ...others] = row.commissions.toSorted(
    (left, right) =>
      Number(right.currency === row.currency) - Number(left.currency === row.currency),
  )
  if (own === undefined) return { text: row.commissionsPending > 0 ? UNKNOWN : fixed('0', 2) }
  const text = charge(own.amount, digitsOf(own.currency))
  const badge = [
    ...(own.currency === row.currency ? [] : [own.currency]),
    ...others.map((each) => `+ ${each.currency}`),
    ...(row.commissionsPending > 0 ? ['…'] : []),
  ].join(' ')
  return { text, badge }
}

export const commission: Shared = {
  ...{ id: 'commission', title: 'Commission', titleTip: 'What the broker charged', width: 98 },
  ...{ align: 'right', rank: 4 },
  cell: commissionCell,
  copy: (row) => row.commissions.map((each) => `${each.amount} ${each.currency}`).join(' + '),
  sort: (row) => number(row.commissions.length === 1 ? (row.commissions[0]?.amount ?? null) : null),
}

/** A text of the contract. */
export const plainText = (
  head: Pick<Column<Holding>, 'id' | 'title' | 'width' | 'rank'> & {
    titleTip?: string
    grow?: number
  },
  text: (row: Holding) => string,
  align: Column<Holding>['align'] = 'left',
): Column<Holding> => ({
  ...head,
  align,
  cell: (row) => ({ text: text(row), tone: 'muted' }),
  tip: (row) => `${head.titleTip ?? head.title}: ${text(row)}, from the contract.`,
  copy: text,
  sort: text,
})

export const currency = plainText(
  { id: 'currency', title: 'Ccy', titleTip: 'Currency', width: 50, grow: 0.5, rank: 2 },
  (row) => row.currency,
)
