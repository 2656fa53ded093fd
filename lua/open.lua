-- Opens a route to claims under an epoch: the last step of a rebuild.
--
-- KEYS[1] route   the prefix of the route's keys: meta HASH epoch, paused; wake LIST
-- ARGV[1] epoch (the one Postgres has)
-- ARGV[2] paused (0 or 1)
-- Returns OK
-- Cost O(1)
local route, epoch, paused = KEYS[1], ARGV[1], ARGV[2]
redis.call('HSET', route .. ':meta', 'epoch', epoch, 'paused', paused)
redis.call('RPUSH', route .. ':wake', 1)
return redis.status_reply('OK')
