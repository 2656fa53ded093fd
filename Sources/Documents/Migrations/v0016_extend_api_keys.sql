-- Whether what is sent with a key goes to the simulator, whatever its channels; when it was last used, to a minute or
-- so; and the key that took its place.
-- api_keys_by_tenant: the list of a tenant's keys, oldest first. There are few keys, so making it is quick.
ALTER TABLE api_keys ADD COLUMN test boolean NOT NULL DEFAULT false;
ALTER TABLE api_keys ADD COLUMN last_used_at timestamptz;
ALTER TABLE api_keys ADD COLUMN replaced_by text;
CREATE INDEX api_keys_by_tenant ON api_keys (tenant, created_at, id);

-- Whether the request came with a test key, as the notifications that the broadcast makes are to know.
ALTER TABLE broadcasts ADD COLUMN test boolean NOT NULL DEFAULT false;
