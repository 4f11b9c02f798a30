import type { Table } from './columns.ts'

/** The tables the book writes, column for column as resources/migrations declares them. */

const EXECUTION_COLUMNS = [
  ['account', 'text'],
  ['con_id', 'count'],
  ['sec_type', 'text'],
  ['multiplier', 'decimal'],
  ['side', 'text'],
  ['shares', 'decimal'],
  ['price', 'decimal'],
  ['executed_at', 'moment'],
  ['executed_at_text', 'text'],
  ['exchange', 'text'],
  ['order_id', 'count'],
  ['perm_id', 'count'],
  ['client_id', 'count'],
  ['order_ref', 'text'],
  ['cumulative_quantity', 'decimal'],
  ['average_price', 'decimal'],
  ['is_price_provisional', 'flag'],
  ['liquidity', 'integer'],
  ['model_code', 'text'],
] as const satisfies Table['columns']

export const EXECUTIONS: Table = {
  name: 'executions',
  columns: [
    ['exec_id', 'text'],
    ['fill_id', 'text'],
    ['revision', 'integer'],
    ...EXECUTION_COLUMNS,
    ['source', 'text'],
    ['recorded_at', 'moment'],
  ],
  key: ['exec_id'],
}

export const FILLS: Table = {
  name: 'fills',
  columns: [
    ['fill_id', 'text'],
    ['exec_id', 'text'],
    ['revision', 'integer'],
    ...EXECUTION_COLUMNS,
    ['strategy', 'text'],
    ['attributed_by', 'text'],
    ['commission', 'decimal'],
    ['commission_currency', 'text'],
    ['commission_revision', 'integer'],
    ['realized_points', 'decimal'],
  ],
  key: ['fill_id'],
}

export const ATTRIBUTIONS: Table = {
  name: 'attributions',
  columns: [
    ['fill_id', 'text'],
    ['recorded_at', 'moment'],
    ['strategy', 'text'],
    ['attributed_by', 'text'],
  ],
  key: [],
}

export const COMMISSIONS: Table = {
  name: 'commissions',
  columns: [
    ['exec_id', 'text'],
    ['recorded_at', 'moment'],
    ['commission', 'decimal'],
    ['currency', 'text'],
    ['realized_pnl', 'decimal'],
    ['is_orphan', 'flag'],
  ],
  key: [],
}

export const ORDERS: Table = {
  name: 'orders',
  columns: [
    ['ts', 'moment'],
    ['order_key', 'text'],
    ['perm_id', 'count'],
    ['client_id', 'count'],
    ['order_id', 'count'],
    ['account', 'text'],
    ['con_id', 'count'],
    ['order_ref', 'text'],
    ['strategy', 'text'],
    ['side', 'text'],
    ['total_quantity', 'decimal'],
    ['order_type', 'text'],
    ['limit_price', 'decimal'],
    ['auxiliary_price', 'decimal'],
    ['time_in_force', 'text'],
    ['status', 'text'],
    ['filled', 'decimal'],
    ['remaining', 'decimal'],
    ['average_fill_price', 'decimal'],
    ['reason', 'text'],
    ['first_seen_at', 'moment'],
  ],
  key: [],
}

export const CONTRACTS: Table = {
  name: 'contracts',
  columns: [
    ['con_id', 'count'],
    ['symbol', 'text'],
    ['local_symbol', 'text'],
    ['sec_type', 'text'],
    ['currency', 'text'],
    ['exchange', 'text'],
    ['primary_exchange', 'text'],
    ['trading_class', 'text'],
    ['multiplier', 'decimal'],
    ['price_magnifier', 'integer'],
    ['min_tick', 'decimal'],
    ['expiry', 'text'],
    ['strike', 'decimal'],
    ['put_or_call', 'text'],
    ['long_name', 'text'],
  ],
  key: ['con_id'],
}

export const POSITIONS: Table = {
  name: 'positions',
  columns: [
    ['strategy', 'text'],
    ['con_id', 'count'],
    ['quantity', 'decimal'],
    ['cost', 'decimal'],
    ['realized_points', 'decimal'],
    ['is_cost_known', 'flag'],
    ['is_realized_known', 'flag'],
    ['last_at', 'moment'],
    ['last_perm_id', 'count'],
    ['last_cumulative', 'decimal'],
    ['last_root', 'text'],
    ['commissions_pending', 'integer'],
    ['changed_at', 'moment'],
  ],
  key: ['strategy', 'con_id'],
}

export const POSITIONS_LOG: Table = {
  name: 'positions_log',
  columns: [
    ['commit_number', 'count'],
    ...POSITIONS.columns,
    ['currency', 'text'],
    ['commission', 'decimal'],
  ],
  key: [],
}

export const STRATEGY_POSITIONS: Table = {
  name: 'strategy_positions',
  columns: [
    ['ts', 'moment'],
    ['strategy', 'text'],
    ['con_id', 'count'],
    ['quantity', 'decimal'],
    ['cost', 'decimal'],
    ['realized_points', 'decimal'],
  ],
  key: [],
}

export const ADJUSTMENTS: Table = {
  name: 'adjustments',
  columns: [
    ['id', 'text'],
    ['kind', 'text'],
    ['strategy', 'text'],
    ['con_id', 'count'],
    ['effective_at', 'moment'],
    ['quantity', 'decimal'],
    ['cost', 'decimal'],
    ['author', 'text'],
    ['reason', 'text'],
    ['reverses', 'text'],
    ['recorded_at', 'moment'],
    ['command', 'text'],
    ['break_id', 'text'],
    ['ratio_to', 'decimal'],
    ['ratio_from', 'decimal'],
    ['order_perm_id', 'count'],
    ['order_filled', 'decimal'],
    ['order_average_price', 'decimal'],
  ],
  key: ['id'],
}

export const ACCOUNT_SUMMARY: Table = {
  name: 'account_summary',
  columns: [
    ['ts', 'moment'],
    ['base_currency', 'text'],
    ['net_liquidation', 'decimal'],
    ['total_cash', 'decimal'],
    ['unrealized_pnl', 'decimal'],
    ['realized_pnl', 'decimal'],
  ],
  key: ['ts'],
}

export const PRICES: Table = {
  name: 'prices',
  columns: [
    ['con_id', 'count'],
    ['price', 'decimal'],
    ['source', 'text'],
    ['priced_at', 'moment'],
  ],
  key: ['con_id'],
}

export const JOURNAL: Table = {
  name: 'journal',
  columns: [
    ['seq', 'count'],
    ['recorded_at', 'moment'],
    ['author', 'text'],
    ['command', 'text'],
    ['outcome', 'text'],
    ['detail', 'text'],
  ],
  key: ['seq'],
}
