-- Owner: EndpointStore; EndpointFeed moves the positions, OutcomeRecorder notes whether calls succeed. One row for each
-- URL that a tenant wants told of its events, a few a tenant; all that are enabled are read every half second. Empty
-- arrays are everything. Secrets sign what is sent, so they are kept as they are.
-- `position` is the number of the last event that was seen to, `replay_after` the same of a replay, which ends with
-- `replay_until` and tells what happened since `replay_since`.
-- webhook_endpoints_by_tenant: a tenant's list. No column of it ever changes, so updates are HOT.
CREATE TABLE webhook_endpoints (
    id uuid NOT NULL,
    tenant text NOT NULL,
    url text NOT NULL,
    description text,
    events text[] NOT NULL DEFAULT '{}',
    channels text[] NOT NULL DEFAULT '{}',
    secret text NOT NULL,
    old_secret text,
    old_secret_until timestamptz,
    position bigint NOT NULL,
    replay_after bigint,
    replay_until bigint,
    replay_since timestamptz,
    failing_since timestamptz,
    failure jsonb,
    disabled_at timestamptz,
    disabled_reason text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT webhook_endpoints_replay_is_whole
        CHECK (num_nulls(replay_after, replay_until, replay_since) IN (0, 3)),
    CONSTRAINT webhook_endpoints_reason_is_known CHECK (disabled_reason IN ('owner', 'failing', 'gone')),
    CONSTRAINT webhook_endpoints_disabling_has_reason CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
    PRIMARY KEY (id)
) WITH (fillfactor = 50);
CREATE INDEX webhook_endpoints_by_tenant ON webhook_endpoints (tenant, created_at, id);
