-- Who gave which fill from whom to whom, by which command: what an undo needs for ever. The row of
-- `attributions` that a command adds for the same fill says only to whom.

CREATE TABLE reattributions (
  command VARCHAR NOT NULL,
  recorded_at TIMESTAMP_NS NOT NULL,
  fill_id VARCHAR NOT NULL,
  was VARCHAR NOT NULL,
  strategy VARCHAR NOT NULL,
  author VARCHAR NOT NULL,
  reason VARCHAR NOT NULL,
  undoes VARCHAR
);
