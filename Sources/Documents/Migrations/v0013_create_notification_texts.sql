-- Owner: TextIndex. What notifications say, as words, filled in the background, so that neither accepting nor a status pays
-- for it. Grows with notifications. Pruned by dropping partitions, of a week each, with those of the notifications.
-- Primary key: whose words are there already; the newest ones. notification_texts_by_word: search. A tenant and a user are
-- words too, so that one of few notifications is found as quickly as one of many.
CREATE TABLE notification_texts (
    id uuid NOT NULL,
    tenant text NOT NULL,
    words tsvector NOT NULL,
    PRIMARY KEY (id)
) PARTITION BY RANGE (id);
CREATE INDEX notification_texts_by_word ON notification_texts USING gin (words);

-- Owner: the clerks that go through everything there is, and begin again where they were. One row for each, never pruned.
CREATE TABLE clerk_progress (
    clerk text NOT NULL,
    place uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    number bigint NOT NULL DEFAULT 0,
    at timestamptz,
    PRIMARY KEY (clerk)
);
