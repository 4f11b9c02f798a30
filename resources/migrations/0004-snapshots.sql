-- What the account was worth, every few minutes: what returns are measured from. Thinned with age
-- (docs/ledger.md): the only rows of a ledger that are ever deleted.

CREATE TABLE portfolio_snapshots (
  ts TIMESTAMP_NS NOT NULL,
  base_currency VARCHAR NOT NULL,
  equity DECIMAL(38, 18) NOT NULL,
  cash DECIMAL(38, 18),
  investment_value DECIMAL(38, 18),
  excluded INTEGER NOT NULL
);

CREATE TABLE position_snapshots (
  ts TIMESTAMP_NS NOT NULL,
  strategy VARCHAR NOT NULL,
  con_id BIGINT NOT NULL,
  quantity DECIMAL(38, 18) NOT NULL,
  price DECIMAL(38, 18),
  currency VARCHAR NOT NULL,
  fx_rate DECIMAL(38, 18),
  market_value DECIMAL(38, 18),
  gain DECIMAL(38, 18)
);

CREATE TABLE strategy_equity (
  ts TIMESTAMP_NS NOT NULL,
  strategy VARCHAR NOT NULL,
  equity DECIMAL(38, 18) NOT NULL,
  gain DECIMAL(38, 18) NOT NULL,
  commission DECIMAL(38, 18) NOT NULL,
  excluded INTEGER NOT NULL
);
