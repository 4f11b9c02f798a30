-- What drawdown must remember, as JSON: its decimals have up to 34 digits, which no column keeps.

CREATE TABLE drawdown_state (
  scope VARCHAR PRIMARY KEY,
  measured_at TIMESTAMP_NS NOT NULL,
  state VARCHAR NOT NULL
);
