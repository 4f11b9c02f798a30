import { crc32 } from 'node:zlib'
import { D } from '#shared/money.ts'
import { utcNanos } from '#shared/time.ts'
import type { Cell, ColumnKind, Row, Table } from './columns.ts'
import { writeDecimal, WORDS_PER_DECIMAL } from './decimal-words.ts'
import type { Write } from './writer.ts'

/** A commit as the log has it. Numbers rise by one from commit to commit. */
export type LoggedCommit = { readonly number: number; readonly writes: readonly Write[] }

/**
 * A line of the commit log: a checksum of what follows, the commit's number, and as JSON its rows,
 * each with its table, in the order of the table's columns.
 */
export function lineOf({ number, writes }: LoggedCommit): string {
  const logged = writes.map(({ table, how, rows }) => [table.name, how, rows.map(plainRow)])
  const text = JSON.stringify([number, logged])
  return `${checksum(text)} ${text}\n`
}

const plainRow = (row: Row): readonly Plain[] => row.map(plainCell)

/** @throws {Error} when a decimal does not fit the tables: they would refuse it later. */
function plainCell(cell: Cell): Plain {
  if (typeof cell === 'bigint') return cell.toString()
  if (typeof cell !== 'object' || cell === null) return cell
  writeDecimal(SCRATCH, 0, cell)
  return cell.toString()
}

const SCRATCH = new Uint32Array(WORDS_PER_DECIMAL)

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, '0')

/**
 * What a line says; null when it was cut short, never was one, or is of a commit up to `applied`. A
 * file may be full of those: to read their rows would take most of the time a ledger needs to open.
 */
export function readLine(
  line: string,
  { tables, applied }: { readonly tables: readonly Table[]; readonly applied: number },
): LoggedCommit | null {
  const text = line.slice(CHECKSUM_WIDTH + 1)
  if (Number.parseInt(text.slice(1), 10) <= applied) return null
  if (line.slice(0, CHECKSUM_WIDTH) !== checksum(text)) return null
  const [number, logged] = JSON.parse(text) as Logged
  return {
    number,
    writes: logged.map(([name, how, rows]) => readWrite({ name, how, rows }, tables)),
  }
}

const CHECKSUM_WIDTH = 8

type Plain = string | number | boolean | null
type Logged = [number: number, writes: [name: string, how: Write['how'], rows: Plain[][]][]]

function readWrite(
  { name, how, rows }: { name: string; how: Write['how']; rows: Plain[][] },
  tables: readonly Table[],
): Write {
  const table = tables.find((one) => one.name === name)
  if (table === undefined) throw new Error(`The commit log speaks of a table ${name}.`)
  // A line of an older version lacks the columns that were added since: they are not known.
  const read = (row: Plain[]): Row =>
    table.columns.map(([, kind], index) => cellOf(row[index] ?? null, kind))
  return { table, how, rows: rows.map(read) }
}

function cellOf(value: Plain, kind: ColumnKind): Cell {
  if (typeof value !== 'string') return value
  if (kind === 'decimal') return new D(value)
  return kind === 'moment' ? utcNanos(BigInt(value)) : value
}
