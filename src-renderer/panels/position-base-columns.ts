import { decimal } from '#shared/money.ts'
import { fixed, percentText } from '../format/number.ts'
import { lines } from '../format/where-from.ts'
import type { Holding, Sum } from '../stores/holding.ts'
import type { Column } from '../widgets/grid/column.ts'

type HoldingColumn = Column<Holding>

const sort = (sum: Sum) => (sum.value === null ? null : decimal(sum.value))

const rateOf = (row: Holding): string =>
  row.fxRate === null
    ? `Unknown: no rate from ${row.currency} to the base currency has been told.`
    : `1 ${row.currency} is ${row.fxRate} in the base currency, told by the broker.`

/** Money of the account's base currency has two decimals here, whichever it is. */
export const marketValueBase: HoldingColumn = {
  ...{ id: 'marketValueBase', title: 'Base Value', width: 104, align: 'right', rank: 8 },
  titleTip: 'Market value in the base currency of the account',
  cell: (row) => ({ text: fixed(row.marketValueBase.value, 2) }),
  tip: (row) =>
    lines(
      row.marketValueBase.value === null ? null : `${row.marketValueBase.value}, base currency.`,
      rateOf(row),
    ),
  copy: (row) => row.marketValueBase.value ?? '',
  sort: (row) => sort(row.marketValueBase),
}

export const navPercent: HoldingColumn = {
  ...{ id: 'navPercent', title: '% of NAV', width: 80, align: 'right', rank: 1 },
  titleTip: 'What it adds to NAV, in percent; of a future its P&L',
  cell: ({ navPercent: { value } }) => ({ text: percentText(value) }),
  tip: (row) =>
    lines(
      row.navPercent.value === null ? 'Unknown: a price, a rate or NAV is missing.' : null,
      'Of the broker’s net liquidation value. With cash these add up to 100.',
      row.exposurePercent.value === null
        ? null
        : `Exposure: ${percentText(row.exposurePercent.value)} of NAV, futures by their notional.`,
      rateOf(row),
    ),
  copy: (row) => row.navPercent.value ?? '',
  sort: (row) => sort(row.navPercent),
}
