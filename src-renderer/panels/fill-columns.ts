import type { FillRow } from '#shared/api/views.ts'
import { decimal } from '#shared/money.ts'
import { charge, digitsOf, exact, fixed, signed, toneOf, UNKNOWN } from '../format/number.ts'
import { momentOf, timeElseDay } from '../format/time.ts'
import { lines } from '../format/where-from.ts'
import { strategyName, titleOf } from '../stores/holding.ts'
import type { Cell, Column } from '../widgets/grid/column.ts'

type FillColumn = Column<FillRow>

const number = (value: string | null) => (value === null ? null : decimal(value))

const broker = (row: FillRow): string => `Reported by the broker, executed ${row.executedAtText}.`

type Note = { readonly badge: string; readonly sentence: string }

/** Why a fill is in no position; null when it is in one. */
function whyInNone({ isInformational, secType }: FillRow): Note | null {
  if (!isInformational) return null
  if (secType === 'BAG') {
    return { badge: 'combo', sentence: 'Combo: its legs are booked, this row is only information.' }
  }
  if (secType === 'CASH') {
    return { badge: 'conversion', sentence: 'A conversion: it moves cash, and no position.' }
  }
  return { badge: 'opening', sentence: 'Executed before the book began: the opening has it.' }
}

/** What is in no position stands back. */
const muted = (row: FillRow, cell: Cell): Cell =>
  row.isInformational ? { ...cell, tone: 'muted' } : cell

const time: FillColumn = {
  ...{ id: 'time', title: 'Time', width: 76, grow: 0.6, align: 'left', rank: 0 },
  cell: (row, { now }) => muted(row, { text: timeElseDay(row.executedAt, now) }),
  tip: (row) => lines(momentOf(row.executedAt), broker(row)),
  copy: (row) => momentOf(row.executedAt),
  sort: (row) => row.executedAt,
}

const symbol: FillColumn = {
  ...{ id: 'symbol', title: 'Symbol', width: 178, grow: 1.3, align: 'left', rank: 0 },
  cell: (row) => {
    const badge = row.revision > 1 ? `rev ${row.revision}` : whyInNone(row)?.badge
    return muted(row, { text: titleOf(row), ...(badge === undefined ? {} : { badge }) })
  },
  tip: (row) =>
    lines(
      `${row.symbol} · ${row.name}`,
      `${row.secType}, in ${row.currency}, conId ${row.conId}`,
      row.revision > 1 ? `Corrected by the broker: this is revision ${row.revision}.` : null,
      whyInNone(row)?.sentence ?? null,
    ),
  copy: titleOf,
  sort: (row) => `${row.symbol} ${row.name}`,
}

const side: FillColumn = {
  ...{ id: 'side', title: 'Side', width: 46, align: 'left', rank: 0 },
  cell: (row) => muted(row, { text: row.side === 'buy' ? 'Buy' : 'Sell' }),
  tip: broker,
  copy: (row) => row.side,
  sort: (row) => row.side,
}

const quantity: FillColumn = {
  ...{ id: 'quantity', title: 'Qty', titleTip: 'Quantity', width: 72, align: 'right', rank: 0 },
  cell: (row) => muted(row, { text: exact(row.quantity) }),
  tip: broker,
  copy: (row) => row.quantity,
  sort: (row) => number(row.quantity),
}

const price: FillColumn = {
  ...{ id: 'price', title: 'Price', width: 96, align: 'right', rank: 0 },
  cell: (row) =>
    muted(row, {
      text: exact(row.price, row.priceDecimals),
      ...(row.isPriceProvisional ? { badge: '≈' } : {}),
    }),
  tip: (row) =>
    lines(
      row.isPriceProvisional
        ? 'Provisional: the broker sends the final price later (it did not come with the fill).'
        : null,
      `${row.price} ${row.currency}, as quoted.`,
      broker(row),
    ),
  copy: (row) => row.price,
  sort: (row) => number(row.price),
}

const amount: FillColumn = {
  ...{ id: 'amount', title: 'Amount', titleTip: 'What it brought (+) or cost (−)', width: 104 },
  ...{ align: 'right', rank: 1 },
  cell: (row) => muted(row, { text: fixed(row.amount, digitsOf(row.currency)) }),
  tip: (row) =>
    lines(
      row.amount === null ? 'None: the legs carry the amounts.' : null,
      'Quantity × price × multiplier, negative for a purchase; before commission.',
      broker(row),
    ),
  copy: (row) => row.amount ?? '',
  sort: (row) => number(row.amount),
}

function commissionText(row: FillRow): string {
  if (row.commission === null) return UNKNOWN
  const currency = row.commissionCurrency ?? row.currency
  const text = charge(row.commission, digitsOf(currency))
  return currency === row.currency ? text : `${text} ${currency}`
}

const commission: FillColumn = {
  ...{ id: 'commission', title: 'Comm', titleTip: 'Commission', width: 72 },
  ...{ align: 'right', rank: 0 },
  cell: (row) => muted(row, { text: commissionText(row) }),
  tip: (row) => {
    if (row.secType === 'BAG') return 'None: the legs carry the commissions.'
    if (row.commission === null) return 'not reported yet'
    return lines(
      `${row.commission} ${row.commissionCurrency ?? ''}`.trimEnd(),
      'From the broker’s commission report.',
    )
  },
  copy: (row) => row.commission ?? '',
  sort: (row) => number(row.commission),
}

const realized: FillColumn = {
  ...{ id: 'realized', title: 'Rlzd P&L', titleTip: 'Realized profit and loss of this fill' },
  ...{ width: 96, align: 'right', rank: 0 },
  cell: (row) => {
    const text = signed(row.realized, digitsOf(row.currency))
    return muted(row, { text, tone: toneOf(text) })
  },
  tip: (row) =>
    lines(
      row.realized === null ? 'Unknown or none.' : `${row.realized} ${row.currency}`,
      'From the ledger: what this fill realized, before commission.',
      `Executed ${row.executedAtText}.`,
    ),
  copy: (row) => row.realized ?? '',
  sort: (row) => number(row.realized),
}

type Head = Pick<FillColumn, 'id' | 'title' | 'width' | 'rank'> & {
  readonly grow?: number
  readonly tip: string
}

const plainText = ({ tip, ...head }: Head, text: (row: FillRow) => string): FillColumn => ({
  ...head,
  align: 'left',
  cell: (row) => ({ text: text(row), tone: 'muted' }),
  tip: (row) => lines(text(row), tip),
  copy: text,
  sort: text,
})

const strategy: FillColumn = {
  ...plainText(
    { id: 'strategy', title: 'Strategy', width: 112, grow: 1.2, rank: 0, tip: '' },
    (row) => strategyName(row.strategy),
  ),
  cell: (row) => ({
    text: strategyName(row.strategy),
    tone: row.strategy === 'UNATTRIBUTED' || row.isInformational ? 'muted' : 'none',
  }),
  tip: (row) =>
    row.strategy === 'UNATTRIBUTED'
      ? `No rule claims the order reference ${row.orderRef === '' ? '(none)' : row.orderRef}.`
      : `Attributed by the ledger’s rules; order reference ${row.orderRef}.`,
}

const fromReport = 'From the broker’s report.'

export const FILL_COLUMNS: readonly FillColumn[] = [
  ...[time, symbol, side, quantity, price, amount, commission, realized],
  plainText(
    { id: 'currency', title: 'Ccy', width: 48, grow: 0.5, rank: 2, tip: fromReport },
    (row) => row.currency,
  ),
  plainText(
    { id: 'exchange', title: 'Exchange', width: 84, rank: 3, tip: fromReport },
    (row) => row.exchange,
  ),
  plainText(
    { id: 'execId', title: 'Exec ID', width: 196, grow: 1, rank: 5, tip: fromReport },
    (row) => row.execId,
  ),
  plainText(
    { id: 'orderRef', title: 'Order Ref', width: 120, grow: 1.8, rank: 4, tip: fromReport },
    (row) => row.orderRef,
  ),
  strategy,
]
