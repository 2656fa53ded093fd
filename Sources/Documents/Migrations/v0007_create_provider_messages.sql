-- Owner: OutcomeRecorder inserts, ReceiptRecorder notes what was told. One row for each message that a provider took of
-- which receipts are to come. Grows with messages sent. Pruned by dropping partitions of a day each after two weeks.
-- provider_messages_by_id: the message that a receipt is about. provider_messages_to_poll: whom to ask next; only rows
-- of providers that are asked are in it.
CREATE TABLE provider_messages (
    provider text NOT NULL,
    message_id text NOT NULL,
    notification_id uuid NOT NULL,
    route text NOT NULL,
    target text NOT NULL,
    round integer NOT NULL,
    attempt integer NOT NULL,
    told text[] NOT NULL DEFAULT '{}',
    poll_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
) PARTITION BY RANGE (created_at);
CREATE INDEX provider_messages_by_id ON provider_messages (provider, message_id);
CREATE INDEX provider_messages_to_poll ON provider_messages (poll_at) WHERE poll_at IS NOT NULL;

-- Owner: ReceiptRecorder. Receipts that came before the outcome of their message was written, or of messages that are
-- not ours. Grows with those. Pruned after 10 minutes.
CREATE TABLE waiting_receipts (
    provider text NOT NULL,
    message_id text NOT NULL,
    kind text NOT NULL,
    receipt jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (provider, message_id, kind)
);
