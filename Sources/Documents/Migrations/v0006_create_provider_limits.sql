-- Owner: ProviderLimitStore. One row for each route and provider that has a limit: how fast and how much at once may be
-- sent there, over all workers. Grows with what operators set, never pruned. Read whole every few seconds.
CREATE TABLE provider_limits (
    route text NOT NULL,
    provider text NOT NULL,
    rate_per_second double precision,
    burst integer,
    max_concurrent integer,
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT provider_limits_limit_something CHECK (rate_per_second IS NOT NULL OR max_concurrent IS NOT NULL),
    CONSTRAINT provider_limits_rate_has_burst CHECK ((rate_per_second IS NULL) = (burst IS NULL)),
    CONSTRAINT provider_limits_are_above_zero CHECK (rate_per_second > 0 AND burst > 0 AND max_concurrent > 0),
    PRIMARY KEY (route, provider)
);
