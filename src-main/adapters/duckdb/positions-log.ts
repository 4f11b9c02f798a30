import type { DuckDBConnection } from '@duckdb/node-api'
import type { PositionRecord } from '#ports/ledger.ts'
import type { Row } from './columns.ts'
import { positionRow } from './rows.ts'
import { POSITIONS } from './tables.ts'

/** Rows after which the log is folded into `positions`; to read as many takes milliseconds. */
const FOLD_AFTER_ROWS = 20_000

const COLUMNS = POSITIONS.columns.map(([name]) => name)

const replaced = COLUMNS.filter((name) => !POSITIONS.key.includes(name))
  .map((name) => `${name} = excluded.${name}`)
  .join(', ')

const FOLD = [
  `INSERT INTO positions SELECT DISTINCT ${COLUMNS.join(', ')} FROM latest_positions
   ON CONFLICT (strategy, con_id) DO UPDATE SET ${replaced}`,
  `INSERT INTO position_commissions SELECT strategy, con_id, currency, commission
   FROM latest_positions WHERE currency IS NOT NULL
   ON CONFLICT (strategy, con_id, currency) DO UPDATE SET commission = excluded.commission`,
] as const

/**
 * The log that positions are written to (docs/adr/0011-positions-log.md): each commit adds its
 * positions as they are now, and now and then the latest of each replaces what `positions` says.
 */
export class PositionsLog {
  readonly #connection: DuckDBConnection
  #commitNumber: number
  #rows: number

  private constructor(connection: DuckDBConnection, at: { commitNumber: number; rows: number }) {
    this.#connection = connection
    this.#commitNumber = at.commitNumber
    this.#rows = at.rows
  }

  /** Goes on where the log ends. */
  static async of(connection: DuckDBConnection): Promise<PositionsLog> {
    const read = await connection.runAndReadAll(
      'SELECT coalesce(max(commit_number), 0), count(*) FROM positions_log',
    )
    const [commitNumber, rows] = (read.getRows()[0] ?? []).map(Number)
    return new PositionsLog(connection, { commitNumber: commitNumber ?? 0, rows: rows ?? 0 })
  }

  /** The rows of one commit: a row per position and currency charged. */
  rowsOf(records: readonly PositionRecord[]): readonly Row[] {
    if (records.length === 0) return []
    this.#commitNumber += 1
    const rows = records.flatMap((record) => logRows(this.#commitNumber, record))
    this.#rows += rows.length
    return rows
  }

  get isLong(): boolean {
    return this.#rows >= FOLD_AFTER_ROWS
  }

  /** Folds the log into `positions`, all or nothing. @throws DuckDB's error: nothing is lost. */
  async fold(): Promise<void> {
    if (this.#rows === 0) return
    await this.#connection.run('BEGIN TRANSACTION')
    try {
      for (const statement of FOLD) await this.#connection.run(statement)
      const folded = await this.#connection.run('DELETE FROM positions_log')
      await this.#connection.run('COMMIT')
      // Those of commits that are only logged as yet are still to come.
      this.#rows -= folded.rowsChanged
    } catch (error) {
      await this.#connection.run('ROLLBACK').catch(() => undefined)
      throw error
    }
  }
}

function logRows(commitNumber: number, record: PositionRecord): readonly Row[] {
  const row = [commitNumber, ...positionRow(record)]
  if (record.commissions.size === 0) return [[...row, null, null]]
  return [...record.commissions].map(([currency, amount]) => [...row, currency, amount])
}
