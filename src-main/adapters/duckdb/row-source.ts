import {
  DuckDBTableFunction,
  type DuckDBConnection,
  type DuckDBDataChunk,
  type DuckDBTableFunctionBindInfo,
} from '@duckdb/node-api'
import { assert } from '#shared/assert.ts'
import { CHUNK_ROWS, TableBuffer } from './table-buffer.ts'
import { duckTypes, type Row, type Table } from './columns.ts'

/**
 * Rows of one table as something DuckDB can select from. It asks for them a chunk at a time while
 * it runs the statement on a thread of its own, so that the event loop is held only as long as it
 * takes to hand a chunk over.
 */
export class RowSource {
  /** What a statement selects from. */
  readonly name: string
  readonly #table: Table
  readonly #buffer: TableBuffer
  #rows: readonly Row[] = []
  #given = 0

  constructor(connection: DuckDBConnection, table: Table) {
    this.name = `rows_of_${table.name}()`
    this.#table = table
    this.#buffer = new TableBuffer(table)
    const source = DuckDBTableFunction.create({
      name: `rows_of_${table.name}`,
      bindFunction: (binding) => this.#bind(binding),
      initFunction: () => undefined,
      mainFunction: (_, chunk) => this.#give(chunk),
    })
    connection.registerTableFunction(source)
  }

  /** Runs a statement that selects these rows, one at a time. @throws what the statement does. */
  async giving(rows: readonly Row[], run: () => Promise<unknown>): Promise<void> {
    assert(this.#rows.length === 0, `two statements read rows of ${this.#table.name}`)
    this.#rows = rows
    this.#given = 0
    try {
      await run()
      assert(this.#given === rows.length, `rows of ${this.#table.name} were left unread`)
    } finally {
      this.#rows = []
    }
  }

  #bind(binding: DuckDBTableFunctionBindInfo): void {
    const types = duckTypes(this.#table)
    for (const [index, [name]] of this.#table.columns.entries()) {
      const type = types[index]
      if (type) binding.addResultColumn(name, type)
    }
  }

  /** A chunk without rows ends it. */
  #give(chunk: DuckDBDataChunk): void {
    const rows = this.#rows.slice(this.#given, this.#given + CHUNK_ROWS)
    this.#given += rows.length
    this.#buffer.writeTo(chunk, rows)
  }
}
