-- Leases jobs to a worker: highest priority first, tenants in turn, as many as one provider's limits let through now.
--
-- KEYS[1] route   the prefix of the route's keys:
--                 meta HASH epoch, paused, turn, token, blockedUntil (ms); jobs HASH id -> priority:token:cost:tenant,
--                 ready:<priority>:<tenant> LIST of ids, ring:<priority> ZSET tenant/turn, scheduled ZSET id/due ms,
--                 leased ZSET id/end ms, bucket:<provider> HASH epoch, tat (us), blockedUntil (ms), wake LIST,
--                 slots:<provider> ZSET id[:n]/end ms, circuit:<provider> HASH nextProbe, coolDown (ms), probe
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2] epoch (the one Postgres has)
-- ARGV[3] limit (jobs, 1-64)
-- ARGV[4] lease (ms)
-- ARGV[5] fanOut (calls that a job makes at once, at most and no more than its cost)
-- ARGV[6...] provider, interval (us a token, 0 for any rate), burst (tokens), cap (calls, 0 for any number): for each
--            of the route's providers in its order; the first that has room for the next job grants
-- Returns {word, next, provider, id, token, id, token ...}: word is ok, probe (of one job, to see whether it is well),
--         paused, rebuild (claim nothing before one) or throttled (nobody has room; for a provider stands what lacks:
--         rate, reserve, slots, blocked, circuit); next is ms until something falls due or there is room again, -1 for
--         nothing known; under a cap one more: all jobs' slots
-- Cost O(N log M) for N jobs granted or skipped (N <= limit + 100) among M
local route, epoch, limit, lease = KEYS[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local fanOut, now = tonumber(ARGV[5]), microseconds(ARGV[1])
local ms, metaKey = math.floor(now / 1000), route .. ':meta'
local meta = redis.call('HMGET', metaKey, 'epoch', 'paused', 'turn', 'token', 'blockedUntil')
if meta[1] ~= epoch then return { 'rebuild', -1, '' } end
if meta[2] == '1' then return { 'paused', -1, '' } end
local first, isBlocked = tonumber(meta[3] or 0), tonumber(meta[5] or 0) > ms
local turns, answer = turnsOf(route, first), { 'ok', -1, ARGV[6] }
local leases = leasesOf(route, ms, lease, tonumber(meta[4] or 0), answer)

-- Grants until the jobs or the limit are used up, many at a time.
local function grantFreely()
    local priority = nextPriority(turns)
    while priority and #answer < 3 + 2 * limit and turns.looked < limit + 100 do
        local ids = popRounds(turns, priority, limit - (#answer - 3) / 2)
        if turns.isLost then return end
        take(leases, ids, redis.call('HMGET', route .. ':jobs', unpack(ids)))
        priority = nextPriority(turns)
    end
end

-- Grants until the room, the jobs or the limit are used up. Answers what the room lacks for more, and for how long.
local function grant(room)
    while turns.id do
        if room then
            local cost = tonumber(string.match(turns.record, '^.:0:(%d+)'))
            local lacking, wait = lack(room, cost, spares(turns))
            if lacking then return lacking, wait end
            charge(room, turns.id, cost, math.min(cost, fanOut), leases.finish)
        end
        take(leases, { turns.id }, { turns.record })
        pass(turns)
        if #answer < 3 + 2 * limit then pop(turns, limit + 100) end
    end
end

local lacking, wait
for i = 6, #ARGV, 4 do
    local isLimited = isBlocked or ARGV[i + 1] ~= '0' or ARGV[i + 3] ~= '0' or isTripped(route, ARGV[i])
    if i == 6 and not isLimited then grantFreely() break end
    if i == 6 then pop(turns, limit + 100) end
    local limits = { ARGV[i + 1], ARGV[i + 2], ARGV[i + 3] }
    local room = isLimited and turns.id and roomOf(route, ARGV[i], limits, epoch, now, lease)
    local what, time = grant(room)
    if #answer > 3 then
        if room then save(room, now, answer, leases.finish) end
        answer[3] = ARGV[i]
        -- What this one lacks for more, the next one may have: then it is worth another claim at once.
        lacking, wait = i + 3 == #ARGV and what, time
        break
    end
    if what and (not wait or time < wait) then lacking, wait = what, time end
end
unpop(turns)
if turns.isLost then redis.call('DEL', metaKey) return { 'rebuild', -1, '' } end
if turns.turn ~= first then redis.call('HSET', metaKey, 'turn', whole(turns.turn), 'token', leases.token) end
if nextPriority(turns) and not lacking then
    -- A woken worker wakes the next one, so a burst does not wake only one.
    ringBell(route)
    answer[2] = 0
    return answer
end
redis.call('DEL', route .. ':wake')
for _, key in ipairs({ route .. ':leased', route .. ':scheduled' }) do
    local due = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
    if due then wait = math.min(wait or math.huge, math.max(0, due - ms)) end
end
-- Whoever is throttled sleeps for a while: shorter sleeps than this have made workers spin.
answer[2] = lacking and math.max(50, wait) or wait or -1
if lacking and #answer == 3 then answer[1], answer[3] = 'throttled', lacking end
return answer
