import { decimal } from '#shared/money.ts'
import {
  charge,
  digitsOf,
  exact,
  fixed,
  percent,
  signed,
  toneOf,
  UNKNOWN,
} from '../format/number.ts'
import { momentOf, timeElseDay } from '../format/time.ts'
import {
  fromLedger,
  fromPrice,
  fromSum,
  lines,
  partsOf,
  SOURCE_BADGE,
} from '../format/where-from.ts'
import { strategyName, titleOf, type Holding, type Sum } from '../stores/holding.ts'
import type { SortValue } from '../stores/table.ts'
import { marketValueBase, navPercent } from './position-base-columns.ts'
import type { Cell, CellContext, Column } from '../widgets/grid/column.ts'

type HoldingColumn = Column<Holding>

const number = (value: string | null): SortValue => (value === null ? null : decimal(value))

function profit(value: string | null, currency: string): Cell {
  const text = signed(value, digitsOf(currency))
  return { text, tone: toneOf(text) }
}

const sumTip = (sum: (row: Holding) => Sum, meaning: string) => (row: Holding, c: CellContext) =>
  lines(
    sum(row).value === null ? null : `${sum(row).value ?? ''} ${row.currency}, ${meaning}.`,
    fromSum(sum(row), row),
    partsOf(row),
    fromPrice(row, c),
    fromLedger(row.changedAt),
  )

const symbol: HoldingColumn = {
  ...{ id: 'symbol', title: 'Symbol', width: 200, grow: 1.4, align: 'left', rank: 0 },
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
      row.name === row.symbol ? row.symbol : `${row.symbol} · ${row.name}`,
      `${row.secType}, in ${row.currency}, conId ${row.conId}`,
    ),
  copy: (row) => (row.strategy === null ? titleOf(row) : strategyName(row.strategy)),
  sort: (row) => `${row.symbol} ${row.name}`,
}

const quantity: HoldingColumn = {
  ...{ id: 'quantity', title: 'Qty', titleTip: 'Quantity: negative is short', width: 104 },
  ...{ align: 'right', rank: 0 },
  cell: (row) => ({ text: exact(row.quantity) }),
  tip: (row) => lines(`${exact(row.quantity)} held.`, partsOf(row), fromLedger(row.changedAt)),
  copy: (row) => row.quantity,
  sort: (row) => number(row.quantity),
}

const noCost = (row: Holding): string => {
  if (decimal(row.quantity).isZero() && row.parts === 1) return 'Flat: nothing is held.'
  if (row.kind === 'symbol' && row.parts > 1) {
    return 'No common average: strategies are on opposite sides, or one’s cost is unknown.'
  }
  return 'The cost is not known.'
}

const averageCost: HoldingColumn = {
  ...{ id: 'averageCost', title: 'Avg Cost', titleTip: 'Average cost, without commission' },
  ...{ width: 92, align: 'right', rank: 0 },
  cell: (row) => ({ text: fixed(row.averageCost, row.priceDecimals) }),
  tip: (row) =>
    lines(
      row.averageCost === null
        ? noCost(row)
        : `${row.averageCost} ${row.currency} per unit, without commission.`,
      fromLedger(row.changedAt),
    ),
  copy: (row) => row.averageCost ?? '',
  sort: (row) => number(row.averageCost),
}

const last: HoldingColumn = {
  ...{ id: 'last', title: 'Last', width: 124, align: 'right', rank: 0 },
  cell: (row, { isFresh }) => {
    const text = fixed(row.last, row.priceDecimals)
    if (row.last === null) return { text, tone: 'muted' }
    const badge = row.lastSource === null ? '' : SOURCE_BADGE[row.lastSource]
    return isFresh && !row.lastIsStale ? { text, badge } : { text, badge: '◷', tone: 'stale' }
  },
  tip: (row, context) =>
    lines(row.last === null ? null : `${row.last} ${row.currency}`, fromPrice(row, context)),
  copy: (row) => row.last ?? '',
  sort: (row) => number(row.last),
}

const marketValue: HoldingColumn = {
  ...{ id: 'marketValue', title: 'Mkt Value', titleTip: 'Market value', width: 112 },
  ...{ align: 'right', rank: 0 },
  cell: (row) => ({ text: fixed(row.marketValue.value, digitsOf(row.currency)) }),
  tip: sumTip((row) => row.marketValue, 'quantity at the last price'),
  copy: (row) => row.marketValue.value ?? '',
  sort: (row) => number(row.marketValue.value),
}

const unrealized: HoldingColumn = {
  ...{ id: 'unrealized', title: 'Unrlzd P&L', titleTip: 'Unrealized profit and loss' },
  ...{ width: 112, align: 'right', rank: 0 },
  cell: (row) => profit(row.unrealized.value, row.currency),
  tip: sumTip((row) => row.unrealized, 'before commission'),
  copy: (row) => row.unrealized.value ?? '',
  sort: (row) => number(row.unrealized.value),
}

const unrealizedPercent: HoldingColumn = {
  ...{ id: 'unrealizedPercent', title: 'Unrlzd %', titleTip: 'Change since bought, of the cost' },
  ...{ width: 92, align: 'right', rank: 3 },
  cell: (row) => {
    const text = percent(row.unrealizedPercent)
    return { text, tone: toneOf(text) }
  },
  tip: (row, context) =>
    lines(
      row.unrealizedPercent === null ? 'Unknown: a price or a common cost is missing.' : null,
      'The price’s change since it was bought (for a short: sold), in percent of the average cost.',
      fromPrice(row, context),
    ),
  copy: (row) => row.unrealizedPercent?.toFixed(4) ?? '',
  sort: (row) => row.unrealizedPercent,
}

const realized: HoldingColumn = {
  ...{ id: 'realized', title: 'Rlzd P&L', titleTip: 'Realized profit and loss' },
  ...{ width: 100, align: 'right', rank: 1 },
  cell: (row) => profit(row.realized.value, row.currency),
  tip: (row) =>
    lines(
      row.realized.value === null
        ? 'Unknown: something was closed whose cost is not known.'
        : `${row.realized.value} ${row.currency}, before commission.`,
      row.realized.unknown > 0 && row.parts > 1
        ? `${row.realized.known} ${row.currency} excluding ${row.realized.unknown} unknown.`
        : null,
      partsOf(row),
      fromLedger(row.changedAt),
    ),
  copy: (row) => row.realized.value ?? '',
  sort: (row) => number(row.realized.value),
}

/** What was charged in the row's currency or, failing that, in the first; others are only named. */
export function commissionCell(row: Holding): Cell {
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

const commission: HoldingColumn = {
  ...{ id: 'commission', title: 'Commission', titleTip: 'What the broker charged', width: 98 },
  ...{ align: 'right', rank: 4 },
  cell: commissionCell,
  tip: (row) =>
    lines(
      ...row.commissions.map(({ currency, amount }) => `${amount} ${currency} charged.`),
      row.commissionsPending > 0 ? `${row.commissionsPending} not reported yet.` : null,
      fromLedger(row.changedAt),
    ),
  copy: (row) => row.commissions.map((each) => `${each.amount} ${each.currency}`).join(' + '),
  sort: (row) => number(row.commissions.length === 1 ? (row.commissions[0]?.amount ?? null) : null),
}

const plainText = (
  head: Pick<HoldingColumn, 'id' | 'title' | 'width' | 'rank'> & {
    titleTip?: string
    grow?: number
  },
  text: (row: Holding) => string,
  align: HoldingColumn['align'] = 'left',
): HoldingColumn => ({
  ...head,
  align,
  cell: (row) => ({ text: text(row), tone: 'muted' }),
  tip: (row) => `${head.titleTip ?? head.title}: ${text(row)}, from the contract.`,
  copy: text,
  sort: text,
})

const asOf: HoldingColumn = {
  ...{ id: 'asOf', title: 'As Of', titleTip: 'When the price came', width: 80 },
  ...{ align: 'right', rank: 7 },
  cell: (row, { now }) => ({ text: timeElseDay(row.lastAt, now), tone: 'muted' }),
  tip: (row, context) => fromPrice(row, context),
  copy: (row) => (row.lastAt === null ? '' : momentOf(row.lastAt)),
  sort: (row) => row.lastAt,
}

export const POSITION_COLUMNS: readonly HoldingColumn[] = [
  ...[symbol, quantity, averageCost, last, marketValue, unrealized, unrealizedPercent],
  ...[realized, navPercent, marketValueBase, commission],
  plainText(
    { id: 'currency', title: 'Ccy', titleTip: 'Currency', width: 50, grow: 0.5, rank: 2 },
    (row) => row.currency,
  ),
  {
    ...plainText(
      { id: 'multiplier', title: 'Mult', titleTip: 'Multiplier', width: 56, rank: 6 },
      (row) => exact(row.multiplier),
      'right',
    ),
    copy: (row) => row.multiplier,
    sort: (row) => number(row.multiplier),
  },
  plainText(
    { id: 'secType', title: 'Sec Type', titleTip: 'Security type', width: 76, grow: 0.5, rank: 5 },
    (row) => row.secType,
  ),
  asOf,
]
