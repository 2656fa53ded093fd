-- Forgets jobs that nobody has claimed; what stays of them in the ready lists is skipped by claims.
--
-- KEYS[1] route   the prefix of the route's keys: jobs HASH id -> priority:token:cost:tenant (token 0 ready,
--                 1 scheduled, else leased), scheduled ZSET id/due ms
-- ARGV[1...] id: for each of at most 500 jobs
-- Returns how many were forgotten
-- Cost O(N log M) for N jobs among M
local route = KEYS[1]
local jobs = route .. ':jobs'
local forgotten = 0
for _, id in ipairs(ARGV) do
    local token = string.match(redis.call('HGET', jobs, id) or '', '^%d:(%d+):')
    if token == '0' or token == '1' then
        redis.call('HDEL', jobs, id)
        redis.call('ZREM', route .. ':scheduled', id)
        forgotten = forgotten + 1
    end
end
return forgotten
