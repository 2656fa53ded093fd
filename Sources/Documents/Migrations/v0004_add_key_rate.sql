-- Requests a second that a key may make, in each process; 0 is no limit, null is whatever the process is set to.
ALTER TABLE api_keys ADD COLUMN rate integer CONSTRAINT api_keys_rate_is_no_debt CHECK (rate >= 0);
