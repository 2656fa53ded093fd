-- Pauses or resumes a route. What is leased ends normally; a copy that is older than the one here changes nothing.
--
-- KEYS[1] route   the prefix of the route's keys: meta HASH paused, revision; wake LIST
-- ARGV[1] paused (0 or 1)
-- ARGV[2] revision (the one Postgres has)
-- Returns 1 when it changed something, else 0
-- Cost O(1)
local route, paused, revision = KEYS[1], ARGV[1], ARGV[2]
local meta = redis.call('HMGET', route .. ':meta', 'paused', 'revision')
if meta[1] == paused and meta[2] == revision then return 0 end
if tonumber(revision) < tonumber(meta[2] or 0) then return 0 end
-- Also where there is no epoch: a rebuild on its way may have read an older setting, and opens the route last.
redis.call('HSET', route .. ':meta', 'paused', paused, 'revision', revision)
if paused == '0' and redis.call('LLEN', route .. ':wake') < 32 then redis.call('RPUSH', route .. ':wake', 1) end
return 1
