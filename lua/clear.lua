-- Closes a route and drops its jobs: the first step of a rebuild. To be called again while it answers more than 0.
--
-- KEYS[1] route   the prefix of the route's keys: meta HASH, jobs HASH, ready:<priority>:<tenant> LIST,
--                 ring:<priority> ZSET tenant/turn, scheduled ZSET, leased ZSET, flow HASH
-- Returns how many ready lists are left
-- Cost O(T) for T tenants, at most 100 of each priority; the values themselves are freed in the background
local route = KEYS[1]
redis.call('UNLINK', route .. ':meta', route .. ':jobs', route .. ':scheduled', route .. ':leased', route .. ':flow')
local left = 0
for priority = 0, 3 do
    local ring = route .. ':ring:' .. priority
    for _, tenant in ipairs(redis.call('ZRANGE', ring, 0, 99)) do
        redis.call('UNLINK', route .. ':ready:' .. priority .. ':' .. tenant)
        redis.call('ZREM', ring, tenant)
    end
    left = left + redis.call('ZCARD', ring)
end
return left
