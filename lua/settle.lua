-- Forgets jobs that are done, unless their lease has gone to somebody else.
--
-- KEYS[1] route   the prefix of the route's keys: jobs HASH id -> priority:token:cost:tenant, leased ZSET id/end ms,
--                 bucket:<provider> HASH tat (us), slots:<provider> ZSET id[:n]/end ms, ring:<priority> ZSET,
--                 flow HASH, wake LIST
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2] provider (of all these jobs)
-- ARGV[3] interval (us a token, 0 for any rate; as when they were claimed)
-- ARGV[4] cap (calls, 0 for any number; likewise)
-- ARGV[5] spent (tokens that each took in the end, -1 for its cost)
-- ARGV[6...] id, token: for each of at most 500 jobs
-- Returns a word per job: settled, leaseLost, gone
-- Cost O(N log M) for N jobs among M
local route = KEYS[1]
local jobs, returns = route .. ':jobs', returnsTo(route, ARGV[2], ARGV[3], ARGV[4], ARGV[5])
local ids, done, went, answers = {}, {}, {}, {}
for i = 6, #ARGV, 2 do ids[#ids + 1] = ARGV[i] end
local records = redis.call('HMGET', jobs, unpack(ids))
for i = 6, #ARGV, 2 do
    local id, token = ARGV[i], ARGV[i + 1]
    local record = not done[id] and records[#answers + 1]
    local priority, held = string.match(record or '', '^(%d):(%d+):')
    if not record then
        answers[#answers + 1] = 'gone'
    elseif held ~= token then
        answers[#answers + 1] = 'leaseLost'
    else
        done[#done + 1], done[id] = id, true
        went[priority] = (went[priority] or 0) + 1
        if returns then giveBack(returns, id, record) end
        answers[#answers + 1] = 'settled'
    end
end
-- Once for all of them: a call costs more than what it does for one job.
if #done > 0 then
    redis.call('HDEL', jobs, unpack(done))
    redis.call('ZREM', route .. ':leased', unpack(done))
    countFlow(route, microseconds(ARGV[1]) / 1000, 'out', went)
end
close(returns, ARGV[1])
return answers
