-- Changes of cash that no fill explains, the capital strategies were given, and what may lie behind
-- the breaks of each run. All three are only added to: a wrong entry is taken back by another that
-- reverses it, and the latest row of a break says what is thought of it.

CREATE TABLE cash_entries (
  id VARCHAR PRIMARY KEY,
  class VARCHAR NOT NULL,
  currency VARCHAR NOT NULL,
  amount DECIMAL(38, 18) NOT NULL,
  effective_at TIMESTAMP_NS NOT NULL,
  strategy VARCHAR,
  con_id BIGINT,
  evidence VARCHAR NOT NULL,
  author VARCHAR NOT NULL,
  reverses VARCHAR,
  recorded_at TIMESTAMP_NS NOT NULL
);

CREATE TABLE allocations (
  id VARCHAR PRIMARY KEY,
  strategy VARCHAR NOT NULL,
  base_currency VARCHAR NOT NULL,
  amount DECIMAL(38, 18) NOT NULL,
  effective_at TIMESTAMP_NS NOT NULL,
  author VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  recorded_at TIMESTAMP_NS NOT NULL
);

-- As JSON, in the words of the API: a list of causes, the best first.
CREATE TABLE break_causes (
  recorded_at TIMESTAMP_NS NOT NULL,
  break_id VARCHAR NOT NULL,
  revision INTEGER NOT NULL,
  causes VARCHAR NOT NULL
);

-- What the account was worth on both sides at a run, at the broker's own prices and rates.
ALTER TABLE reconciliation_runs ADD COLUMN base_currency VARCHAR;
ALTER TABLE reconciliation_runs ADD COLUMN broker_nav DECIMAL(38, 18);
ALTER TABLE reconciliation_runs ADD COLUMN accrued DECIMAL(38, 18);
ALTER TABLE reconciliation_runs ADD COLUMN ledger_nav DECIMAL(38, 18);
ALTER TABLE reconciliation_runs ADD COLUMN excluded INTEGER;
