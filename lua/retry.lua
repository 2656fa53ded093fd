-- Schedules leased jobs for another time; priority and tenant stay.
--
-- KEYS[1] route   the prefix of the route's keys: jobs HASH id -> priority:token:cost:tenant (token 1: scheduled),
--                 scheduled ZSET id/due ms, leased ZSET id/end ms, bucket:<provider> HASH tat (us),
--                 slots:<provider> ZSET id[:n]/end ms, ring:<priority> ZSET, flow HASH, wake LIST
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2] provider (of all these jobs)
-- ARGV[3] interval (us a token, 0 for any rate; as when they were claimed)
-- ARGV[4] cap (calls, 0 for any number; likewise)
-- ARGV[5] spent (tokens that each took in the end, -1 for its cost)
-- ARGV[6...] id, token, delay (ms): for each of at most 500 jobs
-- Returns a word per job: settled, leaseLost, gone
-- Cost O(N log M) for N jobs among M
local route, now = KEYS[1], math.floor(microseconds(ARGV[1]) / 1000)
local jobs, scheduled = route .. ':jobs', route .. ':scheduled'
local first = redis.call('ZRANGE', scheduled, 0, 0, 'WITHSCORES')[2]
local answers, went, rings, returns = {}, {}, false, returnsTo(route, ARGV[2], ARGV[3], ARGV[4], ARGV[5])
for i = 6, #ARGV, 3 do
    local id, token, due = ARGV[i], ARGV[i + 1], now + ARGV[i + 2]
    local record = redis.call('HGET', jobs, id)
    local priority, held = string.match(record or '', '^(%d):(%d+):')
    if not record then
        answers[#answers + 1] = 'gone'
    elseif held ~= token then
        answers[#answers + 1] = 'leaseLost'
    else
        redis.call('HSET', jobs, id, (string.gsub(record, '^(%d):%d+:', '%1:1:')))
        redis.call('ZREM', route .. ':leased', id)
        redis.call('ZADD', scheduled, whole(due), id)
        went[priority] = (went[priority] or 0) + 1
        rings = rings or not first or due < tonumber(first)
        if returns then giveBack(returns, id, record) end
        answers[#answers + 1] = 'settled'
    end
end
countFlow(route, now, 'out', went)
close(returns, ARGV[1])
-- Whoever sleeps until the first due time that was known before must learn of an earlier one.
if rings then ringBell(route) end
return answers
