-- What the broker had told to be accrued in each currency since the currency last agreed, as of a run:
-- by account key and currency, as JSON. NULL for runs of before and for those that judged nothing.

ALTER TABLE reconciliation_runs ADD COLUMN accruals VARCHAR;
