-- What the ledger had of each currency at a snapshot, and the rate then: what the explanation of P&L
-- begins with. What the broker owed and had not paid is part of its net liquidation value.

CREATE TABLE currency_snapshots (
  ts TIMESTAMP_NS NOT NULL,
  currency VARCHAR NOT NULL,
  cash DECIMAL(38, 18),
  futures_pnl DECIMAL(38, 18),
  fx_rate DECIMAL(38, 18)
);

ALTER TABLE portfolio_snapshots ADD COLUMN accrued DECIMAL(38, 18);
