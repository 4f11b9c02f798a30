import type { Table } from './columns.ts'
import { DRAWDOWN_STATE } from './snapshots.ts'
import * as tables from './tables.ts'

/**
 * The tables a fill touches, and those that are brought up to date every few seconds beside it:
 * commits of nothing else may be logged first.
 */
export const LOGGED: ReadonlySet<Table> = new Set([
  tables.EXECUTIONS,
  tables.FILLS,
  tables.ATTRIBUTIONS,
  tables.COMMISSIONS,
  tables.ORDERS,
  tables.POSITIONS_LOG,
  tables.STRATEGY_POSITIONS,
  tables.CONTRACTS,
  tables.PRICES,
  tables.ACCOUNT_SUMMARY,
  DRAWDOWN_STATE,
])
