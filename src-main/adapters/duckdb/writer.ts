import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api'
import { setImmediate as turn } from 'node:timers/promises'
import { CHUNK_ROWS, TableChunk } from './chunk.ts'
import type { Row, Table } from './columns.ts'

/** Emptied staging rows are only given back when the table is dropped. */
const STAGING_LIFE_ROWS = 4_000

/**
 * Rows for one table: appended when their keys are known to be new, put over what is there, or, for
 * facts, kept unless they are there already. Of snapshots alone all rows of an instant are
 * dropped: the instant is the only cell then.
 */
export type Write = {
  readonly table: Table
  readonly how: 'append' | 'put' | 'keep' | 'drop'
  readonly rows: readonly Row[]
}

type Staging = {
  readonly appender: DuckDBAppender
  readonly put: string
  readonly keep: string
  readonly clear: string
  staged: number
}

/**
 * Writes batches of rows, each in one transaction. New rows go through DuckDB's appender straight
 * into their table; rows that replace others are appended to a temporary staging table and moved
 * over with INSERT … ON CONFLICT, because an appender cannot upsert and one duplicate key fails
 * its batch.
 */
export class Writer {
  readonly #connection: DuckDBConnection
  readonly #appenders = new Map<string, DuckDBAppender>()
  readonly #staging = new Map<string, Staging>()

  constructor(connection: DuckDBConnection) {
    this.#connection = connection
  }

  /**
   * All of the writes, and what a statement says besides, or none of it.
   * @throws DuckDB's error, after which nothing has been written.
   */
  async commit(writes: readonly Write[], statement: string | null = null): Promise<void> {
    const filled = writes.filter(({ rows }) => rows.length > 0)
    if (filled.length > 0 || statement !== null) await this.#transact(filled, statement)
  }

  async #transact(writes: readonly Write[], statement: string | null): Promise<void> {
    await this.#connection.run('BEGIN TRANSACTION')
    try {
      for (const write of writes) {
        await this.#run(write)
        // To append holds the event loop for milliseconds: others get their turn between.
        await turn()
      }
      if (statement !== null) await this.#connection.run(statement)
      await this.#connection.run('COMMIT')
    } catch (error) {
      await this.#abandon()
      throw error
    }
  }

  #run(write: Write): Promise<void> {
    if (write.how === 'append') return this.#append(write)
    return write.how === 'drop' ? this.#drop(write) : this.#stage(write, write.how)
  }

  async #drop({ table, rows }: Write): Promise<void> {
    const instants = rows.map(([at]) => `make_timestamp_ns(${String(at)})`)
    await this.#connection.run(`DELETE FROM main.${table.name} WHERE ts IN (${instants.join()})`)
  }

  async #append({ table, rows }: Write): Promise<void> {
    let appender = this.#appenders.get(table.name)
    if (appender === undefined) {
      appender = await this.#connection.createAppender(table.name, 'main')
      this.#appenders.set(table.name, appender)
    }
    await appendRows(appender, table, rows)
  }

  async #stage({ table, rows }: Write, how: 'put' | 'keep'): Promise<void> {
    const staging = this.#staging.get(table.name) ?? (await this.#createStaging(table))
    await appendRows(staging.appender, table, rows)
    // Never as prepared statements: DuckDB 1.5 plans them with the statistics of the staging
    // table at the time, empty, and then refuses or garbles text longer than twelve bytes.
    await this.#connection.run(staging[how])
    await this.#connection.run(staging.clear)
    staging.staged += rows.length
    if (staging.staged > STAGING_LIFE_ROWS) this.#forget(table.name)
  }

  async #createStaging(table: Table): Promise<Staging> {
    const name = `staging_${table.name}`
    const columns = table.columns.map(([column]) => column)
    const assignments = columns
      .filter((column) => !table.key.includes(column))
      .map((column) => `${column} = excluded.${column}`)
    await this.#connection.run(
      `CREATE OR REPLACE TEMP TABLE ${name} AS SELECT * FROM main.${table.name} LIMIT 0`,
    )
    const insert = `INSERT INTO main.${table.name} SELECT * FROM temp.${name}
                    ON CONFLICT (${table.key.join(', ')})`
    const staging: Staging = {
      appender: await this.#connection.createAppender(name, 'main', 'temp'),
      put: `${insert} DO UPDATE SET ${assignments.join(', ')}`,
      keep: `${insert} DO NOTHING`,
      clear: `DELETE FROM temp.${name}`,
      staged: 0,
    }
    this.#staging.set(table.name, staging)
    return staging
  }

  #forget(name: string): void {
    this.#staging.get(name)?.appender.closeSync()
    this.#staging.delete(name)
  }

  /** After a failure nothing half-appended may linger: every appender is thrown away. */
  async #abandon(): Promise<void> {
    const appenders = [...this.#appenders.values(), ...this.#stagingAppenders()]
    this.#appenders.clear()
    this.#staging.clear()
    for (const appender of appenders) discard(appender)
    try {
      await this.#connection.run('ROLLBACK')
    } catch {
      // DuckDB has already ended the transaction by itself; there is nothing left to roll back.
    }
  }

  #stagingAppenders(): readonly DuckDBAppender[] {
    return [...this.#staging.values()].map(({ appender }) => appender)
  }

  close(): void {
    for (const appender of this.#appenders.values()) appender.closeSync()
    this.#appenders.clear()
    for (const name of [...this.#staging.keys()]) this.#forget(name)
  }
}

async function appendRows(
  appender: DuckDBAppender,
  table: Table,
  rows: readonly Row[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    const { chunk } = filled(table, rows.slice(start, start + CHUNK_ROWS))
    appender.appendDataChunk(chunk)
    appender.flushSync()
    // A flush holds the event loop for milliseconds: others get their turn before the next.
    if (start + CHUNK_ROWS < rows.length) await turn()
  }
}

const chunks = new Map<string, TableChunk>()

/**
 * One chunk a table, used again and again: a chunk is most of a megabyte outside the JavaScript
 * heap that only the garbage collector gives back, and it does not know how much it is.
 */
function filled(table: Table, rows: readonly Row[]): TableChunk {
  const chunk = chunks.get(table.name) ?? new TableChunk(table)
  chunks.set(table.name, chunk)
  chunk.fill(rows)
  return chunk
}

function discard(appender: DuckDBAppender): void {
  try {
    appender.clear()
    appender.closeSync()
  } catch {
    // It held rows of the failed transaction, and says so; they are gone, which is what is wanted.
  }
}
