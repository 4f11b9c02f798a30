-- The last commit of the commit log whose rows are in the tables: one row. What the log has beyond
-- it is written into them when the ledger is opened. See docs/adr/0016-commit-log.md.

CREATE TABLE applied_commits (
  number BIGINT NOT NULL
);

INSERT INTO applied_commits VALUES (0);
