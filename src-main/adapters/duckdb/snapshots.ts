import type { DuckDBConnection } from '@duckdb/node-api'
import type {
  CurveQuery,
  DrawdownRecord,
  EquityPoint,
  PortfolioSnapshot,
  PricesThen,
  RatePoint,
} from '#ports/snapshot.ts'
import { conId, strategyId } from '#shared/ids.ts'
import { toLedgerScale, type Decimal, type Quantity } from '#shared/money.ts'
import { millisOf, nanosOf, type UtcMillis, type UtcNanos } from '#shared/time.ts'
import { momentValue, type Row, type RowReader, type Table } from './columns.ts'
import { query } from './queries.ts'

/** The tables of snapshots: the only ones whose rows are ever deleted, as they are thinned. */

const PORTFOLIO_SNAPSHOTS: Table = {
  name: 'portfolio_snapshots',
  columns: [
    ['ts', 'moment'],
    ['base_currency', 'text'],
    ['equity', 'decimal'],
    ['cash', 'decimal'],
    ['investment_value', 'decimal'],
    ['excluded', 'integer'],
    ['accrued', 'decimal'],
  ],
  key: [],
}

const CURRENCY_SNAPSHOTS: Table = {
  name: 'currency_snapshots',
  columns: [
    ['ts', 'moment'],
    ['currency', 'text'],
    ['cash', 'decimal'],
    ['futures_pnl', 'decimal'],
    ['fx_rate', 'decimal'],
  ],
  key: [],
}

const POSITION_SNAPSHOTS: Table = {
  name: 'position_snapshots',
  columns: [
    ['ts', 'moment'],
    ['strategy', 'text'],
    ['con_id', 'count'],
    ['quantity', 'decimal'],
    ['price', 'decimal'],
    ['currency', 'text'],
    ['fx_rate', 'decimal'],
    ['market_value', 'decimal'],
    ['gain', 'decimal'],
  ],
  key: [],
}

const STRATEGY_EQUITY: Table = {
  name: 'strategy_equity',
  columns: [
    ['ts', 'moment'],
    ['strategy', 'text'],
    ['equity', 'decimal'],
    ['gain', 'decimal'],
    ['commission', 'decimal'],
    ['excluded', 'integer'],
  ],
  key: [],
}

export const DRAWDOWN_STATE: Table = {
  name: 'drawdown_state',
  columns: [
    ['scope', 'text'],
    ['measured_at', 'moment'],
    ['state', 'text'],
  ],
  key: ['scope'],
}

export const drawdownRow = ({ scope, measuredAt, state }: DrawdownRecord): Row => [
  scope,
  measuredAt,
  JSON.stringify(state),
]

export const drawdowns = (connection: DuckDBConnection): Promise<readonly DrawdownRecord[]> =>
  query(connection, { sql: 'SELECT * FROM drawdown_state ORDER BY scope' }, (row) => ({
    scope: row.text('scope'),
    measuredAt: row.moment('measured_at'),
    state: JSON.parse(row.text('state')) as DrawdownRecord['state'],
  }))

export const SNAPSHOT_TABLES = [
  PORTFOLIO_SNAPSHOTS,
  CURRENCY_SNAPSHOTS,
  POSITION_SNAPSHOTS,
  STRATEGY_EQUITY,
] as const

const rounded = (value: Decimal | null): Decimal | null => value && toLedgerScale(value)

/** The rows of snapshots, table by table. */
export const snapshotRows = (
  snapshots: readonly PortfolioSnapshot[],
): readonly { readonly table: Table; readonly rows: readonly Row[] }[] => [
  { table: PORTFOLIO_SNAPSHOTS, rows: snapshots.map(portfolioRow) },
  { table: CURRENCY_SNAPSHOTS, rows: snapshots.flatMap(currencyRows) },
  { table: POSITION_SNAPSHOTS, rows: snapshots.flatMap(positionRows) },
  { table: STRATEGY_EQUITY, rows: snapshots.flatMap(strategyRows) },
]

const portfolioRow = (snapshot: PortfolioSnapshot): Row => [
  snapshot.at,
  snapshot.baseCurrency,
  rounded(snapshot.equity),
  rounded(snapshot.cash),
  rounded(snapshot.investmentValue),
  snapshot.excluded,
  rounded(snapshot.accrued),
]

const currencyRows = ({ at, currencies }: PortfolioSnapshot): readonly Row[] =>
  currencies.map(({ currency, cash, futuresPnl, fxRate }) => [
    at,
    currency,
    rounded(cash),
    rounded(futuresPnl),
    rounded(fxRate),
  ])

const positionRows = ({ at, positions }: PortfolioSnapshot): readonly Row[] =>
  positions.map((position) => [
    at,
    position.strategy,
    position.conId,
    position.quantity,
    rounded(position.price),
    position.currency,
    rounded(position.fxRate),
    rounded(position.marketValue),
    rounded(position.gain),
  ])

const strategyRows = ({ at, strategies }: PortfolioSnapshot): readonly Row[] =>
  strategies.map(({ strategy, equity, gain, commission, excluded }) => [
    at,
    strategy,
    rounded(equity),
    rounded(gain),
    rounded(commission),
    excluded,
  ])

const instant = (at: UtcMillis): string => `make_timestamp_ns(${nanosOf(at)})`

/**
 * The last equity of each bucket; see `Snapshots.curve`. Where the buckets begin goes along as one
 * text: to plan a list of two thousand literals takes as long as the query itself.
 */
export async function equityCurve(
  connection: DuckDBConnection,
  { from, starts }: CurveQuery,
): Promise<readonly EquityPoint[]> {
  const isInside = from === null ? 'true' : `ts >= ${instant(from)}`
  const before =
    from === null ? 'NULL' : `(SELECT max(ts) FROM all_taken WHERE ts < ${instant(from)})`
  const sql = `
    WITH all_taken AS (SELECT ts, equity FROM portfolio_snapshots),
         starts AS (SELECT make_timestamp_ns(unnest(string_split($1, ',')::BIGINT[])) AS start),
         inside AS (SELECT ts, equity FROM all_taken WHERE ${isInside}),
         lasts AS (SELECT max(ts) AS ts, arg_max(equity, ts) AS equity
                   FROM inside ASOF JOIN starts ON inside.ts >= starts.start GROUP BY start)
    SELECT ts, equity FROM all_taken
    WHERE ts = coalesce(${before}, (SELECT min(ts) FROM inside))
    UNION ALL SELECT ts, equity FROM lasts`
  const rows = await query(connection, { sql, values: [starts.map(nanosOf).join()] }, (row) => ({
    at: millisOf(row.moment('ts')),
    equity: row.decimal('equity'),
  }))
  // The opening may be the last of its bucket, too.
  const points = new Map(rows.map((point) => [point.at, point]))
  return [...points.values()].sort((a, b) => a.at - b.at)
}

export async function nextSnapshot(
  connection: DuckDBConnection,
  instant: UtcNanos,
): Promise<UtcNanos | null> {
  const taken = `SELECT min(ts) AS ts FROM portfolio_snapshots
    WHERE ts >= make_timestamp_ns(${instant})`
  const [next] = await query(connection, { sql: taken }, (row) => row.momentOrNull('ts'))
  return next ?? null
}

export async function firstSnapshot(connection: DuckDBConnection): Promise<UtcMillis | null> {
  const sql = 'SELECT min(ts) AS ts FROM portfolio_snapshots'
  const [first] = await query(connection, { sql }, (row) => row.momentOrNull('ts'))
  return first === null || first === undefined ? null : millisOf(first)
}

export const snapshotTimes = (connection: DuckDBConnection): Promise<readonly UtcNanos[]> =>
  query(connection, { sql: 'SELECT ts FROM portfolio_snapshots ORDER BY ts' }, (row) =>
    row.moment('ts'),
  )

/** The prices of the last snapshot up to an instant; see `Snapshots.pricesAt`. */
export async function pricesAt(
  connection: DuckDBConnection,
  at: UtcNanos,
): Promise<PricesThen | null> {
  const taken = `SELECT max(ts) AS ts FROM portfolio_snapshots WHERE ts <= make_timestamp_ns(${at})`
  const [last] = await query(connection, { sql: taken }, (row) => row.momentOrNull('ts'))
  if (last === null || last === undefined) return null
  const sql = `SELECT DISTINCT con_id, price FROM position_snapshots
               WHERE ts = make_timestamp_ns(${last}) AND price IS NOT NULL`
  const prices = await query(
    connection,
    { sql },
    (row) => [conId(row.number('con_id')), row.decimal('price')] as const,
  )
  return { at: millisOf(last), prices: new Map(prices) }
}

/** The last snapshot at or before an instant. */
export async function snapshotAt(
  connection: DuckDBConnection,
  instant: UtcNanos,
): Promise<Omit<PortfolioSnapshot, 'strategies'> | null> {
  const rows = <Value>(table: Table, at: UtcNanos, read: (row: RowReader) => Value) =>
    query(
      connection,
      { sql: `SELECT * FROM ${table.name} WHERE ts = $1`, values: [momentValue(at)] },
      read,
    )
  const [found] = await query(
    connection,
    {
      sql: 'SELECT max(ts) AS ts FROM portfolio_snapshots WHERE ts <= $1',
      values: [momentValue(instant)],
    },
    (row) => row.momentOrNull('ts'),
  )
  if (found === null || found === undefined) return null
  const [whole] = await rows(PORTFOLIO_SNAPSHOTS, found, (row) => ({
    at: found,
    baseCurrency: row.text('base_currency'),
    equity: row.decimal('equity'),
    cash: row.decimalOrNull('cash'),
    investmentValue: row.decimalOrNull('investment_value'),
    excluded: row.number('excluded'),
    accrued: row.decimalOrNull('accrued'),
  }))
  if (whole === undefined) return null
  const currencies = await rows(CURRENCY_SNAPSHOTS, found, (row) => ({
    currency: row.text('currency'),
    cash: row.decimalOrNull('cash'),
    futuresPnl: row.decimalOrNull('futures_pnl'),
    fxRate: row.decimalOrNull('fx_rate'),
  }))
  return { ...whole, currencies, positions: await rows(POSITION_SNAPSHOTS, found, readPosition) }
}

const readPosition = (row: RowReader): PortfolioSnapshot['positions'][number] => ({
  strategy: strategyId(row.text('strategy')),
  conId: conId(row.number('con_id')),
  quantity: row.decimal('quantity') as Quantity,
  price: row.decimalOrNull('price'),
  currency: row.text('currency'),
  fxRate: row.decimalOrNull('fx_rate'),
  marketValue: row.decimalOrNull('market_value'),
  gain: row.decimalOrNull('gain'),
})
/** See `Snapshots.rates`: the last of each currency and day in UTC. */
export const snapshotRates = (connection: DuckDBConnection): Promise<readonly RatePoint[]> =>
  query(
    connection,
    {
      sql: `SELECT max(ts) AS ts, currency, arg_max(fx_rate, ts) AS rate FROM position_snapshots
            WHERE fx_rate IS NOT NULL GROUP BY currency, date_trunc('day', ts) ORDER BY ts`,
    },
    (row) => ({
      at: millisOf(row.moment('ts')),
      currency: row.text('currency'),
      rate: row.decimal('rate'),
    }),
  )
