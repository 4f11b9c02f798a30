import type { OrderRow } from '#shared/api/views.ts'
import { decimal } from '#shared/money.ts'
import { exact, fixed, UNKNOWN } from '../format/number.ts'
import { momentOf, timeElseDay } from '../format/time.ts'
import { lines } from '../format/where-from.ts'
import { strategyName, titleOf } from '../stores/holding.ts'
import type { Cell, Column } from '../widgets/grid/column.ts'

type OrderColumn = Column<OrderRow>

/** The broker's states as a reader says them; one it adds later is shown as it came. */
const STATUS: Readonly<Record<string, string>> = {
  ApiPending: 'Sending',
  PendingSubmit: 'Pending submit',
  PendingCancel: 'Pending cancel',
  PreSubmitted: 'Pre-submitted',
  ApiCancelled: 'Cancelled (API)',
}
const statusOf = (row: OrderRow): string => STATUS[row.status] ?? row.status

const isOver = (row: OrderRow): boolean =>
  ['Filled', 'Cancelled', 'ApiCancelled', 'Inactive'].includes(row.status)

const isCutShort = (row: OrderRow): boolean =>
  isOver(row) &&
  row.status !== 'Filled' &&
  row.filled !== null &&
  decimal(row.filled).isPositive() &&
  !decimal(row.filled).isZero()

const reported = (row: OrderRow): string =>
  `From the broker’s order reports, as of ${momentOf(row.updatedAt)}.`

const time: OrderColumn = {
  ...{ id: 'time', title: 'Time', titleTip: 'When the order was first seen', width: 76 },
  ...{ grow: 0.6, align: 'left', rank: 0 },
  cell: (row, { now }) => ({ text: timeElseDay(row.firstSeenAt, now) }),
  tip: (row) =>
    lines(`First seen ${momentOf(row.firstSeenAt)}.`, `Last report ${momentOf(row.updatedAt)}.`),
  copy: (row) => momentOf(row.firstSeenAt),
  sort: (row) => row.firstSeenAt,
}

const symbol: OrderColumn = {
  ...{ id: 'symbol', title: 'Symbol', width: 178, grow: 1.3, align: 'left', rank: 0 },
  cell: (row) => ({ text: titleOf(row) || UNKNOWN }),
  tip: (row) =>
    lines(
      `${row.symbol} · ${row.name}`,
      row.conId === null ? 'The contract is not known yet.' : `conId ${row.conId}`,
    ),
  copy: titleOf,
  sort: (row) => `${row.symbol} ${row.name}`,
}

const ACTION = { buy: 'Buy', sell: 'Sell' } as const

const action: OrderColumn = {
  ...{ id: 'action', title: 'Action', width: 58, align: 'left', rank: 0 },
  cell: (row) => ({ text: row.side === null ? UNKNOWN : ACTION[row.side] }),
  tip: reported,
  copy: (row) => row.side ?? '',
  sort: (row) => row.side,
}

type Digits = Pick<OrderColumn, 'id' | 'title' | 'width' | 'rank'> & {
  readonly titleTip?: string
  readonly grow?: number
}

/** An average has digits without end: two more than a price has are shown, the tip has them all. */
const shown = (value: string | null, decimals: number): string => {
  const text = exact(value, decimals)
  const digits = text.split('.')[1]?.length ?? 0
  return decimals > 0 && digits > decimals + 2 ? fixed(value, decimals + 2) : text
}

/** A number the broker reports; what it does not say is unknown, or does not apply. */
const number = (
  head: Digits,
  value: (row: OrderRow) => string | null,
  decimals: (row: OrderRow) => number = () => 0,
): OrderColumn => ({
  ...head,
  align: 'right',
  cell: (row) => ({ text: shown(value(row), decimals(row)) }),
  tip: (row) =>
    lines(
      `${head.titleTip ?? head.title}: ${value(row) ?? 'not reported, or does not apply'}.`,
      reported(row),
    ),
  copy: (row) => value(row) ?? '',
  sort: (row) => {
    const text = value(row)
    return text === null ? null : decimal(text)
  },
})

const plainText = (head: Digits, value: (row: OrderRow) => string | null): OrderColumn => ({
  ...head,
  align: 'left',
  cell: (row) => ({ text: value(row) ?? UNKNOWN, tone: 'muted' }),
  tip: (row) =>
    lines(`${head.titleTip ?? head.title}: ${value(row) ?? 'not reported'}.`, reported(row)),
  copy: (row) => value(row) ?? '',
  sort: value,
})

function statusCell(row: OrderRow): Cell {
  const text = statusOf(row)
  if (isCutShort(row)) return { text, badge: 'partly' }
  if (row.status === 'Inactive') return { text, tone: 'warning' }
  return { text, tone: isOver(row) ? 'muted' : 'none' }
}

const status: OrderColumn = {
  ...{ id: 'status', title: 'Status', width: 124, align: 'left', rank: 0 },
  cell: statusCell,
  tip: (row) =>
    lines(
      isCutShort(row)
        ? `${exact(row.filled)} of ${exact(row.quantity)} were filled before it ended.`
        : null,
      row.reason,
      reported(row),
    ),
  copy: statusOf,
  sort: statusOf,
}

const strategy: OrderColumn = {
  ...{ id: 'strategy', title: 'Strategy', width: 112, grow: 1.2, align: 'left', rank: 0 },
  cell: (row) => ({
    text: strategyName(row.strategy),
    tone: row.strategy === 'UNATTRIBUTED' ? 'muted' : 'none',
  }),
  tip: (row) =>
    `By the ledger’s rules; order reference ${row.orderRef === '' ? '(none)' : row.orderRef}.`,
  copy: (row) => strategyName(row.strategy),
  sort: (row) => strategyName(row.strategy),
}

const decimals = (row: OrderRow): number => row.priceDecimals

export const ORDER_COLUMNS: readonly OrderColumn[] = [
  ...[time, symbol, action],
  number(
    { id: 'quantity', title: 'Qty', titleTip: 'Quantity', width: 60, rank: 0 },
    (row) => row.quantity,
  ),
  number({ id: 'filled', title: 'Filled', width: 56, rank: 0 }, (row) => row.filled),
  number({ id: 'remaining', title: 'Remaining', width: 84, rank: 1 }, (row) => row.remaining),
  plainText({ id: 'type', title: 'Type', width: 66, rank: 0 }, (row) => row.orderType),
  number(
    { id: 'limitPrice', title: 'Lmt Price', titleTip: 'Limit price', width: 84, rank: 0 },
    (row) => row.limitPrice,
    decimals,
  ),
  number(
    {
      id: 'auxiliaryPrice',
      title: 'Aux Price',
      titleTip: 'Auxiliary (stop) price',
      width: 88,
      rank: 5,
    },
    (row) => row.auxiliaryPrice,
    decimals,
  ),
  plainText(
    { id: 'timeInForce', title: 'TIF', titleTip: 'Time in force', width: 48, rank: 3 },
    (row) => row.timeInForce,
  ),
  status,
  number(
    { id: 'averageFill', title: 'Avg Fill', titleTip: 'Average fill price', width: 92, rank: 2 },
    (row) => row.averageFillPrice,
    decimals,
  ),
  plainText(
    { id: 'orderRef', title: 'Order Ref', width: 116, grow: 1.8, rank: 4 },
    (row) => row.orderRef,
  ),
  strategy,
  plainText({ id: 'permId', title: 'Perm ID', width: 96, rank: 6 }, (row) =>
    row.permId === 0 ? null : String(row.permId),
  ),
  plainText({ id: 'clientId', title: 'Client ID', width: 70, rank: 7 }, (row) =>
    row.clientId === null ? null : String(row.clientId),
  ),
]
