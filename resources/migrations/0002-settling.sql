-- What entries that settle a break must keep: the command that wrote them, the break, the ratio of
-- a split, and the state of the order whose missing executions an entry stands for.

ALTER TABLE adjustments ADD COLUMN command VARCHAR;
ALTER TABLE adjustments ADD COLUMN break_id VARCHAR;
ALTER TABLE adjustments ADD COLUMN ratio_to DECIMAL(38, 18);
ALTER TABLE adjustments ADD COLUMN ratio_from DECIMAL(38, 18);
ALTER TABLE adjustments ADD COLUMN order_perm_id BIGINT;
ALTER TABLE adjustments ADD COLUMN order_filled DECIMAL(38, 18);
ALTER TABLE adjustments ADD COLUMN order_average_price DECIMAL(38, 18);

-- Only openings and their reversals were written before, each by one command at one instant.
UPDATE adjustments SET command = kind || '-' || epoch_ns(recorded_at);
