import type { LiveChanges, LiveMessage, LiveSnapshot } from '#shared/api/live.ts'
import type { BreakRow } from '#shared/api/reconcile-views.ts'
import type { FillRow, OrderRow, PositionRow } from '#shared/api/views.ts'
import type { DeskState, Rows, Told } from './desk-state.ts'
import { NO_PAST, type Past } from './past.ts'

/** Rows of one table kept in memory: far above a day's fills, yet bounded. */
const MOST_ROWS = 20_000

/** How far a subscription has come. */
export type Cursor = { readonly subscription: string; readonly revision: number }

/** True when the message is the very next one: a snapshot begins anew, changes leave no gap. */
export function follows(cursor: Cursor | null, message: LiveMessage): boolean {
  if (message.kind === 'snapshot') return true
  return (
    cursor !== null &&
    message.subscription === cursor.subscription &&
    message.revision === cursor.revision + 1
  )
}

/** True when this is a message of the live stream, as far as the fold relies on it. */
export function isLiveMessage(value: unknown): value is LiveMessage {
  if (typeof value !== 'object' || value === null) return false
  const { kind, subscription, revision } = value as Partial<Record<string, unknown>>
  const isKnown = kind === 'snapshot' || kind === 'changes'
  return isKnown && typeof subscription === 'string' && Number.isSafeInteger(revision)
}

const keyOfFill = (row: FillRow): string => row.fillId
const keyOfBreak = (row: BreakRow): string => row.id
const keyOf = (row: OrderRow | PositionRow): string => row.key

function rowsOf<Row>(rows: readonly Row[], key: (row: Row) => string, was: Rows<Row>): Rows<Row> {
  return { byKey: new Map(rows.map((row) => [key(row), row])), shape: was.shape + 1 }
}

/** The latest of each row; the oldest added leave when there are too many. */
function merged<Row>(
  was: Rows<Row>,
  news: {
    readonly rows?: readonly Row[] | undefined
    readonly gone?: readonly string[] | undefined
  },
  key: (row: Row) => string,
): Rows<Row> {
  const { rows = [], gone = [] } = news
  if (rows.length === 0 && gone.length === 0) return was
  const byKey = new Map(was.byKey)
  for (const row of rows) byKey.set(key(row), row)
  const isGrown = byKey.size !== was.byKey.size
  const isShrunk = gone.filter((each) => byKey.delete(each)).length > 0
  for (const oldest of byKey.keys()) {
    if (byKey.size <= MOST_ROWS) break
    byKey.delete(oldest)
  }
  return { byKey, shape: isGrown || isShrunk ? was.shape + 1 : was.shape }
}

/** Fills asked for apart from the live stream: they never replace what the stream said. */
export const withOlderFills = (state: DeskState, rows: readonly FillRow[]): DeskState => ({
  ...state,
  fills: merged(
    state.fills,
    { rows: rows.filter((row) => !state.fills.byKey.has(row.fillId)) },
    keyOfFill,
  ),
})

/** What was asked of the past of one account is none of another's. */
const pastIn = ({ past }: DeskState, account: string | undefined): Past =>
  past.view === null || past.view.account === account ? past : { ...NO_PAST, shape: past.shape + 1 }

function foldSnapshot(state: DeskState, news: LiveSnapshot, at: number): DeskState {
  const { accounts, link, book, account, status, reconciliation, jobs } = news
  return {
    core: { kind: 'open' },
    told: { accounts, link, book, account, status, reconciliation, jobs, at },
    positions: rowsOf(news.positions, keyOf, state.positions),
    // Kept oldest first, so that what arrives later is added at the end.
    fills: rowsOf(news.fills.toReversed(), keyOfFill, state.fills),
    orders: rowsOf(news.orders.toReversed(), keyOf, state.orders),
    breaks: rowsOf(reconciliation?.breaks ?? [], keyOfBreak, state.breaks),
    past: pastIn(state, book?.account),
  }
}

function foldTold(told: Told, news: LiveChanges, at: number): Told {
  const { link, book, account, status, reconciliation, jobs } = news
  return {
    accounts: told.accounts,
    link: link ?? told.link,
    book: book ?? told.book,
    account: account ?? told.account,
    status: status ?? told.status,
    reconciliation: reconciliation ?? told.reconciliation,
    jobs: jobs ?? told.jobs,
    at,
  }
}

/** The state after one message. Changes before any snapshot change nothing. */
export function fold(state: DeskState, message: LiveMessage, at: number): DeskState {
  if (message.kind === 'snapshot') return foldSnapshot(state, message, at)
  if (state.told === null) return state
  return {
    core: state.core,
    told: foldTold(state.told, message, at),
    positions: merged(
      state.positions,
      { rows: message.positions, gone: message.positionsGone },
      keyOf,
    ),
    fills: merged(state.fills, { rows: message.fills }, keyOfFill),
    orders: merged(state.orders, { rows: message.orders }, keyOf),
    breaks:
      message.reconciliation === undefined
        ? state.breaks
        : rowsOf(message.reconciliation.breaks, keyOfBreak, state.breaks),
    past: state.past,
  }
}
