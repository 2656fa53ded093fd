-- Schedules leased jobs for another time; priority and tenant stay.
--
-- KEYS[1] route   the prefix of the route's keys: jobs HASH id -> priority:token:cost:tenant (token 1: scheduled),
--                 scheduled ZSET id/due ms, leased ZSET id/end ms, wake LIST
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2...] id, token, delay (ms): for each of at most 500 jobs
-- Returns a word per job: settled, leaseLost, gone
-- Cost O(N log M) for N jobs among M
local route = KEYS[1]
local now = tonumber(ARGV[1])
if now == 0 then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local jobs, scheduled = route .. ':jobs', route .. ':scheduled'
local first = redis.call('ZRANGE', scheduled, 0, 0, 'WITHSCORES')[2]
local answers, rings = {}, false
for i = 2, #ARGV, 3 do
    local id, token, due = ARGV[i], ARGV[i + 1], now + tonumber(ARGV[i + 2])
    local record = redis.call('HGET', jobs, id)
    if not record then
        answers[#answers + 1] = 'gone'
    elseif string.match(record, '^%d:(%d+):') ~= token then
        answers[#answers + 1] = 'leaseLost'
    else
        redis.call('HSET', jobs, id, (string.gsub(record, '^(%d):%d+:', '%1:1:')))
        redis.call('ZREM', route .. ':leased', id)
        redis.call('ZADD', scheduled, string.format('%.0f', due), id)
        rings = rings or not first or due < tonumber(first)
        answers[#answers + 1] = 'settled'
    end
end
-- Whoever sleeps until the first due time that was known before must learn of an earlier one.
if rings and redis.call('LLEN', route .. ':wake') < 32 then redis.call('RPUSH', route .. ':wake', 1) end
return answers
