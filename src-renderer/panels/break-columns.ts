import type { BreakRow } from '#shared/api/reconcile-views.ts'
import { decimal } from '#shared/money.ts'
import { digitsOf, exact, fixed, UNKNOWN } from '../format/number.ts'
import { ageInMinutes, momentOf, timeOrDay } from '../format/time.ts'
import { lines } from '../format/where-from.ts'
import { selectColumn, type Column } from '../widgets/grid/column.ts'
import { bestProposal, whyNotSettled } from './settling/ways.ts'
import { proposalTitle } from './settling/words.ts'

type BreakColumn = Column<BreakRow>

const RANK = { high: 0, medium: 1, low: 2 } as const
const SEVERITY = { high: 'High', medium: 'Medium', low: 'Low' } as const
const WHY = {
  high: 'One side has nothing of it at all.',
  medium: 'Both sides have it, and not the same of it.',
  low: 'The quantities agree, what they cost does not.',
} as const
export const FIELD = { quantity: 'Quantity', cost: 'Cost', cash: 'Cash' } as const

/** What still asks for somebody comes first. */
const ORDER: Readonly<Record<BreakRow['status'], number>> = {
  opened: 0,
  'seen again': 1,
  undone: 2,
  'in flight': 3,
  acknowledged: 4,
  settled: 5,
  gone: 6,
}
const isOver = ({ status }: BreakRow): boolean => status === 'settled' || status === 'gone'

const unitOf = (row: BreakRow): string =>
  row.kind === 'quantity' ? 'units' : (row.currency ?? 'its currency')

const severity: BreakColumn = {
  ...{ id: 'severity', title: 'Severity', width: 76, align: 'left', rank: 1 },
  cell: (row) => ({
    text: SEVERITY[row.severity],
    tone: isOver(row) ? 'muted' : row.severity === 'low' ? 'none' : 'warning',
  }),
  tip: (row) => WHY[row.severity],
  copy: (row) => SEVERITY[row.severity],
  sort: (row) => RANK[row.severity],
}

const symbol: BreakColumn = {
  ...{ id: 'symbol', title: 'Symbol', width: 120, grow: 1.5, align: 'left', rank: 0 },
  cell: (row) => ({ text: row.name }),
  tip: (row) => lines(`${row.symbol} · ${row.name}`, row.conId === null ? null : `#${row.conId}`),
  copy: (row) => row.name,
  sort: (row) => row.name,
}

const field: BreakColumn = {
  ...{ id: 'field', title: 'Field', width: 76, align: 'left', rank: 0 },
  cell: (row) => ({ text: FIELD[row.kind] }),
  tip: (row) =>
    row.kind === 'cost'
      ? 'What the whole holding cost, commissions of its opening included, as the broker counts.'
      : `Compared in ${unitOf(row)}.`,
  copy: (row) => FIELD[row.kind],
  sort: (row) => FIELD[row.kind],
}

export type Side = 'ledger' | 'broker' | 'difference' | 'differenceValue'

/** Units as they are; money to the decimals of its currency. */
export const figure = (row: BreakRow, id: Side): string =>
  row.kind === 'quantity' && id !== 'differenceValue'
    ? exact(row[id])
    : fixed(row[id], digitsOf(row.currency ?? ''))

const number = (
  [id, title]: readonly [Side, string],
  tip: (row: BreakRow) => string,
  [width, rank] = [96, 0],
): BreakColumn => ({
  ...{ id, title, width, align: 'right', rank },
  cell: (row) => ({ text: figure(row, id) }),
  tip: (row) => lines(`${title}: ${row[id] ?? 'not known'}.`, tip(row)),
  copy: (row) => row[id] ?? '',
  sort: (row) => {
    const text = row[id]
    return text === null ? null : decimal(text)
  },
})

const cause: BreakColumn = {
  ...{ id: 'cause', title: 'Likely Cause', width: 150, grow: 1.5, align: 'left', rank: 1 },
  cell: ({ causes: [best] }) =>
    best === undefined ? { text: UNKNOWN } : { text: best.cause, badge: best.certainty },
  tip: ({ causes: [best] }) =>
    best === undefined
      ? 'Looked for in the next run.'
      : lines(best.sentence, ...best.facts.map(({ name, value }) => `${name}: ${value}`)),
  copy: ({ causes: [best] }) => (best === undefined ? '' : `${best.cause} (${best.certainty})`),
  sort: ({ causes: [best] }) => best?.cause ?? null,
}

const firstSeen: BreakColumn = {
  ...{ id: 'firstSeen', title: 'First Seen', width: 116, align: 'left', rank: 4 },
  cell: (row, { now }) => ({ text: timeOrDay(row.firstSeenAt, now) }),
  tip: (row) =>
    lines(
      `First seen ${momentOf(row.firstSeenAt)}.`,
      `Found by ${row.timesSeen} runs, last ${momentOf(row.lastSeenAt)}.`,
      row.recurrences === 0 ? null : `It came back ${row.recurrences} times.`,
    ),
  copy: (row) => momentOf(row.firstSeenAt),
  sort: (row) => row.firstSeenAt,
}

const age: BreakColumn = {
  ...{ id: 'age', title: 'Age', width: 64, align: 'right', rank: 3 },
  cell: (row, { now }) => ({ text: isOver(row) ? UNKNOWN : ageInMinutes(row.firstSeenAt, now) }),
  tip: (row) => `It stands since ${momentOf(row.firstSeenAt)}.`,
  copy: (row) => momentOf(row.firstSeenAt),
  sort: (row) => -row.firstSeenAt,
}

const status: BreakColumn = {
  ...{ id: 'status', title: 'Status', width: 110, align: 'left', rank: 0 },
  cell: (row) => ({ text: row.status, tone: isOver(row) ? 'muted' : 'none' }),
  tip: (row) =>
    lines(
      row.status === 'in flight' ? 'It traded during the last run: the next one judges it.' : null,
      row.note === null ? null : `Note: ${row.note}`,
      row.goneAt === null ? null : `Both sides agreed ${momentOf(row.goneAt)}.`,
    ),
  copy: (row) => row.status,
  sort: (row) => ORDER[row.status],
}

/** What a press does: the best that is proposed, once it was looked at. */
function actionOf(row: BreakRow): string {
  if (row.status === 'settled') return 'Undo…'
  if (whyNotSettled(row) !== null) return 'Details…'
  const best = bestProposal(row)
  return best === null ? 'Settle…' : `${proposalTitle(best)}…`
}

const action: BreakColumn = {
  ...{ id: 'action', title: 'Action', kind: 'action', width: 130, grow: 1.5 },
  ...{ align: 'left', rank: 0 },
  cell: (row) => ({ text: actionOf(row) }),
  tip: (row) => whyNotSettled(row) ?? 'Shows what it comes to before anything is written.',
  copy: () => '',
  sort: actionOf,
}

export const BREAK_COLUMNS: readonly BreakColumn[] = [
  ...[selectColumn<BreakRow>(), severity, symbol, field],
  number(['ledger', 'Ledger'], () => 'What this ledger has.'),
  number(['broker', 'Broker'], () => 'What the broker said in the last run.'),
  number(['difference', 'Diff'], (row) => `Broker minus ledger, in ${unitOf(row)}.`, [88, 0]),
  number(['differenceValue', 'Diff Value'], () => 'The difference at the last price.', [100, 2]),
  ...[cause, firstSeen, age, status, action],
]
