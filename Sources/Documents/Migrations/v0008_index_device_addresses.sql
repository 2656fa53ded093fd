-- no-transaction
-- devices_by_address: who has a token that somebody registers. Of a digest, as a token may be longer than an index holds.
CREATE INDEX CONCURRENTLY IF NOT EXISTS devices_by_address ON devices
    (tenant, md5(coalesce(device ->> 'token', device ->> 'installationId', device -> 'subscription' ->> 'endpoint')));
