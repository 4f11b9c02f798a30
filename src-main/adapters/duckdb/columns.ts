import {
  BIGINT,
  BOOLEAN,
  DECIMAL,
  DuckDBDecimalValue,
  DuckDBTimestampNanosecondsValue,
  INTEGER,
  TIMESTAMP_NS,
  VARCHAR,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import { assert } from '#shared/assert.ts'
import { D, LEDGER_SCALE, type Decimal } from '#shared/money.ts'
import { utcNanos, type UtcNanos } from '#shared/time.ts'

/** The kinds of column the ledger has, and how a value of ours becomes one of DuckDB's. */
export type ColumnKind = 'text' | 'count' | 'integer' | 'flag' | 'decimal' | 'moment'

/** A value as the ledger's rows carry it; a bigint is a moment in UTC nanoseconds. */
export type Cell = string | number | boolean | bigint | Decimal | null
export type Row = readonly Cell[]

const PRECISION = 38

const TYPES: Readonly<Record<ColumnKind, DuckDBType>> = {
  text: VARCHAR,
  count: BIGINT,
  integer: INTEGER,
  flag: BOOLEAN,
  decimal: DECIMAL(PRECISION, LEDGER_SCALE),
  moment: TIMESTAMP_NS,
}

/** A table's columns in the order the migrations declare them. */
export type Table = {
  readonly name: string
  readonly columns: readonly (readonly [name: string, kind: ColumnKind])[]
  /** The columns of the primary key; empty where rows are only ever appended. */
  readonly key: readonly string[]
}

/** The types of a table's columns, in order. */
export const duckTypes = (table: Table): readonly DuckDBType[] =>
  table.columns.map(([, kind]) => TYPES[kind])

/** A moment as a parameter of a statement. */
export const momentValue = (moment: UtcNanos): DuckDBValue =>
  new DuckDBTimestampNanosecondsValue(moment)

/** A decimal as a parameter of a statement: lossless, for the ledger keeps no more places. */
export const decimalValue = (value: Decimal): DuckDBValue =>
  new DuckDBDecimalValue(
    BigInt(value.times(new D(10).pow(LEDGER_SCALE)).toFixed(0)),
    PRECISION,
    LEDGER_SCALE,
  )

/** Reads one row of a result by column name, refusing what is not of the kind expected. */
export class RowReader {
  readonly #row: Readonly<Record<string, DuckDBValue>>

  constructor(row: Readonly<Record<string, DuckDBValue>>) {
    this.#row = row
  }

  text(name: string): string {
    return this.textOrNull(name) ?? missing(name)
  }

  textOrNull(name: string): string | null {
    const value = this.#row[name]
    return typeof value === 'string' ? value : nothing(name, value)
  }

  number(name: string): number {
    return this.numberOrNull(name) ?? missing(name)
  }

  numberOrNull(name: string): number | null {
    const value = this.#row[name]
    if (typeof value === 'bigint') return Number(value)
    return typeof value === 'number' ? value : nothing(name, value)
  }

  flag(name: string): boolean {
    const value = this.#row[name]
    return typeof value === 'boolean' ? value : missing(name)
  }

  decimal(name: string): Decimal {
    return this.decimalOrNull(name) ?? missing(name)
  }

  decimalOrNull(name: string): Decimal | null {
    const value = this.#row[name]
    return value instanceof DuckDBDecimalValue ? fromDuck(value) : nothing(name, value)
  }

  moment(name: string): UtcNanos {
    return this.momentOrNull(name) ?? missing(name)
  }

  momentOrNull(name: string): UtcNanos | null {
    const value = this.#row[name]
    if (value instanceof DuckDBTimestampNanosecondsValue) return utcNanos(value.nanos)
    return nothing(name, value)
  }
}

/** A cell of a DECIMAL column; null is null. */
export const toDecimal = (value: DuckDBValue): Decimal | null =>
  value instanceof DuckDBDecimalValue ? fromDuck(value) : nothing('of decimals', value)

/** Decimals read lately: shares, prices and charges repeat, and a Decimal never changes. */
const READ_LATELY = new Map<bigint, Decimal>()
const READ_LATELY_KEPT = 16_384

/** Lossless: DuckDB hands a DECIMAL back as a bigint and its scale. */
function fromDuck({ value, scale }: DuckDBDecimalValue): Decimal {
  if (scale !== LEDGER_SCALE) return decimalOf(value, scale)
  const known = READ_LATELY.get(value)
  if (known) return known
  const read = decimalOf(value, scale)
  if (READ_LATELY.size === READ_LATELY_KEPT) READ_LATELY.clear()
  READ_LATELY.set(value, read)
  return read
}

function decimalOf(value: bigint, scale: number): Decimal {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  return new D(`${value < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`)
}

function nothing(name: string, value: unknown): null {
  assert(value === null || value === undefined, `column ${name} has an unexpected type`)
  return null
}

function missing(name: string): never {
  throw new Error(`Broken invariant: column ${name} of the ledger is empty`)
}
