-- Owner: StatsTally. How often what happened, by the hour in UTC: in how many notifications, where channel is '', and in how
-- many of their channels. Grows with hours, and in each with the channels, types and statuses that were in use; not with
-- notifications. Never pruned: it outlives what it counted.
-- Primary key: the hours of a tenant.
CREATE TABLE stats (
    tenant text NOT NULL,
    hour timestamptz NOT NULL,
    channel text NOT NULL,
    type text NOT NULL,
    status text NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (tenant, hour, channel, type, status)
) WITH (fillfactor = 70);
