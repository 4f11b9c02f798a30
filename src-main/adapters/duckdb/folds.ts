import { setImmediate } from 'node:timers/promises'
import type {
  DuckDBConnection,
  DuckDBTimestampNanosecondsValue,
  DuckDBValue,
  DuckDBVector,
} from '@duckdb/node-api'
import type { FoldableFill, FoldsQuery } from '#ports/folds.ts'
import { present } from '#shared/assert.ts'
import { conId, type ConId, type ExecRoot, type PermId, type StrategyId } from '#shared/ids.ts'
import type { SecType } from '#shared/instrument.ts'
import type { Money, Price, Quantity } from '#shared/money.ts'
import { utcNanos, type UtcNanos } from '#shared/time.ts'
import { toDecimal } from './columns.ts'
import { instant } from './facts.ts'
import { query } from './queries.ts'

/** Fills between two bounds. */
const PAGE = 16_384
/** Rows read before others get their turn. */
const SLICE = 256
/** Year 2262: the last nanosecond but one a TIMESTAMP_NS can hold. */
const END = utcNanos(9_223_372_036_854_775_806n)

/** See `Folds.instruments`. */
export const foldedInstruments = (connection: DuckDBConnection) =>
  query(
    connection,
    { sql: 'SELECT con_id, count(*) AS fills FROM fills GROUP BY con_id ORDER BY con_id' },
    (row) => ({ conId: conId(row.number('con_id')), fills: row.number('fills') }),
  )

const isOf = (conIds: readonly ConId[]): string => `con_id IN (${conIds.map(String).join(', ')})`

/** See `Folds.bounds`. */
export async function foldBounds(
  connection: DuckDBConnection,
  conIds: readonly ConId[],
): Promise<readonly UtcNanos[]> {
  const sql = `
    SELECT DISTINCT executed_at FROM (
      SELECT executed_at, row_number() OVER (ORDER BY executed_at) AS place
      FROM fills WHERE ${isOf(conIds)}
    ) WHERE place % ${PAGE} = 0 ORDER BY executed_at`
  return [...(await query(connection, { sql }, (row) => row.moment('executed_at'))), END]
}

const ORDER = `con_id, strategy, executed_at, perm_id, cumulative_quantity, fill_id`

/** Text is dear to read: NULL where it is as in the row before. */
const ifOther = (column: string): string => `nullif(${column}, lag(${column}) OVER placed)`

/** In the order `readFill` takes them. */
const COLUMNS = `fill_id, ${ifOther('strategy')}, ${ifOther('sec_type')}, con_id, side = 'buy',
  shares, price, executed_at, perm_id, cumulative_quantity, commission,
  ${ifOther("coalesce(commission_currency, '')")}, realized_points`

/**
 * See `Folds.between`. Literals rather than parameters: DuckDB then skips the parts of the table
 * that lie outside.
 */
export async function foldsBetween(
  connection: DuckDBConnection,
  { conIds, after, until }: FoldsQuery,
): Promise<readonly FoldableFill[]> {
  const result = await connection.run(`
    SELECT ${COLUMNS} FROM fills
    WHERE executed_at > ${instant(after)} AND executed_at <= ${instant(until)} AND ${isOf(conIds)}
    WINDOW placed AS (ORDER BY ${ORDER}) ORDER BY ${ORDER}`)
  const fills: FoldableFill[] = []
  const texts: Texts = { strategy: '', secType: '', currency: '' }
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return fills
    const { rowCount } = chunk
    const columns = Array.from({ length: chunk.columnCount }, (_, at) => chunk.getColumnVector(at))
    for (let row = 0; row < rowCount; row += 1) {
      if (row % SLICE === SLICE - 1) await setImmediate()
      fills.push(readFill({ columns, row, texts }))
    }
  }
}

/** What the row before had, and this one has where it says nothing. */
type Texts = { strategy: string; secType: string; currency: string }

type Place = {
  readonly columns: readonly DuckDBVector[]
  readonly row: number
  readonly texts: Texts
}

function readFill({ columns, row, texts }: Place): FoldableFill {
  const at = (column: number): DuckDBValue => columns[column]?.getItem(row) ?? null
  texts.strategy = (at(1) as string | null) ?? texts.strategy
  texts.secType = (at(2) as string | null) ?? texts.secType
  texts.currency = (at(11) as string | null) ?? texts.currency
  const commission = toDecimal(at(10)) as Money | null
  return {
    fillId: at(0) as ExecRoot,
    strategy: texts.strategy as StrategyId,
    secType: texts.secType as SecType,
    execution: {
      conId: Number(at(3)) as ConId,
      side: at(4) === true ? 'buy' : 'sell',
      shares: present(toDecimal(at(5)), 'shares') as Quantity,
      price: present(toDecimal(at(6)), 'price') as Price,
      executedAt: (at(7) as DuckDBTimestampNanosecondsValue).nanos as UtcNanos,
      permId: Number(at(8)) as PermId,
      cumulativeQuantity: present(toDecimal(at(9)), 'cumulative quantity') as Quantity,
    },
    charge: commission === null ? null : { amount: commission, currency: texts.currency },
    realizedPoints: toDecimal(at(12)),
  }
}
