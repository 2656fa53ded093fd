-- Gives leased jobs back to the head of their lists, as if they had never been claimed.
--
-- KEYS[1] route   the prefix of the route's keys: meta HASH turn, jobs HASH id -> priority:token:cost:tenant,
--                 ready:<priority>:<tenant> LIST of ids, ring:<priority> ZSET tenant/turn, leased ZSET id/end ms,
--                 bucket:<provider> HASH tat (us), slots:<provider> ZSET id[:n]/end ms, wake LIST
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2] provider (of all these jobs)
-- ARGV[3] interval (us a token, 0 for any rate; as when they were claimed)
-- ARGV[4] cap (calls, 0 for any number; likewise)
-- ARGV[5] spent (tokens that each took in the end, 0 for none)
-- ARGV[6...] id, token: for each of at most 500 jobs
-- Returns a word per job: settled, leaseLost, gone
-- Cost O(N log M) for N jobs among M
local route = KEYS[1]
local jobs, returns = route .. ':jobs', returnsTo(route, ARGV[2], ARGV[3], ARGV[4], ARGV[5])
local turn = tonumber(redis.call('HGET', route .. ':meta', 'turn') or 0)
local answers, rings = {}, false
-- Backwards, so that the first is the head in the end.
for i = #ARGV - 1, 6, -2 do
    local id, token, place = ARGV[i], ARGV[i + 1], i / 2 - 2
    local record = redis.call('HGET', jobs, id)
    local priority, held, cost, tenant = string.match(record or '', '^(%d):(%d+):(%d+):(.*)$')
    if not record then
        answers[place] = 'gone'
    elseif held ~= token then
        answers[place] = 'leaseLost'
    else
        redis.call('HSET', jobs, id, priority .. ':0:' .. cost .. ':' .. tenant)
        redis.call('ZREM', route .. ':leased', id)
        local length = redis.call('LPUSH', route .. ':ready:' .. priority .. ':' .. tenant, id)
        local joined = redis.call('ZADD', route .. ':ring:' .. priority, 'NX', turn, tenant)
        -- The list had vanished under its ring, and with it jobs that only Postgres still knows: rebuild.
        if length == 1 and joined == 0 then redis.call('DEL', route .. ':meta') end
        rings = true
        if returns then giveBack(returns, id, record) end
        answers[place] = 'settled'
    end
end
close(returns, ARGV[1])
if rings then ringBell(route) end
return answers
