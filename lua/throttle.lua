-- Blocks a provider that told us to slow down. One that is blocked for longer already stays so.
--
-- KEYS[1] route   the prefix of the route's keys: meta HASH blockedUntil (ms, the latest of all providers),
--                 bucket:<provider> HASH blockedUntil (ms)
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2...] provider, wait (ms, at most 15 minutes): for each of at most 500
-- Returns OK
-- Cost O(N) for N providers
local route, now = KEYS[1], math.floor(microseconds(ARGV[1]) / 1000)
local latest = now + 900000
for i = 2, #ARGV, 2 do
    local blocked = math.min(now + ARGV[i + 1], latest)
    for _, key in ipairs({ route .. ':meta', route .. ':bucket:' .. ARGV[i] }) do
        local known = tonumber(redis.call('HGET', key, 'blockedUntil') or 0)
        -- What lies further ahead than it may was stored under a clock that has gone back.
        if known < blocked or known > latest then redis.call('HSET', key, 'blockedUntil', whole(blocked)) end
    end
end
return redis.status_reply('OK')
