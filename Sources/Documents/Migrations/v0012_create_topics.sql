-- Owner: TopicStore. Grows with topics. What was deleted keeps its row, without a name that anybody finds, until its
-- subscribers are gone too (Pruner): a topic that is made anew under the name begins with none.
-- topics_by_name: each look-up, and the list. topics_deleted: what is left to be pruned.
CREATE TABLE topics (
    id uuid NOT NULL,
    tenant text NOT NULL,
    name text NOT NULL,
    description text,
    subscribers bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT topics_subscribers_is_a_count CHECK (subscribers >= 0),
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX topics_by_name ON topics (tenant, name) WHERE deleted_at IS NULL;
CREATE INDEX topics_deleted ON topics (id) WHERE deleted_at IS NOT NULL;

-- Owner: TopicStore. Grows with subscriptions. Pruned with their topic. A subscriber need not be a known user.
-- Primary key: the subscribers of a topic in the order of their ids, as broadcasts read them.
-- topic_subscribers_by_user: the topics of a user.
CREATE TABLE topic_subscribers (
    tenant text NOT NULL,
    topic_id uuid NOT NULL,
    user_id text NOT NULL,
    subscribed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, topic_id, user_id)
);
CREATE INDEX topic_subscribers_by_user ON topic_subscribers (tenant, user_id, topic_id);

-- Owner: NotificationWriter inserts, BroadcastStore moves it on. Grows with requests to topics. Pruned with the
-- notifications of its time (Pruner). Settled is what no clerk has anything to do for any more.
-- broadcasts_by_tenant: the list. broadcasts_unsettled: the clerk's look, next to free while there are none.
CREATE TABLE broadcasts (
    id uuid NOT NULL,
    tenant text NOT NULL,
    topic text NOT NULL,
    topic_id uuid NOT NULL,
    request jsonb NOT NULL,
    request_id text,
    traceparent text,
    status text NOT NULL DEFAULT 'expanding',
    settled boolean NOT NULL DEFAULT false,
    subscribers bigint NOT NULL,
    expanded bigint NOT NULL DEFAULT 0,
    notifications bigint NOT NULL DEFAULT 0,
    skipped jsonb NOT NULL DEFAULT '{}',
    cancelled bigint NOT NULL DEFAULT 0,
    last_user_id text NOT NULL DEFAULT '',
    turn_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT broadcasts_status_is_known CHECK (status IN ('expanding', 'done', 'cancelled')),
    PRIMARY KEY (id)
);
CREATE INDEX broadcasts_by_tenant ON broadcasts (tenant, id);
CREATE INDEX broadcasts_unsettled ON broadcasts (id) WHERE NOT settled;

-- What of a broadcast is still open, for taking it back. Only what belongs to one pays for it, no column of it ever
-- changes, and the table holds open work only, so making it is quick.
ALTER TABLE deliveries ADD COLUMN broadcast_id uuid;
CREATE INDEX deliveries_by_broadcast ON deliveries (tenant, broadcast_id, notification_id)
    WHERE broadcast_id IS NOT NULL;
