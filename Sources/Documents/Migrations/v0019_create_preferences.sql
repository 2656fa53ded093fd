-- Owner: PreferenceStore. Grows with users that said what they want. Never pruned; erased with the user.
-- Primary key: read with the user when something is accepted for it, and when that is about to be sent.
CREATE TABLE preferences (
    tenant text NOT NULL,
    user_id text NOT NULL,
    preferences jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT preferences_are_object CHECK (jsonb_typeof(preferences) = 'object'),
    PRIMARY KEY (tenant, user_id)
);

-- Owner: PreferenceStore. One row a tenant that has set anything. Never pruned.
CREATE TABLE preference_defaults (
    tenant text NOT NULL,
    preferences jsonb NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT preference_defaults_are_object CHECK (jsonb_typeof(preferences) = 'object'),
    PRIMARY KEY (tenant)
);
