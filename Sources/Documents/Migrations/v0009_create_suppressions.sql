-- Owner: SuppressionStore, ReceiptRecorder and OutcomeRecorder insert. Grows with addresses that are dead or want nothing.
-- Never pruned; lifted on request. Addresses are kept as SHA-256 of their small letters: it is only asked about one that
-- is known.
CREATE TABLE suppressions (
    tenant text NOT NULL,
    channel text NOT NULL,
    address_hash bytea NOT NULL,
    reason text NOT NULL,
    provider text,
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT suppressions_reason_is_known CHECK (reason IN ('bounced', 'complained', 'unsubscribed', 'manual')),
    PRIMARY KEY (tenant, channel, address_hash)
);

-- Whom a message went to, for receipts that say that the address is dead.
ALTER TABLE provider_messages ADD COLUMN address_hash bytea;
