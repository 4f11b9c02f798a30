-- The ledger of one account. Money, prices and quantities are DECIMAL(38,18); times are UTC.
-- Tables that are only appended to and keyed by our own strictly increasing stamps carry no index:
-- see docs/adr/0003-indexes.md.

CREATE TABLE executions (
  exec_id VARCHAR PRIMARY KEY,
  fill_id VARCHAR NOT NULL,
  revision INTEGER NOT NULL,
  account VARCHAR NOT NULL,
  con_id BIGINT NOT NULL,
  sec_type VARCHAR NOT NULL,
  multiplier DECIMAL(38, 18) NOT NULL,
  side VARCHAR NOT NULL,
  shares DECIMAL(38, 18) NOT NULL,
  price DECIMAL(38, 18) NOT NULL,
  executed_at TIMESTAMP_NS NOT NULL,
  executed_at_text VARCHAR NOT NULL,
  exchange VARCHAR NOT NULL,
  order_id BIGINT NOT NULL,
  perm_id BIGINT NOT NULL,
  client_id BIGINT NOT NULL,
  order_ref VARCHAR NOT NULL,
  cumulative_quantity DECIMAL(38, 18) NOT NULL,
  average_price DECIMAL(38, 18),
  is_price_provisional BOOLEAN NOT NULL,
  liquidity INTEGER NOT NULL,
  model_code VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  recorded_at TIMESTAMP_NS NOT NULL
);

CREATE TABLE fills (
  fill_id VARCHAR PRIMARY KEY,
  exec_id VARCHAR NOT NULL,
  revision INTEGER NOT NULL,
  account VARCHAR NOT NULL,
  con_id BIGINT NOT NULL,
  sec_type VARCHAR NOT NULL,
  multiplier DECIMAL(38, 18) NOT NULL,
  side VARCHAR NOT NULL,
  shares DECIMAL(38, 18) NOT NULL,
  price DECIMAL(38, 18) NOT NULL,
  executed_at TIMESTAMP_NS NOT NULL,
  executed_at_text VARCHAR NOT NULL,
  exchange VARCHAR NOT NULL,
  order_id BIGINT NOT NULL,
  perm_id BIGINT NOT NULL,
  client_id BIGINT NOT NULL,
  order_ref VARCHAR NOT NULL,
  cumulative_quantity DECIMAL(38, 18) NOT NULL,
  average_price DECIMAL(38, 18),
  is_price_provisional BOOLEAN NOT NULL,
  liquidity INTEGER NOT NULL,
  model_code VARCHAR NOT NULL,
  strategy VARCHAR NOT NULL,
  attributed_by VARCHAR NOT NULL,
  commission DECIMAL(38, 18),
  commission_currency VARCHAR,
  commission_revision INTEGER,
  realized_points DECIMAL(38, 18)
);

CREATE TABLE attributions (
  fill_id VARCHAR NOT NULL,
  recorded_at TIMESTAMP_NS NOT NULL,
  strategy VARCHAR NOT NULL,
  attributed_by VARCHAR NOT NULL
);

CREATE TABLE commissions (
  exec_id VARCHAR NOT NULL,
  recorded_at TIMESTAMP_NS NOT NULL,
  commission DECIMAL(38, 18),
  currency VARCHAR NOT NULL,
  realized_pnl DECIMAL(38, 18),
  is_orphan BOOLEAN NOT NULL
);

CREATE TABLE orders (
  ts TIMESTAMP_NS NOT NULL,
  order_key VARCHAR NOT NULL,
  perm_id BIGINT NOT NULL,
  client_id BIGINT,
  order_id BIGINT,
  account VARCHAR NOT NULL,
  con_id BIGINT,
  order_ref VARCHAR NOT NULL,
  strategy VARCHAR NOT NULL,
  side VARCHAR,
  total_quantity DECIMAL(38, 18),
  order_type VARCHAR,
  limit_price DECIMAL(38, 18),
  auxiliary_price DECIMAL(38, 18),
  time_in_force VARCHAR,
  status VARCHAR NOT NULL,
  filled DECIMAL(38, 18),
  remaining DECIMAL(38, 18),
  average_fill_price DECIMAL(38, 18),
  reason VARCHAR,
  first_seen_at TIMESTAMP_NS NOT NULL
);

CREATE TABLE contracts (
  con_id BIGINT PRIMARY KEY,
  symbol VARCHAR NOT NULL,
  local_symbol VARCHAR NOT NULL,
  sec_type VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  exchange VARCHAR NOT NULL,
  primary_exchange VARCHAR NOT NULL,
  trading_class VARCHAR NOT NULL,
  multiplier DECIMAL(38, 18) NOT NULL,
  price_magnifier INTEGER,
  min_tick DECIMAL(38, 18),
  expiry VARCHAR,
  strike DECIMAL(38, 18),
  put_or_call VARCHAR,
  long_name VARCHAR
);

CREATE TABLE positions (
  strategy VARCHAR NOT NULL,
  con_id BIGINT NOT NULL,
  quantity DECIMAL(38, 18) NOT NULL,
  cost DECIMAL(38, 18) NOT NULL,
  realized_points DECIMAL(38, 18) NOT NULL,
  is_cost_known BOOLEAN NOT NULL,
  is_realized_known BOOLEAN NOT NULL,
  last_at TIMESTAMP_NS,
  last_perm_id BIGINT,
  last_cumulative DECIMAL(38, 18),
  last_root VARCHAR,
  commissions_pending INTEGER NOT NULL,
  changed_at TIMESTAMP_NS NOT NULL,
  PRIMARY KEY (strategy, con_id)
);

CREATE TABLE position_commissions (
  strategy VARCHAR NOT NULL,
  con_id BIGINT NOT NULL,
  currency VARCHAR NOT NULL,
  commission DECIMAL(38, 18) NOT NULL,
  PRIMARY KEY (strategy, con_id, currency)
);

CREATE TABLE strategy_positions (
  ts TIMESTAMP_NS NOT NULL,
  strategy VARCHAR NOT NULL,
  con_id BIGINT NOT NULL,
  quantity DECIMAL(38, 18) NOT NULL,
  cost DECIMAL(38, 18) NOT NULL,
  realized_points DECIMAL(38, 18) NOT NULL
);

CREATE TABLE adjustments (
  id VARCHAR PRIMARY KEY,
  kind VARCHAR NOT NULL,
  strategy VARCHAR NOT NULL,
  con_id BIGINT NOT NULL,
  effective_at TIMESTAMP_NS NOT NULL,
  quantity DECIMAL(38, 18) NOT NULL,
  cost DECIMAL(38, 18),
  author VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  reverses VARCHAR,
  recorded_at TIMESTAMP_NS NOT NULL
);

CREATE TABLE account_summary (
  ts TIMESTAMP_NS PRIMARY KEY,
  base_currency VARCHAR,
  net_liquidation DECIMAL(38, 18),
  total_cash DECIMAL(38, 18),
  unrealized_pnl DECIMAL(38, 18),
  realized_pnl DECIMAL(38, 18)
);

CREATE TABLE prices (
  con_id BIGINT PRIMARY KEY,
  price DECIMAL(38, 18) NOT NULL,
  source VARCHAR NOT NULL,
  priced_at TIMESTAMP_NS NOT NULL
);

CREATE TABLE journal (
  seq BIGINT PRIMARY KEY,
  recorded_at TIMESTAMP_NS NOT NULL,
  author VARCHAR NOT NULL,
  command VARCHAR NOT NULL,
  outcome VARCHAR NOT NULL,
  detail VARCHAR NOT NULL
);
