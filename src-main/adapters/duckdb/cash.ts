import type { DuckDBConnection } from '@duckdb/node-api'
import type { Allocation } from '#domain/allocation.ts'
import type { CashEntry } from '#domain/cash.ts'
import type { CashClass } from '#shared/cash.ts'
import { conId, strategyId } from '#shared/ids.ts'
import type { Money } from '#shared/money.ts'
import { RowReader, type Row, type Table } from './columns.ts'

/** The tables of cash and capital, column for column as resources/migrations declares them. */

export const CASH_ENTRIES: Table = {
  name: 'cash_entries',
  columns: [
    ['id', 'text'],
    ['class', 'text'],
    ['currency', 'text'],
    ['amount', 'decimal'],
    ['effective_at', 'moment'],
    ['strategy', 'text'],
    ['con_id', 'count'],
    ['evidence', 'text'],
    ['author', 'text'],
    ['reverses', 'text'],
    ['recorded_at', 'moment'],
  ],
  key: ['id'],
}

export const ALLOCATIONS: Table = {
  name: 'allocations',
  columns: [
    ['id', 'text'],
    ['strategy', 'text'],
    ['base_currency', 'text'],
    ['amount', 'decimal'],
    ['effective_at', 'moment'],
    ['author', 'text'],
    ['reason', 'text'],
    ['recorded_at', 'moment'],
  ],
  key: ['id'],
}

export const cashEntryRow = (entry: CashEntry): Row => [
  entry.id,
  entry.class,
  entry.currency,
  entry.amount,
  entry.at,
  entry.strategy,
  entry.conId,
  entry.evidence,
  entry.author,
  entry.reverses,
  entry.recordedAt,
]

export const allocationRow = (one: Allocation): Row => [
  one.id,
  one.strategy,
  one.baseCurrency,
  one.amount,
  one.at,
  one.author,
  one.reason,
  one.recordedAt,
]

/** Every entry there ever was, in the order they were written. */
export async function cashEntries(connection: DuckDBConnection): Promise<readonly CashEntry[]> {
  const result = await connection.runAndReadAll(
    'SELECT * FROM cash_entries ORDER BY recorded_at, id',
  )
  return result.getRowObjects().map((row) => readCashEntry(new RowReader(row)))
}

function readCashEntry(row: RowReader): CashEntry {
  const strategy = row.textOrNull('strategy')
  const instrument = row.numberOrNull('con_id')
  return {
    id: row.text('id'),
    class: row.text('class') as CashClass,
    currency: row.text('currency'),
    amount: row.decimal('amount') as Money,
    at: row.moment('effective_at'),
    strategy: strategy === null ? null : strategyId(strategy),
    conId: instrument === null ? null : conId(instrument),
    evidence: row.text('evidence'),
    author: row.text('author'),
    reverses: row.textOrNull('reverses'),
    recordedAt: row.moment('recorded_at'),
  }
}

export async function allocations(connection: DuckDBConnection): Promise<readonly Allocation[]> {
  const result = await connection.runAndReadAll('SELECT * FROM allocations ORDER BY recorded_at')
  return result.getRowObjects().map((values) => {
    const row = new RowReader(values)
    return {
      id: row.text('id'),
      strategy: strategyId(row.text('strategy')),
      baseCurrency: row.text('base_currency'),
      amount: row.decimal('amount') as Money,
      at: row.moment('effective_at'),
      author: row.text('author'),
      reason: row.text('reason'),
      recordedAt: row.moment('recorded_at'),
    }
  })
}
