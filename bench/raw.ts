import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'

/** Which rows of a commit went into which table, and whether they replace others by their key. */
const TABLES: readonly { changes: string; table: string; key: readonly string[] }[] = [
  { changes: 'executions', table: 'executions', key: [] },
  { changes: 'newFills', table: 'fills', key: [] },
  { changes: 'attributions', table: 'attributions', key: [] },
  { changes: 'commissions', table: 'commissions', key: [] },
  { changes: 'orders', table: 'orders', key: [] },
  { changes: 'positions', table: 'positions', key: ['strategy', 'con_id'] },
  {
    changes: 'positions',
    table: 'position_commissions',
    key: ['strategy', 'con_id', 'currency'],
  },
  { changes: 'positionChanges', table: 'strategy_positions', key: [] },
]

const CHUNK_ROWS = 2048
const OPTIONS = {
  threads: '1',
  memory_limit: '96MB',
  checkpoint_threshold: '16MB',
  default_block_size: '65536',
}

type Source = {
  readonly table: string
  readonly changes: string
  readonly key: readonly string[]
  readonly types: readonly DuckDBType[]
  readonly rows: readonly (readonly DuckDBValue[])[]
  next: number
}

type Sizes = Readonly<Record<string, number>>

/**
 * The least code that writes what a run wrote: the rows are read back from its ledger beforehand,
 * as DuckDB's own values, and written in the order and the batch sizes they were committed in.
 */
export async function rawSeconds(
  folder: string,
  sizes: readonly Sizes[],
): Promise<{ readonly fills: number; readonly seconds: number }> {
  const written = await DuckDBInstance.create(ledgerIn(folder), { access_mode: 'READ_ONLY' })
  const reader = await written.connect()
  const sources = await Promise.all(TABLES.map((table) => readSource(reader, table)))
  const bare = await DuckDBInstance.create(join(folder, 'bare.duckdb'), OPTIONS)
  const connection = await bare.connect()
  await connection.run(readFileSync('resources/migrations/0001-ledger.sql', 'utf8'))
  const appenders = new Map<Source, DuckDBAppender>()
  for (const source of sources) appenders.set(source, await appenderFor(connection, source))
  const start = performance.now()
  for (const batch of sizes) {
    await connection.run('BEGIN')
    for (const source of sources) {
      const appender = appenders.get(source)
      if (appender) await writeBatch(connection, { source, appender }, batch[source.changes] ?? 0)
    }
    await connection.run('COMMIT')
  }
  const seconds = (performance.now() - start) / 1000
  return { fills: sizes.reduce((sum, batch) => sum + (batch['newFills'] ?? 0), 0), seconds }
}

const ledgerIn = (folder: string): string =>
  join(folder, readdirSync(folder).find((name) => name.endsWith('.duckdb')) ?? '')

async function readSource(
  reader: DuckDBConnection,
  { table, changes, key }: (typeof TABLES)[number],
): Promise<Source> {
  const read = await reader.runAndReadAll(`SELECT * FROM ${table}`)
  return { table, changes, key, types: read.columnTypes(), rows: read.getRows(), next: 0 }
}

/** Rows that replace others go through a staging table; the others straight in. */
async function appenderFor(connection: DuckDBConnection, source: Source): Promise<DuckDBAppender> {
  if (source.key.length === 0) return connection.createAppender(source.table, 'main')
  const staging = `staging_${source.table}`
  await connection.run(`CREATE TEMP TABLE ${staging} AS SELECT * FROM main.${source.table} LIMIT 0`)
  return connection.createAppender(staging, 'main', 'temp')
}

async function writeBatch(
  connection: DuckDBConnection,
  { source, appender }: { readonly source: Source; readonly appender: DuckDBAppender },
  count: number,
): Promise<void> {
  const rows = take(source, count)
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const chunk = DuckDBDataChunk.create(source.types)
    chunk.setRows(rows.slice(start, start + CHUNK_ROWS))
    appender.appendDataChunk(chunk)
  }
  appender.flushSync()
  if (source.key.length === 0 || rows.length === 0) return
  const staging = `temp.staging_${source.table}`
  await connection.run(`INSERT OR REPLACE INTO main.${source.table} SELECT * FROM ${staging}`)
  await connection.run(`DELETE FROM ${staging}`)
}

/** The next rows; rows that replace others start again from the first when they run out. */
function take(source: Source, count: number): readonly (readonly DuckDBValue[])[] {
  const wanted = source.key.length === 0 ? count : Math.min(count, source.rows.length)
  const rows: (readonly DuckDBValue[])[] = []
  while (rows.length < wanted) {
    if (source.next >= source.rows.length) {
      if (source.key.length === 0) break
      source.next = 0
    }
    const row = source.rows[source.next]
    if (row) rows.push(row)
    source.next += 1
  }
  return rows
}
