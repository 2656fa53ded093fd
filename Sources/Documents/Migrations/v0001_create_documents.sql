-- Documents are records, deliveries are work. Every table says who owns it, what it grows with, what prunes it and
-- which query each index serves.

-- Owner: NotificationWriter, then OutcomeRecorder. Grows with notifications sent. Pruned by dropping partitions, of a
-- week each, whose last delivery is gone (Pruner). Rows of one batch share a page and are updated together, so half of
-- every page is left free for heap-only updates (set on each partition).
-- Primary key: every look-up by id; partitions prune by themselves, as the id carries its time.
-- notifications_by_user: the inbox and the list of one user.
CREATE TABLE notifications (
    id uuid NOT NULL,
    tenant text NOT NULL,
    user_id text,
    created_at timestamptz NOT NULL,
    content jsonb NOT NULL,
    channels jsonb NOT NULL,
    CONSTRAINT notifications_content_is_object CHECK (jsonb_typeof(content) = 'object'),
    CONSTRAINT notifications_channels_is_object CHECK (jsonb_typeof(channels) = 'object'),
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX notifications_by_user ON notifications (tenant, user_id, id) WHERE user_id IS NOT NULL;

-- Owner: NotificationWriter, PermitStore, OutcomeRecorder. One row per open (notification, route), deleted when the
-- route settles: grows with open work only. It is the outbox entry, the permit and the retry clock in one.
-- Primary key: permits and outcomes by id; the sweep in key order, route by route. No other index, so updates are HOT.
CREATE TABLE deliveries (
    notification_id uuid NOT NULL,
    route text NOT NULL,
    tenant text NOT NULL,
    priority smallint NOT NULL,
    cost integer NOT NULL,
    at_most_once boolean NOT NULL DEFAULT false,
    not_before timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    crashes integer NOT NULL DEFAULT 0,
    round integer NOT NULL DEFAULT 1,
    provider text,
    fence bigint,
    permit_until timestamptz,
    cancelled boolean NOT NULL DEFAULT false,
    CONSTRAINT deliveries_priority_is_known CHECK (priority BETWEEN 0 AND 3),
    CONSTRAINT deliveries_permit_has_fence CHECK ((fence IS NULL) = (permit_until IS NULL)),
    PRIMARY KEY (route, notification_id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

-- Fences only rise, over all deliveries: a permit taken later always has the higher one. So no session may keep some.
CREATE SEQUENCE delivery_fences AS bigint;

-- Owner: EventLog. Append-only: attempt outcomes, receipts, terminal changes. Grows with attempts. Pruned by dropping
-- partitions of a day each. Ids commit out of order, so a reader that resumes overlaps a few seconds.
-- delivery_events_by_notification: the timeline. delivery_events_by_id (BRIN, next to free): resuming a stream.
CREATE SEQUENCE delivery_event_ids AS bigint;
CREATE TABLE delivery_events (
    id bigint NOT NULL DEFAULT nextval('delivery_event_ids'),
    at timestamptz NOT NULL,
    notification_id uuid NOT NULL,
    tenant text NOT NULL,
    event jsonb NOT NULL
) PARTITION BY RANGE (at);
CREATE INDEX delivery_events_by_notification ON delivery_events (notification_id, id);
CREATE INDEX delivery_events_by_id ON delivery_events USING brin (id) WITH (pages_per_range = 16, autosummarize = on);

-- Owner: RecipientStore. Grows with users. Never pruned; erased on request.
CREATE TABLE recipients (
    tenant text NOT NULL,
    user_id text NOT NULL,
    profile jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, user_id)
);

-- Owner: RecipientStore; OutcomeRecorder removes what a provider calls dead. Grows with installations, at most 50 a user.
CREATE TABLE devices (
    tenant text NOT NULL,
    user_id text NOT NULL,
    device_id text NOT NULL,
    device jsonb NOT NULL,
    last_seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, user_id, device_id)
);

-- Owner: NotificationWriter and OutcomeRecorder insert, Inbox deletes on read. Grows with what is unread.
CREATE TABLE inbox_unread (
    tenant text NOT NULL,
    user_id text NOT NULL,
    notification_id uuid NOT NULL,
    PRIMARY KEY (tenant, user_id, notification_id)
);

-- Owner: NotificationWriter. Grows with keyed requests of a day. Pruned after 24 hours (Pruner).
-- idempotency_keys_by_age: pruning.
CREATE TABLE idempotency_keys (
    tenant text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    answer text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- Owner: KeyStore. Grows with keys made. Only the hash of a secret is kept.
CREATE TABLE api_keys (
    id text NOT NULL,
    tenant text NOT NULL,
    name text NOT NULL,
    secret_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (id)
);

-- Owner: OutcomeRecorder. Grows with failures nobody has looked at. One row per (notification, route): the last round's.
CREATE TABLE dead_letters (
    notification_id uuid NOT NULL,
    route text NOT NULL,
    tenant text NOT NULL,
    round integer NOT NULL,
    attempts integer NOT NULL,
    provider text,
    reason jsonb NOT NULL,
    died_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (notification_id, route)
);

-- Owner: RouteSettingsStore. One row a route. The epoch is the one Redis must show to be believed.
CREATE TABLE route_settings (
    route text NOT NULL,
    epoch bigint NOT NULL DEFAULT 0,
    paused boolean NOT NULL DEFAULT false,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (route)
);
