-- Opens a route to claims under an epoch: the last step of a rebuild.
--
-- KEYS[1] route   the prefix of the route's keys: meta HASH epoch, paused, revision; wake LIST
-- ARGV[1] epoch (the one Postgres has)
-- ARGV[2] paused (0 or 1)
-- ARGV[3] revision (of paused, as Postgres has it)
-- Returns OK
-- Cost O(1)
local route, epoch, paused, revision = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
redis.call('HSET', route .. ':meta', 'epoch', epoch)
-- Whoever paused or resumed it since the rebuild read the setting knows better.
if tonumber(revision) >= tonumber(redis.call('HGET', route .. ':meta', 'revision') or 0) then
    redis.call('HSET', route .. ':meta', 'paused', paused, 'revision', revision)
end
redis.call('RPUSH', route .. ':wake', 1)
return redis.status_reply('OK')
