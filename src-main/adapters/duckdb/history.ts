import type { DuckDBConnection } from '@duckdb/node-api'
import type { Fill } from '#domain/fill.ts'
import type { History, Reattributed, ReattributionSummary, JournalEntry } from '#ports/history.ts'

import { execRoot, strategyId, type StrategyId } from '#shared/ids.ts'
import type { UtcNanos } from '#shared/time.ts'
import { momentValue, type Row, type RowReader, type Table } from './columns.ts'
import { query, readJournal } from './queries.ts'
import { readFill } from './read-rows.ts'

/** What commands have done, as resources/migrations declares it, and how it is looked up. */

export const REATTRIBUTIONS: Table = {
  name: 'reattributions',
  columns: [
    ['command', 'text'],
    ['recorded_at', 'moment'],
    ['fill_id', 'text'],
    ['was', 'text'],
    ['strategy', 'text'],
    ['author', 'text'],
    ['reason', 'text'],
    ['undoes', 'text'],
  ],
  key: [],
}

export const reattributedRow = (one: Reattributed): Row => [
  one.command,
  one.recordedAt,
  one.fillId,
  one.was,
  one.strategy,
  one.author,
  one.reason,
  one.undoes,
]

const readReattributed = (row: RowReader): Reattributed => ({
  command: row.text('command'),
  recordedAt: row.moment('recorded_at'),
  fillId: execRoot(row.text('fill_id')),
  was: strategyId(row.text('was')),
  strategy: strategyId(row.text('strategy')),
  author: row.text('author'),
  reason: row.text('reason'),
  undoes: row.textOrNull('undoes'),
})

const reattributed = (
  connection: DuckDBConnection,
  command: string,
): Promise<readonly Reattributed[]> =>
  query(
    connection,
    {
      sql: 'SELECT * FROM reattributions WHERE command = $1 OR undoes = $1 ORDER BY recorded_at',
      values: [command],
    },
    readReattributed,
  )

const reattributedSince = (
  connection: DuckDBConnection,
  instant: UtcNanos,
): Promise<readonly Reattributed[]> =>
  query(
    connection,
    {
      sql: 'SELECT * FROM reattributions WHERE recorded_at > $1 ORDER BY recorded_at, fill_id',
      values: [momentValue(instant)],
    },
    readReattributed,
  )

/** Names are told apart by a character that no name has. */
const SEPARATOR = '\u001f'

const REATTRIBUTION_ROWS = `
  WITH back AS (SELECT undoes AS command, count(*) AS undone FROM reattributions
                WHERE undoes IS NOT NULL GROUP BY undoes)
  SELECT command, any_value(r.recorded_at) AS recorded_at, any_value(author) AS author,
         any_value(reason) AS reason, any_value(undoes) AS undoes, count(*) AS fills,
         coalesce(any_value(back.undone), 0) AS undone,
         string_agg(DISTINCT was, chr(31) ORDER BY was) AS from_whom,
         string_agg(DISTINCT strategy, chr(31) ORDER BY strategy) AS to_whom
  FROM reattributions r LEFT JOIN back USING (command)
  GROUP BY command ORDER BY recorded_at DESC`

const strategies = (names: string): readonly StrategyId[] => names.split(SEPARATOR).map(strategyId)

const reattributions = (
  connection: DuckDBConnection,
  limit: number,
): Promise<readonly ReattributionSummary[]> =>
  query(connection, { sql: `${REATTRIBUTION_ROWS} LIMIT ${limit}` }, (row) => ({
    command: row.text('command'),
    recordedAt: row.moment('recorded_at'),
    author: row.text('author'),
    reason: row.text('reason'),
    undoes: row.textOrNull('undoes'),
    fills: row.number('fills'),
    undone: row.number('undone'),
    from: strategies(row.text('from_whom')),
    to: strategies(row.text('to_whom')),
  }))

const fillsOfOrderRef = (
  connection: DuckDBConnection,
  orderRef: string,
  { after, limit }: Parameters<History['fillsOfOrderRef']>[1],
): Promise<readonly Fill[]> =>
  query(
    connection,
    {
      sql: `SELECT * FROM fills WHERE order_ref = $1 AND fill_id > $2
            ORDER BY fill_id LIMIT ${limit}`,
      values: [orderRef, after ?? ''],
    },
    readFill,
  )

const journal = (
  connection: DuckDBConnection,
  { before, limit }: Parameters<History['journal']>[0],
): Promise<readonly JournalEntry[]> =>
  query(
    connection,
    {
      sql: `SELECT * FROM journal WHERE seq < $1 ORDER BY seq DESC LIMIT ${limit}`,
      values: [BigInt(before ?? Number.MAX_SAFE_INTEGER)],
    },
    readJournal,
  )

type Reading = <Value>(run: (reader: DuckDBConnection) => Promise<Value>) => Promise<Value>

/** @param read runs a query on the connection of those who only read. */
export const historyOf = (read: Reading): History => ({
  reattributed: (command) => read((reader) => reattributed(reader, command)),
  reattributedSince: (instant) => read((reader) => reattributedSince(reader, instant)),
  reattributions: (limit) => read((reader) => reattributions(reader, limit)),
  fillsOfOrderRef: (orderRef, page) => read((reader) => fillsOfOrderRef(reader, orderRef, page)),
  journal: (page) => read((reader) => journal(reader, page)),
})
