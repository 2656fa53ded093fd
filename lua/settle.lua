-- Forgets jobs that are done, unless their lease has gone to somebody else.
--
-- KEYS[1] route   the prefix of the route's keys: jobs HASH id -> priority:token:cost:tenant, leased ZSET id/end ms
-- ARGV[1...] id, token: for each of at most 500 jobs
-- Returns a word per job: settled, leaseLost, gone
-- Cost O(N log M) for N jobs among M
local route = KEYS[1]
local jobs = route .. ':jobs'
local answers = {}
for i = 1, #ARGV, 2 do
    local id, token = ARGV[i], ARGV[i + 1]
    local record = redis.call('HGET', jobs, id)
    if not record then
        answers[#answers + 1] = 'gone'
    elseif string.match(record, '^%d:(%d+):') ~= token then
        answers[#answers + 1] = 'leaseLost'
    else
        redis.call('HDEL', jobs, id)
        redis.call('ZREM', route .. ':leased', id)
        answers[#answers + 1] = 'settled'
    end
end
return answers
