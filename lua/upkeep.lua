-- Brings back jobs whose lease ran out and makes ready those that fell due. Any worker's call heals the route.
--
-- KEYS[1] route   the prefix of the route's keys:
--                 meta HASH epoch, paused, turn; jobs HASH id -> priority:token:cost:tenant (token 0 ready,
--                 1 scheduled, else leased), ready:<priority>:<tenant> LIST of ids, ring:<priority> ZSET tenant/turn,
--                 scheduled ZSET id/due ms, leased ZSET id/end ms, flow HASH, wake LIST
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2] longestLease (ms)
-- ARGV[3] longestDelay (ms)
-- Returns {rescued, promoted, epoch}: the epoch Redis shows, empty when it lost its memory
-- Cost O((R + P) log M) for R <= 50 rescued and P <= 100 promoted among M
local route, now = KEYS[1], math.floor(microseconds(ARGV[1]) / 1000)
local longestLease, longestDelay = tonumber(ARGV[2]), tonumber(ARGV[3])
local jobs, came = route .. ':jobs', {}
local turn = tonumber(redis.call('HGET', route .. ':meta', 'turn') or 0)

-- After a failover the clock may have gone back: nothing stored may lie further ahead than it could when it was stored.
local function clamp(key, limit)
    local bound = whole(now + limit)
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', key, '(' .. bound, '+inf', 'LIMIT', 0, 50)) do
        redis.call('ZADD', key, bound, id)
    end
end

-- Rescued jobs go to the head, where they were taken from; jobs that fell due go to the tail. One that is elsewhere by
-- its record was left here when the record vanished and came again: it is only dropped.
local function move(key, limit, push, isScheduled)
    local moved = 0
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', whole(now), 'LIMIT', 0, limit)) do
        redis.call('ZREM', key, id)
        local record = redis.call('HGET', jobs, id) or ''
        local priority, token, cost, tenant = string.match(record, '^(%d):(%d+):(%d+):(.*)$')
        if token and token ~= '0' and (token == '1') == isScheduled then
            redis.call('HSET', jobs, id, priority .. ':0:' .. cost .. ':' .. tenant)
            local length = redis.call(push, route .. ':ready:' .. priority .. ':' .. tenant, id)
            local joined = redis.call('ZADD', route .. ':ring:' .. priority, 'NX', turn, tenant)
            -- The list had vanished under its ring, and with it jobs that only Postgres still knows: rebuild.
            if length == 1 and joined == 0 then redis.call('DEL', route .. ':meta') end
            -- What is rescued came before, and did not go.
            if isScheduled then came[priority] = (came[priority] or 0) + 1 end
            moved = moved + 1
        end
    end
    return moved
end

clamp(route .. ':leased', longestLease)
clamp(route .. ':scheduled', longestDelay)
local rescued, promoted = move(route .. ':leased', 50, 'LPUSH', false), move(route .. ':scheduled', 100, 'RPUSH', true)
countFlow(route, now, 'in', came)

-- A worker may have died with the bell's token in its hands: while anything waits that may be claimed, there is one.
local meta = redis.call('HMGET', route .. ':meta', 'epoch', 'paused')
if meta[1] and meta[2] ~= '1' and redis.call('EXISTS', route .. ':wake') == 0 then
    local rings = redis.call('EXISTS', route .. ':ring:0', route .. ':ring:1', route .. ':ring:2', route .. ':ring:3')
    if rings > 0 then redis.call('RPUSH', route .. ':wake', 1) end
end
return { rescued, promoted, meta[1] or '' }
