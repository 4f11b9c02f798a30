import { decimal } from '#shared/money.ts'
import { digitsOf, exact, fixed, percent, toneOf } from '../format/number.ts'
import { momentOf, timeElseDay } from '../format/time.ts'
import {
  fromDay,
  fromLedger,
  fromPrice,
  fromSum,
  lines,
  partsOf,
  SOURCE_BADGE,
} from '../format/where-from.ts'
import { strategyName, type Holding, type Sum } from '../stores/holding.ts'
import type { CellContext, Column } from '../widgets/grid/column.ts'
import * as shared from './holding-columns.ts'
import { marketValueBase, navPercent } from './position-base-columns.ts'

type HoldingColumn = Column<Holding>

const sumTip = (sum: (row: Holding) => Sum, meaning: string) => (row: Holding, c: CellContext) =>
  lines(
    sum(row).value === null ? null : `${sum(row).value ?? ''} ${row.currency}, ${meaning}.`,
    fromSum(sum(row), row),
    partsOf(row),
    fromPrice(row, c),
    fromLedger(row.changedAt),
  )

const symbol: HoldingColumn = {
  ...shared.symbol,
  tip: (row) =>
    lines(
      row.strategy === null ? null : `Strategy ${strategyName(row.strategy)}`,
      row.name === row.symbol ? row.symbol : `${row.symbol} · ${row.name}`,
      `${row.secType}, in ${row.currency}, conId ${row.conId}`,
    ),
}

const quantity: HoldingColumn = {
  ...shared.quantity,
  tip: (row) => lines(`${exact(row.quantity)} held.`, partsOf(row), fromLedger(row.changedAt)),
}

const noCost = (row: Holding): string => {
  if (decimal(row.quantity).isZero() && row.parts === 1) return 'Flat: nothing is held.'
  if (row.kind === 'symbol' && row.parts > 1) {
    return 'No common average: strategies are on opposite sides, or one’s cost is unknown.'
  }
  return 'The cost is not known.'
}

const averageCost: HoldingColumn = {
  ...shared.averageCost,
  tip: (row) =>
    lines(
      row.averageCost === null
        ? noCost(row)
        : `${row.averageCost} ${row.currency} per unit, without commission.`,
      fromLedger(row.changedAt),
    ),
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
  sort: (row) => shared.number(row.last),
}

const marketValue: HoldingColumn = {
  ...{ id: 'marketValue', title: 'Mkt Value', titleTip: 'Market value', width: 112 },
  ...{ align: 'right', rank: 0 },
  cell: (row) => ({ text: fixed(row.marketValue.value, digitsOf(row.currency)) }),
  tip: sumTip((row) => row.marketValue, 'quantity at the last price'),
  copy: (row) => row.marketValue.value ?? '',
  sort: (row) => shared.number(row.marketValue.value),
}

const daily: HoldingColumn = {
  ...{ id: 'daily', title: 'Daily P&L', titleTip: 'Profit and loss since the day began' },
  ...{ width: 104, align: 'right', rank: 0 },
  cell: (row) => shared.profit(row.daily.value, row.currency),
  tip: (row, context) =>
    lines(
      row.daily.value === null ? null : `${row.daily.value} ${row.currency}, before commission.`,
      unknownDaily(row, context),
      partsOf(row),
      fromDay(context),
      fromPrice(row, context),
    ),
  copy: (row) => row.daily.value ?? '',
  sort: (row) => shared.number(row.daily.value),
}

/** Why a day's P&L is not known, and what the known parts of it come to. */
function unknownDaily({ daily: { known, unknown }, ...row }: Holding, { daySince }: CellContext) {
  if (unknown === 0 || daySince === null) return null
  if (row.parts > 1) return `${known} ${row.currency} excluding ${unknown} unknown.`
  return row.last === null
    ? null
    : 'Unknown: the price at the beginning of the day is, or what changed before is being counted.'
}

const unrealized: HoldingColumn = {
  ...{ id: 'unrealized', title: 'Unrlzd P&L', titleTip: 'Unrealized profit and loss' },
  ...{ width: 112, align: 'right', rank: 0 },
  cell: (row) => shared.profit(row.unrealized.value, row.currency),
  tip: sumTip((row) => row.unrealized, 'before commission'),
  copy: (row) => row.unrealized.value ?? '',
  sort: (row) => shared.number(row.unrealized.value),
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
  ...{ width: 100, align: 'right', rank: 2 },
  cell: (row) => shared.profit(row.realized.value, row.currency),
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
  sort: (row) => shared.number(row.realized.value),
}

const commission: HoldingColumn = {
  ...shared.commission,
  tip: (row) =>
    lines(
      ...row.commissions.map(({ currency, amount }) => `${amount} ${currency} charged.`),
      row.commissionsPending > 0 ? `${row.commissionsPending} not reported yet.` : null,
      fromLedger(row.changedAt),
    ),
}

const asOf: HoldingColumn = {
  ...{ id: 'asOf', title: 'As Of', titleTip: 'When the price came', width: 80 },
  ...{ align: 'right', rank: 7 },
  cell: (row, { now }) => ({ text: timeElseDay(row.lastAt, now), tone: 'muted' }),
  tip: (row, context) => fromPrice(row, context),
  copy: (row) => (row.lastAt === null ? '' : momentOf(row.lastAt)),
  sort: (row) => row.lastAt,
}

export const POSITION_COLUMNS: readonly HoldingColumn[] = [
  ...[symbol, quantity, averageCost, last, marketValue, daily, unrealized, unrealizedPercent],
  ...[realized, navPercent, marketValueBase, commission],
  shared.currency,
  {
    ...shared.plainText(
      { id: 'multiplier', title: 'Mult', titleTip: 'Multiplier', width: 56, rank: 6 },
      (row) => exact(row.multiplier),
      'right',
    ),
    copy: (row) => row.multiplier,
    sort: (row) => shared.number(row.multiplier),
  },
  shared.plainText(
    { id: 'secType', title: 'Sec Type', titleTip: 'Security type', width: 76, grow: 0.5, rank: 5 },
    (row) => row.secType,
  ),
  asOf,
]
