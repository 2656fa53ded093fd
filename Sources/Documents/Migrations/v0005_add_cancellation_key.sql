-- The caller's word for what belongs together and may be taken back together.
-- deliveries_by_cancellation_key: what of a key is still open. Only what has a key pays for it, no column of it ever
-- changes, and the table holds open work only, so making it is quick.
ALTER TABLE deliveries ADD COLUMN cancellation_key text;
CREATE INDEX deliveries_by_cancellation_key ON deliveries (tenant, cancellation_key, notification_id)
    WHERE cancellation_key IS NOT NULL;
-- A row whose key is null keeps its bitmap of nulls under a permit, and so needs a little more room for its update.
ALTER TABLE deliveries SET (fillfactor = 45);
