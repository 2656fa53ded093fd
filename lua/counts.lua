-- Counts a route's jobs, and tells how long ago the first in line of each priority was accepted.
--
-- KEYS[1] route   the prefix of the route's keys: ready:<priority>:<tenant> LIST of ids, ring:<priority> ZSET
--                 tenant/turn, scheduled ZSET id/due ms, leased ZSET id/end ms
-- ARGV[1] now (ms, 0 for the server's own time)
-- Returns {critical, high, medium, low, scheduled, leased, and the ages of critical, high, medium, low}; an age is in
--         ms, -1 where nothing is ready
-- Cost O(T) for T tenants with ready jobs, at most 500 looked at for each priority
local route, now = KEYS[1], tonumber(ARGV[1])
if now == 0 then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local counts = {}
for priority = 0, 3 do
    local ready, oldest = 0, nil
    for _, tenant in ipairs(redis.call('ZRANGE', route .. ':ring:' .. priority, 0, 499)) do
        local list = route .. ':ready:' .. priority .. ':' .. tenant
        ready = ready + redis.call('LLEN', list)
        local head = redis.call('LINDEX', list, 0)
        if head and (not oldest or head < oldest) then oldest = head end
    end
    counts[priority + 1] = ready
    -- An id begins with the milliseconds of its making, 48 bits in hexadecimal.
    local made = oldest and tonumber(string.sub(oldest, 1, 8) .. string.sub(oldest, 10, 13), 16)
    counts[priority + 7] = made and math.max(0, now - made) or -1
end
counts[5] = redis.call('ZCARD', route .. ':scheduled')
counts[6] = redis.call('ZCARD', route .. ':leased')
return counts
