import duckdb, { type Vector } from '@duckdb/node-bindings'
import type { DuckDBDataChunk } from '@duckdb/node-api'
import type { Cell, ColumnKind, Row, Table } from './columns.ts'
import { writeDecimal, WORDS_PER_DECIMAL } from './decimal-words.ts'

/** Rows handed over at once: milliseconds of the event loop, and at most one DuckDB vector. */
export const CHUNK_ROWS = 1024

/**
 * Writes a table's rows into chunks of DuckDB's. Values go into buffers of ours in DuckDB's own
 * layout and from there into its vectors in one copy a column: handed over one at a time, as
 * objects, they cost a third of all the time a fill takes.
 */
export class TableBuffer {
  readonly #columns: readonly ColumnBuffer[]

  constructor(table: Table) {
    this.#columns = table.columns.map(([, kind]) => columnBuffer(kind))
  }

  /** The chunk then holds these rows, `CHUNK_ROWS` at most, and no others. */
  writeTo(chunk: DuckDBDataChunk, rows: readonly Row[]): void {
    chunk.rowCount = rows.length
    for (const [index, column] of this.#columns.entries()) {
      column.clear()
      for (let row = 0; row < rows.length; row += 1) column.put(row, rows[row]?.[index] ?? null)
      column.copyTo(duckdb.data_chunk_get_vector(chunk.chunk, index), rows.length)
    }
  }
}

/** Writes the value of a row, or what may stand where there is none. */
type Put = (row: number, cell: Cell) => void

/** The values of one column, and which of them are null. */
class ColumnBuffer {
  readonly #bytes: ArrayBuffer
  readonly #width: number
  readonly #put: Put
  /** DuckDB's validity mask: bit 1 for a value, 0 for null. */
  readonly #valid = new Uint32Array(CHUNK_ROWS / 32)
  #hasNulls = false

  constructor(bytes: ArrayBuffer, put: Put) {
    this.#bytes = bytes
    this.#width = bytes.byteLength / CHUNK_ROWS
    this.#put = put
  }

  /** Nothing of what was put before counts, also if it was never copied. */
  clear(): void {
    this.#valid.fill(ALL_VALID)
    this.#hasNulls = false
  }

  put(row: number, cell: Cell): void {
    if (cell === null) this.#putNull(row)
    this.#put(row, cell)
  }

  #putNull(row: number): void {
    const word = row >> 5
    this.#valid[word] = (this.#valid[word] ?? ALL_VALID) & ~(1 << (row & 31))
    this.#hasNulls = true
  }

  copyTo(vector: Vector, rows: number): void {
    duckdb.copy_data_to_vector(vector, 0, this.#bytes, 0, rows * this.#width)
    if (!this.#hasNulls) return
    const { buffer } = this.#valid
    duckdb.vector_ensure_validity_writable(vector)
    duckdb.copy_data_to_vector_validity(vector, 0, buffer, 0, Math.ceil(rows / 64) * 8)
  }
}

const ALL_VALID = 0xffffffff

function decimalColumn(): ColumnBuffer {
  const words = new Uint32Array(CHUNK_ROWS * WORDS_PER_DECIMAL)
  return new ColumnBuffer(words.buffer, (row, cell) => {
    if (typeof cell === 'object' && cell !== null)
      writeDecimal(words, row * WORDS_PER_DECIMAL, cell)
  })
}

function momentColumn(): ColumnBuffer {
  const nanos = new BigInt64Array(CHUNK_ROWS)
  return new ColumnBuffer(nanos.buffer, (row, cell) => {
    if (typeof cell === 'bigint') nanos[row] = cell
  })
}

/** BIGINT from whole numbers below 2⁵³, as two halves: no bigint is made for it. */
function countColumn(): ColumnBuffer {
  const halves = new Int32Array(CHUNK_ROWS * 2)
  return new ColumnBuffer(halves.buffer, (row, cell) => {
    if (typeof cell !== 'number') return
    halves[row * 2] = cell | 0
    halves[row * 2 + 1] = Math.floor(cell / 2 ** 32)
  })
}

function integerColumn(): ColumnBuffer {
  const values = new Int32Array(CHUNK_ROWS)
  return new ColumnBuffer(values.buffer, (row, cell) => {
    if (typeof cell === 'number') values[row] = cell
  })
}

function flagColumn(): ColumnBuffer {
  const flags = new Uint8Array(CHUNK_ROWS)
  return new ColumnBuffer(flags.buffer, (row, cell) => {
    flags[row] = cell === true ? 1 : 0
  })
}

/**
 * VARCHAR in the layout of duckdb_string_t: a length, then up to twelve bytes of text in place.
 * Longer text, and any that is not plain ASCII, is handed to DuckDB one by one after the copy.
 */
class TextColumn extends ColumnBuffer {
  readonly #bytes: Uint8Array
  readonly #lengths: Uint32Array
  /** Text that is handed over apart, and at the same places its rows. */
  readonly #apart: string[] = []
  readonly #rowsApart = new Uint16Array(CHUNK_ROWS)

  constructor() {
    const bytes = new Uint8Array(CHUNK_ROWS * TEXT_WIDTH)
    super(bytes.buffer, (row, cell) => this.#set(row, cell))
    this.#bytes = bytes
    this.#lengths = new Uint32Array(bytes.buffer)
  }

  #set(row: number, cell: Cell): void {
    const start = row * TEXT_WIDTH
    this.#bytes.fill(0, start, start + TEXT_WIDTH)
    if (typeof cell !== 'string') return
    if (cell.length > TEXT_IN_PLACE || !this.#write(start + 4, cell)) {
      this.#bytes.fill(0, start, start + TEXT_WIDTH)
      this.#rowsApart[this.#apart.length] = row
      this.#apart.push(cell)
    } else this.#lengths[start >> 2] = cell.length
  }

  /** False when it is not plain ASCII. */
  #write(start: number, text: string): boolean {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (code > 127) return false
      this.#bytes[start + index] = code
    }
    return true
  }

  override clear(): void {
    super.clear()
    this.#apart.length = 0
  }

  override copyTo(vector: Vector, rows: number): void {
    super.copyTo(vector, rows)
    for (let at = 0; at < this.#apart.length; at += 1) {
      const text = this.#apart[at] ?? ''
      duckdb.vector_assign_string_element(vector, this.#rowsApart[at] ?? 0, text)
    }
  }
}

const TEXT_WIDTH = 16
const TEXT_IN_PLACE = 12

const COLUMNS: Readonly<Record<ColumnKind, () => ColumnBuffer>> = {
  text: () => new TextColumn(),
  count: countColumn,
  integer: integerColumn,
  flag: flagColumn,
  decimal: decimalColumn,
  moment: momentColumn,
}

const columnBuffer = (kind: ColumnKind): ColumnBuffer => COLUMNS[kind]()
