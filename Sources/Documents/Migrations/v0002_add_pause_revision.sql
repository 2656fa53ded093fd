-- Counts the words on whether a route is paused, so that a copy of it in Redis is never replaced by an older one.
ALTER TABLE route_settings ADD COLUMN revision bigint NOT NULL DEFAULT 0;
