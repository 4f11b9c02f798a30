-- Positions as each commit left them, one row per currency charged, until they are folded into
-- `positions`: adding rows takes a third of the time that replacing them does, and a commit waits
-- for neither. See docs/adr/0011-positions-log.md.

CREATE TABLE positions_log (
  commit_number BIGINT NOT NULL,
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
  currency VARCHAR,
  commission DECIMAL(38, 18)
);

-- The rows of the log that stand: what the latest commit said of each position.
CREATE VIEW latest_positions AS
  SELECT * FROM positions_log
  QUALIFY rank() OVER (PARTITION BY strategy, con_id ORDER BY commit_number DESC) = 1;
