import type { DuckDBConnection } from '@duckdb/node-api'
import type {
  Accruals,
  BreakCauses,
  BreakRecord,
  PortfolioRecord,
  ReconciliationRun,
} from '#ports/reconciliation.ts'
import type { Break, BreakKind, BreakStatus } from '#shared/break.ts'
import { accountId, conId } from '#shared/ids.ts'
import { decimal, text } from '#shared/money.ts'
import type { RunOutcome, RunReason } from '#shared/run.ts'
import { millisOf, nanosOf, type UtcMillis, type UtcNanos } from '#shared/time.ts'
import { RowReader, type Row, type Table } from './columns.ts'

/** The tables of reconciliation, column for column as resources/migrations declares them. */

export const RUNS: Table = {
  name: 'reconciliation_runs',
  columns: [
    ['id', 'text'],
    ['started_at', 'moment'],
    ['ended_at', 'moment'],
    ['reason', 'text'],
    ['outcome', 'text'],
    ['why', 'text'],
    ['found', 'integer'],
    ['not_judged', 'integer'],
    ['base_currency', 'text'],
    ['broker_nav', 'decimal'],
    ['accrued', 'decimal'],
    ['ledger_nav', 'decimal'],
    ['excluded', 'integer'],
    ['accruals', 'text'],
  ],
  key: [],
}

export const BREAKS: Table = {
  name: 'breaks',
  columns: [
    ['recorded_at', 'moment'],
    ['run', 'text'],
    ['command', 'text'],
    ['id', 'text'],
    ['account', 'text'],
    ['kind', 'text'],
    ['con_id', 'count'],
    ['currency', 'text'],
    ['status', 'text'],
    ['missing', 'text'],
    ['ledger', 'decimal'],
    ['broker', 'decimal'],
    ['difference', 'decimal'],
    ['first_seen_at', 'moment'],
    ['last_seen_at', 'moment'],
    ['times_seen', 'integer'],
    ['revision', 'integer'],
    ['recurrences', 'integer'],
    ['note', 'text'],
    ['settled_at', 'moment'],
    ['settled_by', 'text'],
    ['gone_at', 'moment'],
  ],
  key: [],
}

export const PORTFOLIO: Table = {
  name: 'portfolio',
  columns: [
    ['ts', 'moment'],
    ['run', 'text'],
    ['con_id', 'count'],
    ['symbol', 'text'],
    ['asset_class', 'text'],
    ['strategy', 'text'],
    ['quantity', 'decimal'],
    ['average_cost', 'decimal'],
    ['market_price', 'decimal'],
    ['market_value', 'decimal'],
    ['market_value_base', 'decimal'],
    ['share_of_nav', 'decimal'],
    ['currency', 'text'],
    ['fx_rate', 'decimal'],
    ['pnl_share', 'decimal'],
    ['held_by', 'text'],
    ['state', 'text'],
  ],
  key: [],
}

export const BREAK_CAUSES: Table = {
  name: 'break_causes',
  columns: [
    ['recorded_at', 'moment'],
    ['break_id', 'text'],
    ['revision', 'integer'],
    ['causes', 'text'],
  ],
  key: [],
}

export const causesRow = (one: BreakCauses): Row => [
  one.recordedAt,
  one.breakId,
  one.revision,
  JSON.stringify(one.causes),
]

export const runRow = (run: ReconciliationRun): Row => [
  run.id,
  run.startedAt,
  run.endedAt,
  run.reason,
  run.outcome,
  run.why,
  run.found,
  run.notJudged,
  run.worth?.baseCurrency ?? null,
  run.worth?.brokerNav ?? null,
  run.worth?.accrued ?? null,
  run.worth?.ledgerNav ?? null,
  run.worth?.excluded ?? null,
  run.accruals === null ? null : accrualsText(run.accruals),
]

const accrualsText = (accruals: Accruals): string =>
  JSON.stringify(Object.fromEntries([...accruals].map(([key, told]) => [key, told.map(text)])))

const readAccruals = (json: string): Accruals =>
  new Map(
    Object.entries(JSON.parse(json) as Record<string, readonly string[]>).map(([key, told]) => [
      key,
      told.map(decimal),
    ]),
  )

/** Of the last run that judged anything; empty before the first. */
export async function lastAccruals(connection: DuckDBConnection): Promise<Accruals> {
  const result = await connection.runAndReadAll(
    `SELECT accruals FROM reconciliation_runs WHERE accruals IS NOT NULL
     ORDER BY ended_at DESC LIMIT 1`,
  )
  const [row] = result.getRowObjects()
  return row === undefined ? new Map() : readAccruals(new RowReader(row).text('accruals'))
}

export const breakRow = ({ recordedAt, run, command, break: one }: BreakRecord): Row => [
  recordedAt,
  run,
  command,
  one.id,
  one.account,
  one.kind,
  one.conId,
  one.currency,
  one.status,
  one.missing,
  one.ledger,
  one.broker,
  one.difference,
  nanosOf(one.firstSeenAt),
  nanosOf(one.lastSeenAt),
  one.timesSeen,
  one.revision,
  one.recurrences,
  one.note,
  one.settledAt === null ? null : nanosOf(one.settledAt),
  one.settledBy,
  one.goneAt === null ? null : nanosOf(one.goneAt),
]

export const portfolioRow = (record: PortfolioRecord): Row => [
  record.at,
  record.run,
  record.conId,
  record.symbol,
  record.assetClass,
  record.strategy,
  record.quantity,
  record.averageCost,
  record.marketPrice,
  record.marketValue,
  record.marketValueBase,
  record.shareOfNAV,
  record.currency,
  record.fxRate,
  record.pnlShare,
  record.heldBy,
  record.state,
]

const LATEST_CAUSES = `SELECT * FROM break_causes
                       QUALIFY row_number() OVER (
                         PARTITION BY break_id ORDER BY recorded_at DESC) = 1`

/** What was last thought of each break. */
export async function latestCauses(connection: DuckDBConnection): Promise<readonly BreakCauses[]> {
  const result = await connection.runAndReadAll(LATEST_CAUSES)
  return result.getRowObjects().map((values) => {
    const row = new RowReader(values)
    return {
      recordedAt: row.moment('recorded_at'),
      breakId: row.text('break_id'),
      revision: row.number('revision'),
      causes: JSON.parse(row.text('causes')) as BreakCauses['causes'],
    }
  })
}

const LATEST_BREAKS = `SELECT * FROM breaks
                       QUALIFY row_number() OVER (PARTITION BY id ORDER BY recorded_at DESC) = 1`

/** Every break as it stands. */
export async function latestBreaks(connection: DuckDBConnection): Promise<readonly Break[]> {
  const result = await connection.runAndReadAll(LATEST_BREAKS)
  return result.getRowObjects().map((row) => readBreak(new RowReader(row)))
}

/** The last run; null before the first. */
export async function lastRun(connection: DuckDBConnection): Promise<ReconciliationRun | null> {
  const result = await connection.runAndReadAll(
    'SELECT * FROM reconciliation_runs ORDER BY ended_at DESC LIMIT 1',
  )
  const [row] = result.getRowObjects()
  return row === undefined ? null : readRun(new RowReader(row))
}

const readRun = (row: RowReader): ReconciliationRun => ({
  id: row.text('id'),
  startedAt: row.moment('started_at'),
  endedAt: row.moment('ended_at'),
  reason: row.text('reason') as RunReason,
  outcome: row.text('outcome') as RunOutcome,
  why: row.textOrNull('why'),
  found: row.number('found'),
  notJudged: row.number('not_judged'),
  worth: readWorth(row),
  accruals: accrualsOrNull(row.textOrNull('accruals')),
})

const accrualsOrNull = (json: string | null): Accruals | null =>
  json === null ? null : readAccruals(json)

function readWorth(row: RowReader): ReconciliationRun['worth'] {
  const baseCurrency = row.textOrNull('base_currency')
  if (baseCurrency === null) return null
  return {
    baseCurrency,
    brokerNav: row.decimal('broker_nav'),
    accrued: row.decimalOrNull('accrued'),
    ledgerNav: row.decimal('ledger_nav'),
    excluded: row.number('excluded'),
  }
}

function readBreak(row: RowReader): Break {
  const instrument = row.numberOrNull('con_id')
  return {
    id: row.text('id'),
    account: accountId(row.text('account')),
    kind: row.text('kind') as BreakKind,
    conId: instrument === null ? null : conId(instrument),
    currency: row.textOrNull('currency'),
    status: row.text('status') as BreakStatus,
    missing: row.textOrNull('missing') as Break['missing'],
    ledger: row.decimalOrNull('ledger'),
    broker: row.decimalOrNull('broker'),
    difference: row.decimalOrNull('difference'),
    firstSeenAt: millisOf(row.moment('first_seen_at')),
    lastSeenAt: millisOf(row.moment('last_seen_at')),
    timesSeen: row.number('times_seen'),
    revision: row.number('revision'),
    recurrences: row.number('recurrences'),
    note: row.textOrNull('note'),
    settledAt: millisOrNull(row.momentOrNull('settled_at')),
    settledBy: row.textOrNull('settled_by'),
    goneAt: millisOrNull(row.momentOrNull('gone_at')),
  }
}

const millisOrNull = (at: UtcNanos | null): UtcMillis | null => (at === null ? null : millisOf(at))
