import type { Row, Table } from './columns.ts'
import type { Write } from './writer.ts'

/** The rows of one table that wait: what is added, and what replaces rows the table has. */
type Waiting = {
  readonly table: Table
  readonly keyOf: (row: Row) => string
  readonly added: Row[]
  /** Where a key stands among the added rows; nothing for a table without a key. */
  readonly places: Map<string, number>
  readonly replaced: Map<string, Row>
}

/**
 * What commits have logged and is not in the tables yet. A row that replaces one which is itself
 * waiting takes its place: the table sees only the last.
 */
export class Pending {
  readonly #tables = new Map<string, Waiting>()
  #rows = 0

  static of(writes: readonly Write[]): Pending {
    const pending = new Pending()
    pending.add(writes)
    return pending
  }

  /** Rows that wait, more or less: those that took another's place are counted too. */
  get rows(): number {
    return this.#rows
  }

  add(writes: readonly Write[]): void {
    for (const { table, how, rows } of writes) {
      const waiting = this.#waiting(table)
      for (const row of rows) {
        if (how === 'put') put(waiting, row)
        else append(waiting, row)
      }
      this.#rows += rows.length
    }
  }

  /** Whether a row that is to be added has the key of one that waits to be. */
  collidesWith(writes: readonly Write[]): boolean {
    return writes.some(({ table, how, rows }) => {
      const waiting = this.#tables.get(table.name)
      if (waiting === undefined || how !== 'append') return false
      return rows.some((row) => waiting.places.has(waiting.keyOf(row)))
    })
  }

  /** The least that brings the tables up to date. */
  writes(): readonly Write[] {
    return [...this.#tables.values()]
      .flatMap(({ table, added, replaced }): readonly Write[] => [
        { table, how: 'append', rows: added },
        { table, how: 'put', rows: [...replaced.values()] },
      ])
      .filter(({ rows }) => rows.length > 0)
  }

  #waiting(table: Table): Waiting {
    const known = this.#tables.get(table.name)
    if (known !== undefined) return known
    const waiting = {
      table,
      keyOf: keyReader(table),
      added: [],
      places: new Map(),
      replaced: new Map(),
    }
    this.#tables.set(table.name, waiting)
    return waiting
  }
}

function append({ table, keyOf, added, places }: Waiting, row: Row): void {
  if (table.key.length > 0) places.set(keyOf(row), added.length)
  added.push(row)
}

function put({ keyOf, added, places, replaced }: Waiting, row: Row): void {
  const key = keyOf(row)
  const place = places.get(key)
  if (place === undefined) replaced.set(key, row)
  else added[place] = row
}

function keyReader(table: Table): (row: Row) => string {
  const indexes = table.columns.flatMap(([name], index) =>
    table.key.includes(name) ? [index] : [],
  )
  return (row) => indexes.map((index) => String(row[index])).join('|')
}
