import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api'
import type { Row, Table } from './columns.ts'
import { RowSource } from './row-source.ts'

/**
 * Rows for one table: added when their keys are known to be new, put over what is there, or, for
 * facts, kept unless they are there already. Of snapshots alone all rows of an instant are
 * dropped: the instant is the only cell then.
 */
export type Write = {
  readonly table: Table
  readonly how: 'append' | 'put' | 'keep' | 'drop'
  readonly rows: readonly Row[]
}

type Insert = Exclude<Write['how'], 'drop'>

/**
 * Writes batches of rows, each in one transaction. DuckDB asks for the rows while it runs an
 * INSERT on a thread of its own: the event loop is held for as long as it takes to hand them over,
 * and no longer.
 */
export class Writer {
  readonly #connection: DuckDBConnection
  readonly #sources = new Map<string, RowSource>()
  /** By table and how: to plan one takes longer than to run it for a few rows. */
  readonly #inserts = new Map<string, DuckDBPreparedStatement>()

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
      for (const write of writes) await this.#run(write)
      if (statement !== null) await this.#connection.run(statement)
      await this.#connection.run('COMMIT')
    } catch (error) {
      await this.#rollBack()
      throw error
    }
  }

  async #run({ table, how, rows }: Write): Promise<void> {
    if (how === 'drop') return this.#drop(table, rows)
    const source = this.#sourceOf(table)
    const insert = await this.#insertInto(table, how)
    await source.giving(rows, () => insert.run())
  }

  async #drop(table: Table, rows: readonly Row[]): Promise<void> {
    const instants = rows.map(([at]) => `make_timestamp_ns(${String(at)})`)
    await this.#connection.run(`DELETE FROM main.${table.name} WHERE ts IN (${instants.join()})`)
  }

  #sourceOf(table: Table): RowSource {
    const source = this.#sources.get(table.name) ?? new RowSource(this.#connection, table)
    this.#sources.set(table.name, source)
    return source
  }

  async #insertInto(table: Table, how: Insert): Promise<DuckDBPreparedStatement> {
    const key = `${how} ${table.name}`
    const known = this.#inserts.get(key)
    if (known) return known
    const insert = await this.#connection.prepare(insertOf(table, how, this.#sourceOf(table)))
    this.#inserts.set(key, insert)
    return insert
  }

  async #rollBack(): Promise<void> {
    try {
      await this.#connection.run('ROLLBACK')
    } catch {
      // DuckDB has already ended the transaction by itself; there is nothing left to roll back.
    }
  }

  close(): void {
    for (const insert of this.#inserts.values()) insert.destroySync()
    this.#inserts.clear()
  }
}

function insertOf(table: Table, how: Insert, source: RowSource): string {
  const insert = `INSERT INTO main.${table.name} SELECT * FROM ${source.name}`
  if (how === 'append') return insert
  const isThere = `${insert} ON CONFLICT (${table.key.join(', ')})`
  if (how === 'keep') return `${isThere} DO NOTHING`
  const replaced = table.columns.map(([name]) => name).filter((name) => !table.key.includes(name))
  return `${isThere} DO UPDATE SET ${replaced.map((name) => `${name} = excluded.${name}`).join()}`
}
