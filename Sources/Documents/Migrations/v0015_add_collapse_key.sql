-- What a newer notification takes the place of: the recipient and the caller's key as SHA-256, and the one that did.
-- deliveries_by_collapse_key: what of a key is still open. Only what has a key pays for it, no column of it ever changes,
-- and the table holds open work only, so making it is quick.
ALTER TABLE deliveries ADD COLUMN collapse_key bytea, ADD COLUMN collapsed_by uuid;
CREATE INDEX deliveries_by_collapse_key ON deliveries (tenant, collapse_key, notification_id)
    WHERE collapse_key IS NOT NULL;
