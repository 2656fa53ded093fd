-- Owner: RecipientMeter. Grows with users whose tenant limits what they get: one row for each channel, and one for each
-- category with a limit of its own. Never pruned; erased with the user. `times` are the seconds of what was sent or is to
-- be, at most 1,000; what no limit reaches back to goes with the next one.
-- Primary key: locked where something is accepted for the user. No other index, so updates are HOT.
CREATE TABLE recipient_times (
    tenant text NOT NULL,
    user_id text NOT NULL,
    channel text NOT NULL,
    -- Empty for all of a channel.
    category text NOT NULL,
    times jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT recipient_times_are_array CHECK (jsonb_typeof(times) = 'array'),
    PRIMARY KEY (tenant, user_id, channel, category)
) WITH (fillfactor = 50);
