import type { JournalEntry } from '#ports/history.ts'
import type { AccountSummary, Changes } from '#ports/ledger.ts'
import * as cash from './cash.ts'
import type { Row } from './columns.ts'
import { REATTRIBUTIONS, reattributedRow } from './history.ts'
import type { PositionsLog } from './positions-log.ts'
import * as reconciliation from './reconciliation.ts'
import * as rows from './rows.ts'
import { DRAWDOWN_STATE, drawdownRow, snapshotRows, SNAPSHOT_TABLES } from './snapshots.ts'
import * as tables from './tables.ts'
import type { Write } from './writer.ts'

/** What the changes of one commit write, table by table. */
export function writesOf(changes: Changes, positions: PositionsLog): readonly Write[] {
  return [
    append(tables.EXECUTIONS, changes.executions.map(rows.executionRow)),
    keep(tables.EXECUTIONS, changes.lateExecutions.map(rows.executionRow)),
    append(tables.FILLS, changes.newFills.map(rows.fillRow)),
    put(tables.FILLS, changes.changedFills.map(rows.fillRow)),
    append(
      tables.ATTRIBUTIONS,
      changes.attributions.map((record) => [
        record.fillId,
        record.recordedAt,
        record.strategy,
        record.by,
      ]),
    ),
    append(REATTRIBUTIONS, changes.reattributed.map(reattributedRow)),
    append(tables.COMMISSIONS, changes.commissions.map(rows.commissionRow)),
    append(tables.ORDERS, changes.orders.map(rows.orderRow)),
    put(tables.CONTRACTS, changes.instruments.map(rows.contractRow)),
    append(tables.POSITIONS_LOG, positions.rowsOf(changes.positions)),
    append(
      tables.STRATEGY_POSITIONS,
      changes.positionChanges.map(({ at, position }) => rows.strategyPositionRow(at, position)),
    ),
    append(tables.ADJUSTMENTS, changes.adjustments.map(rows.adjustmentRow)),
    put(tables.ACCOUNT_SUMMARY, changes.accountSummaries.map(accountSummaryRow)),
    put(tables.PRICES, changes.prices.map(rows.priceRow)),
    append(tables.JOURNAL, changes.journal.map(journalRow)),
    ...snapshotRows(changes.snapshots).map(({ table, rows }) => append(table, rows)),
    put(DRAWDOWN_STATE, changes.drawdowns.map(drawdownRow)),
    ...SNAPSHOT_TABLES.map((table) =>
      drop(
        table,
        changes.snapshotsDropped.map((at) => [at]),
      ),
    ),
    append(reconciliation.RUNS, changes.runs.map(reconciliation.runRow)),
    append(reconciliation.BREAKS, changes.breaks.map(reconciliation.breakRow)),
    append(reconciliation.PORTFOLIO, changes.portfolio.map(reconciliation.portfolioRow)),
    append(cash.CASH_ENTRIES, changes.cashEntries.map(cash.cashEntryRow)),
    append(cash.ALLOCATIONS, changes.allocations.map(cash.allocationRow)),
    append(reconciliation.BREAK_CAUSES, changes.breakCauses.map(reconciliation.causesRow)),
  ].filter((write) => write.rows.length > 0)
}

const writing =
  (how: Write['how']) =>
  (table: Write['table'], rows: readonly Row[]): Write => ({ table, how, rows })
const append = writing('append')
const put = writing('put')
const keep = writing('keep')
const drop = writing('drop')

const accountSummaryRow = (summary: AccountSummary): Row => [
  summary.at,
  summary.baseCurrency,
  summary.netLiquidation,
  summary.totalCash,
  summary.unrealizedPnl,
  summary.realizedPnl,
]

const journalRow = (entry: JournalEntry): Row => [
  entry.seq,
  entry.at,
  entry.author,
  entry.command,
  entry.outcome,
  entry.detail,
]
