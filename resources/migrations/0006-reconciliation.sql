-- Every reconciliation of the ledger with the broker, what it found, and the book it saw. All three
-- are only appended to; the latest row of a break says how it stands.

CREATE TABLE reconciliation_runs (
  id VARCHAR NOT NULL,
  started_at TIMESTAMP_NS NOT NULL,
  ended_at TIMESTAMP_NS NOT NULL,
  reason VARCHAR NOT NULL,
  outcome VARCHAR NOT NULL,
  why VARCHAR,
  found INTEGER NOT NULL,
  not_judged INTEGER NOT NULL
);

CREATE TABLE breaks (
  recorded_at TIMESTAMP_NS NOT NULL,
  run VARCHAR,
  command VARCHAR,
  id VARCHAR NOT NULL,
  account VARCHAR NOT NULL,
  kind VARCHAR NOT NULL,
  con_id BIGINT,
  currency VARCHAR,
  status VARCHAR NOT NULL,
  missing VARCHAR,
  ledger DECIMAL(38, 18),
  broker DECIMAL(38, 18),
  difference DECIMAL(38, 18),
  first_seen_at TIMESTAMP_NS NOT NULL,
  last_seen_at TIMESTAMP_NS NOT NULL,
  times_seen INTEGER NOT NULL,
  revision INTEGER NOT NULL,
  recurrences INTEGER NOT NULL,
  note VARCHAR,
  settled_at TIMESTAMP_NS,
  settled_by VARCHAR,
  gone_at TIMESTAMP_NS
);

CREATE TABLE portfolio (
  ts TIMESTAMP_NS NOT NULL,
  run VARCHAR NOT NULL,
  con_id BIGINT NOT NULL,
  symbol VARCHAR,
  asset_class VARCHAR,
  strategy VARCHAR,
  quantity DECIMAL(38, 18) NOT NULL,
  average_cost DECIMAL(38, 18),
  market_price DECIMAL(38, 18),
  market_value DECIMAL(38, 18),
  market_value_base DECIMAL(38, 18),
  share_of_nav DECIMAL(38, 18),
  currency VARCHAR,
  fx_rate DECIMAL(38, 18),
  pnl_share DECIMAL(38, 18),
  held_by VARCHAR NOT NULL,
  state VARCHAR NOT NULL
);
