-- Owner: RecipientStore inserts, Erasures work them off. One row for each time that a user was to be erased; whom it was
-- about is forgotten when it is done. Grows with such requests, never pruned.
-- erasures_open: what is still to be done, once for each user.
CREATE TABLE erasures (
    id bigint GENERATED ALWAYS AS IDENTITY,
    tenant text NOT NULL,
    user_id text,
    requested_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    CONSTRAINT erasures_forget_whom_they_erased CHECK ((user_id IS NULL) = (done_at IS NOT NULL)),
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX erasures_open ON erasures (tenant, user_id) WHERE done_at IS NULL;

-- The notification whose document the answer holds; null where it holds none, or only ids.
-- idempotency_keys_by_notification: the answers that are to be erased. Only what has a document pays for it.
ALTER TABLE idempotency_keys ADD COLUMN notification_id uuid;
CREATE INDEX idempotency_keys_by_notification ON idempotency_keys (notification_id) WHERE notification_id IS NOT NULL;

-- provider_messages_by_notification: the messages that are to be erased.
CREATE INDEX provider_messages_by_notification ON provider_messages (notification_id);
