-- Gives leased jobs back to the head of their lists, as if they had never been claimed.
--
-- KEYS[1] route   the prefix of the route's keys: meta HASH turn, jobs HASH id -> priority:token:cost:tenant,
--                 ready:<priority>:<tenant> LIST of ids, ring:<priority> ZSET tenant/turn, leased ZSET id/end ms,
--                 wake LIST
-- ARGV[1...] id, token: for each of at most 500 jobs
-- Returns a word per job: settled, leaseLost, gone
-- Cost O(N log M) for N jobs among M
local route = KEYS[1]
local jobs = route .. ':jobs'
local turn = tonumber(redis.call('HGET', route .. ':meta', 'turn') or 0)
local answers, rings = {}, false
-- Backwards, so that the first is the head in the end.
for i = #ARGV - 1, 1, -2 do
    local id, token = ARGV[i], ARGV[i + 1]
    local record = redis.call('HGET', jobs, id)
    local priority, held, cost, tenant = string.match(record or '', '^(%d):(%d+):(%d+):(.*)$')
    if not record then
        answers[(i + 1) / 2] = 'gone'
    elseif held ~= token then
        answers[(i + 1) / 2] = 'leaseLost'
    else
        redis.call('HSET', jobs, id, priority .. ':0:' .. cost .. ':' .. tenant)
        redis.call('ZREM', route .. ':leased', id)
        local length = redis.call('LPUSH', route .. ':ready:' .. priority .. ':' .. tenant, id)
        local joined = redis.call('ZADD', route .. ':ring:' .. priority, 'NX', turn, tenant)
        -- The list had vanished under its ring, and with it jobs that only Postgres still knows: rebuild.
        if length == 1 and joined == 0 then redis.call('DEL', route .. ':meta') end
        rings = true
        answers[(i + 1) / 2] = 'settled'
    end
end
if rings and redis.call('LLEN', route .. ':wake') < 32 then redis.call('RPUSH', route .. ':wake', 1) end
return answers
