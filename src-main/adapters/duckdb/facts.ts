import { setImmediate } from 'node:timers/promises'
import { listValue, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api'
import type { FillAsOf, FillFacts } from '#domain/as-of.ts'
import { splitExecId } from '#domain/execution.ts'
import type { Within } from '#domain/late-execution.ts'
import type { FactsPage, FactsQuery } from '#ports/facts.ts'
import {
  execId,
  execRoot,
  strategyId,
  type ConId,
  type ExecRoot,
  type PermId,
} from '#shared/ids.ts'
import type { SecType } from '#shared/instrument.ts'
import type { Money } from '#shared/money.ts'
import type { UtcNanos } from '#shared/time.ts'
import { RowReader } from './columns.ts'
import { query } from './queries.ts'
import { readCharge, readFolded } from './read-rows.ts'

/** Executions between two bounds: enough that a page's scan of what came later is worth it. */
const PAGE = 16_384
/** Rows made into facts before others get their turn. */
const SLICE = 256

/** An instant as a literal of a statement. */
export const instant = (at: UtcNanos): string => `make_timestamp_ns(${at})`

/** See `Facts.bounds`. */
export async function bounds(
  connection: DuckDBConnection,
  until: UtcNanos,
): Promise<readonly UtcNanos[]> {
  const sql = `
    SELECT DISTINCT executed_at FROM (
      SELECT executed_at, row_number() OVER (ORDER BY executed_at) AS place
      FROM executions WHERE executed_at < ${instant(until)}
    ) WHERE place % ${PAGE} = 0 ORDER BY executed_at`
  return [...(await query(connection, { sql }, (row) => row.moment('executed_at'))), until]
}

/**
 * Reports whose exec id has one of these roots, and now and then another that looks alike. Nearly
 * all revisions have two digits; cutting those off takes a sixth of the time of looking for them.
 */
const reportsOf = (roots: string, among: string): string => `
  SELECT *, left(exec_id, -3) AS fill_id FROM (${among})
  WHERE left(exec_id, -3) IN (SELECT fill_id FROM ${roots})
  UNION ALL
  SELECT * EXCLUDE (stem), left(stem, -1) AS fill_id FROM (
    SELECT *, rtrim(exec_id, '0123456789') AS stem FROM (${among})
    WHERE substring(exec_id, -3, 1) <> '.'
  ) WHERE stem IN (SELECT fill_id || '.' FROM ${roots})
  UNION ALL
  SELECT *, exec_id AS fill_id FROM (${among}) WHERE exec_id IN (SELECT fill_id FROM ${roots})`

const COLUMNS = ['con_id', 'side', 'shares', 'price', 'executed_at', 'perm_id']
const FILL_COLUMNS = [
  ...['fill_id', 'sec_type', 'strategy', ...COLUMNS, 'cumulative_quantity'],
  ...['commission', 'commission_currency', 'commission_revision'],
].join(', ')

const reportsAfter = (at: UtcNanos): string =>
  `SELECT exec_id FROM commissions WHERE recorded_at > ${instant(at)}`

/**
 * Literals rather than parameters: DuckDB then skips the parts of a table that lie outside. Facts
 * are written in the order of their recording, so what came after an instant lies together.
 */
const pageSql = ({ after, until, knownAt }: FactsQuery): string => `
  WITH told AS MATERIALIZED (
    SELECT fill_id, exec_id FROM executions
    WHERE executed_at > ${instant(after)} AND executed_at <= ${instant(until)}
    AND recorded_at <= ${instant(knownAt)}),
  later AS (
    SELECT fill_id FROM executions WHERE recorded_at > ${instant(knownAt)}
    AND fill_id IN (SELECT fill_id FROM told)
    UNION ALL
    SELECT fill_id FROM attributions WHERE recorded_at > ${instant(knownAt)}
    AND fill_id IN (SELECT fill_id FROM told)
    UNION ALL
    SELECT fill_id FROM (${reportsOf('told', reportsAfter(knownAt))})),
  changed AS MATERIALIZED (SELECT DISTINCT fill_id FROM later)
  SELECT false AS is_changed, ${FILL_COLUMNS} FROM fills
  WHERE executed_at > ${instant(after)} AND executed_at <= ${instant(until)}
  AND exec_id IN (SELECT exec_id FROM told) AND fill_id NOT IN (SELECT fill_id FROM changed)
  UNION ALL BY NAME
  SELECT true AS is_changed, fill_id FROM changed
  ORDER BY executed_at, perm_id, cumulative_quantity, fill_id`

/** See `Facts.between`. */
export async function factsBetween(
  connection: DuckDBConnection,
  wanted: FactsQuery,
): Promise<FactsPage> {
  const changed: ExecRoot[] = []
  const fills: FillAsOf[] = []
  await inTurns(connection, { sql: pageSql(wanted) }, (row) => {
    if (row.flag('is_changed')) changed.push(execRoot(row.text('fill_id')))
    else fills.push(readFillAsOf(row))
  })
  return { fills, changed: await factsOf(connection, changed) }
}

const readFillAsOf = (row: RowReader): FillAsOf => ({
  fillId: execRoot(row.text('fill_id')),
  execution: readFolded(row),
  secType: row.text('sec_type') as SecType,
  strategy: strategyId(row.text('strategy')),
  charge: readCharge(row),
})

/** See `Facts.ofOrders`. */
export async function factsOfOrders(
  connection: DuckDBConnection,
  permIds: readonly PermId[],
): Promise<readonly FillFacts[]> {
  if (permIds.length === 0) return []
  const places = permIds.map((_, index) => `$${index + 1}`).join(', ')
  const roots = await query(
    connection,
    {
      sql: `SELECT DISTINCT fill_id FROM executions WHERE perm_id IN (${places})`,
      values: permIds.map((id) => BigInt(id)),
    },
    (row) => execRoot(row.text('fill_id')),
  )
  return factsOf(connection, roots)
}

/** See `Facts.lateIn`; what is recorded lies in the order of its recording. */
export async function lateFactsIn(
  connection: DuckDBConnection,
  { conId, until, since }: Within & { readonly conId: ConId },
): Promise<readonly FillFacts[]> {
  const sql = `
    SELECT DISTINCT fill_id FROM executions
    WHERE con_id = ${conId} AND recorded_at > ${instant(since)} AND fill_id IN (
      SELECT fill_id FROM fills WHERE con_id = ${conId} AND executed_at <= ${instant(until)})`
  const roots = await query(connection, { sql }, (row) => execRoot(row.text('fill_id')))
  const facts = await factsOf(connection, roots)
  return facts.filter(({ revisions }) => revisions.every(({ recordedAt }) => recordedAt > since))
}

type Gathered = {
  readonly fillId: ExecRoot
  readonly revisions: FillFacts['revisions'][number][]
  readonly attributions: FillFacts['attributions'][number][]
  readonly charges: FillFacts['charges'][number][]
}

/** Everything ever recorded of these executions. */
async function factsOf(
  connection: DuckDBConnection,
  roots: readonly ExecRoot[],
): Promise<readonly FillFacts[]> {
  if (roots.length === 0) return []
  const all = new Map<string, Gathered>(
    roots.map((fillId) => [fillId, { fillId, revisions: [], attributions: [], charges: [] }]),
  )
  const asked = (select: string) => ({
    sql: `WITH asked AS MATERIALIZED (SELECT unnest($1) AS fill_id) ${select}`,
    values: [listValue([...roots])],
  })
  const executions = `SELECT * FROM executions WHERE fill_id IN (SELECT fill_id FROM asked)`
  await inTurns(connection, asked(executions), (row) => {
    all.get(row.text('fill_id'))?.revisions.push({
      execution: readFolded(row),
      revision: row.number('revision'),
      secType: row.text('sec_type') as SecType,
      recordedAt: row.moment('recorded_at'),
    })
  })
  const attributions = `SELECT * FROM attributions WHERE fill_id IN (SELECT fill_id FROM asked)`
  await inTurns(connection, asked(attributions), (row) => {
    all.get(row.text('fill_id'))?.attributions.push({
      strategy: strategyId(row.text('strategy')),
      recordedAt: row.moment('recorded_at'),
    })
  })
  await inTurns(connection, asked(reportsOf('asked', 'SELECT * FROM commissions')), (row) => {
    const { root, revision } = splitExecId(execId(row.text('exec_id')))
    all.get(root)?.charges.push({
      revision,
      amount: row.decimalOrNull('commission') as Money | null,
      currency: row.text('currency'),
      recordedAt: row.moment('recorded_at'),
    })
  })
  return [...all.values()]
}

/** Reads row by row, giving others their turn every few rows. */
async function inTurns(
  connection: DuckDBConnection,
  statement: { readonly sql: string; readonly values?: readonly DuckDBValue[] },
  take: (row: RowReader) => void,
): Promise<void> {
  const result = await connection.run(statement.sql, [...(statement.values ?? [])])
  const names = result.deduplicatedColumnNames()
  for (;;) {
    const chunk = await result.fetchChunk()
    if (chunk === null || chunk.rowCount === 0) return
    const columns = names.map((_, index) => chunk.getColumnVector(index))
    for (let row = 0; row < chunk.rowCount; row += 1) {
      if (row % SLICE === SLICE - 1) await setImmediate()
      const values: Record<string, DuckDBValue> = {}
      for (const [index, name] of names.entries())
        values[name] = columns[index]?.getItem(row) ?? null
      take(new RowReader(values))
    }
  }
}
