import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  DuckDBDataChunk,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBTimestampNanosecondsValue,
  DuckDBTypeId,
  type DuckDBAppender,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'

/**
 * Which rows of a commit went into which table, and how they are read back. Positions are folded
 * out of their log when the ledger is closed: their rows are made of what was folded, over and
 * over.
 */
const TABLES: readonly { changes: string; table: string; rows?: string }[] = [
  { changes: 'executions', table: 'executions' },
  { changes: 'newFills', table: 'fills' },
  { changes: 'attributions', table: 'attributions' },
  { changes: 'commissions', table: 'commissions' },
  { changes: 'orders', table: 'orders' },
  {
    changes: 'positions',
    table: 'positions_log',
    rows: `SELECT 1::BIGINT AS commit_number, p.*, c.currency, c.commission
           FROM positions p LEFT JOIN position_commissions c USING (strategy, con_id)`,
  },
  { changes: 'positionChanges', table: 'strategy_positions' },
]

const MIGRATIONS = 'resources/migrations'
const CHUNK_ROWS = 2048
const OPTIONS = {
  threads: '1',
  memory_limit: '96MB',
  checkpoint_threshold: '24MB',
  default_block_size: '65536',
}

type Source = {
  readonly table: string
  readonly changes: string
  readonly isRepeated: boolean
  readonly types: readonly DuckDBType[]
  readonly rows: readonly (readonly Plain[])[]
  next: number
}

/** A value as a program holds it before it writes: money as text, moments as nanoseconds. */
type Plain = string | number | bigint | boolean | null

type Sizes = Readonly<Record<string, number>>

/**
 * The least code that writes what a run wrote: the rows are read back from its ledger beforehand,
 * as plain values, and written in the order and the batch sizes they were committed in.
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
  for (const migration of readdirSync(MIGRATIONS).sort()) {
    await connection.run(readFileSync(join(MIGRATIONS, migration), 'utf8'))
  }
  const appenders = new Map<Source, DuckDBAppender>()
  for (const source of sources) {
    appenders.set(source, await connection.createAppender(source.table, 'main'))
  }
  const start = performance.now()
  for (const batch of sizes) {
    await connection.run('BEGIN')
    for (const source of sources) {
      const appender = appenders.get(source)
      if (appender) writeBatch({ source, appender }, batch[source.changes] ?? 0)
    }
    await connection.run('COMMIT')
  }
  const seconds = (performance.now() - start) / 1000
  return { fills: sizes.reduce((sum, batch) => sum + (batch['newFills'] ?? 0), 0), seconds }
}

function plain(value: DuckDBValue): Plain {
  if (value instanceof DuckDBDecimalValue) return value.toString()
  if (value instanceof DuckDBTimestampNanosecondsValue) return value.nanos
  return value as Plain
}

function duck(cell: Plain, type: DuckDBType | undefined): DuckDBValue {
  if (cell === null || type === undefined) return null
  if (type.typeId === DuckDBTypeId.DECIMAL) return decimalOf(String(cell))
  if (type.typeId === DuckDBTypeId.TIMESTAMP_NS) {
    return new DuckDBTimestampNanosecondsValue(BigInt(cell))
  }
  return cell
}

function decimalOf(text: string): DuckDBDecimalValue {
  const [whole = '0', fraction = ''] = text.split('.')
  return new DuckDBDecimalValue(BigInt(whole + fraction.padEnd(18, '0')), 38, 18)
}

const ledgerIn = (folder: string): string =>
  join(folder, readdirSync(folder).find((name) => name.endsWith('.duckdb')) ?? '')

async function readSource(
  reader: DuckDBConnection,
  { table, changes, rows }: (typeof TABLES)[number],
): Promise<Source> {
  const read = await reader.runAndReadAll(rows ?? `SELECT * FROM ${table}`)
  return {
    table,
    changes,
    isRepeated: rows !== undefined,
    types: read.columnTypes(),
    rows: read.getRows().map((row) => row.map(plain)),
    next: 0,
  }
}

function writeBatch(
  { source, appender }: { readonly source: Source; readonly appender: DuckDBAppender },
  count: number,
): void {
  const rows = take(source, count)
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const chunk = DuckDBDataChunk.create(source.types)
    const part = rows.slice(start, start + CHUNK_ROWS)
    chunk.setRows(part.map((row) => row.map((cell, at) => duck(cell, source.types[at]))))
    appender.appendDataChunk(chunk)
  }
  appender.flushSync()
}

/** The next rows; repeated ones start again from the first when they run out. */
function take(source: Source, count: number): readonly (readonly Plain[])[] {
  const rows: (readonly Plain[])[] = []
  while (rows.length < count) {
    if (source.next >= source.rows.length) {
      if (!source.isRepeated || source.rows.length === 0) break
      source.next = 0
    }
    const row = source.rows[source.next]
    if (row) rows.push(row)
    source.next += 1
  }
  return rows
}
