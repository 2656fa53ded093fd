-- no-transaction
-- dead_letters_by_tenant: the list of a tenant's dead letters, newest first, and re-driving them, oldest first.
CREATE INDEX CONCURRENTLY IF NOT EXISTS dead_letters_by_tenant
    ON dead_letters (tenant, died_at, notification_id, route);
