-- Counts a route's jobs.
--
-- KEYS[1] route   the prefix of the route's keys: ready:<priority>:<tenant> LIST of ids, ring:<priority> ZSET
--                 tenant/turn, scheduled ZSET id/due ms, leased ZSET id/end ms
-- Returns {critical, high, medium, low, scheduled, leased}
-- Cost O(T) for T tenants with ready jobs, at most 500 looked at for each priority
local route = KEYS[1]
local counts = {}
for priority = 0, 3 do
    local ready = 0
    for _, tenant in ipairs(redis.call('ZRANGE', route .. ':ring:' .. priority, 0, 499)) do
        ready = ready + redis.call('LLEN', route .. ':ready:' .. priority .. ':' .. tenant)
    end
    counts[#counts + 1] = ready
end
counts[5] = redis.call('ZCARD', route .. ':scheduled')
counts[6] = redis.call('ZCARD', route .. ':leased')
return counts
