-- Counts a route's jobs and those that came and went of late, and tells what its next job waits for.
--
-- KEYS[1] route   the prefix of the route's keys: meta HASH epoch, paused, turn; jobs HASH id ->
--                 priority:token:cost:tenant, ready:<priority>:<tenant> LIST of ids, ring:<priority> ZSET tenant/turn,
--                 scheduled ZSET id/due ms, leased ZSET id/end ms, flow HASH, bucket:<provider> HASH epoch, tat (us),
--                 blockedUntil (ms), slots:<provider> ZSET id[:n]/end ms, circuit:<provider> HASH
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2...] provider, interval (us a token, 0 for any rate), burst (tokens), cap (calls, 0 for any number): for each
--            of the route's providers in its order
-- Returns {state, bound, scheduled, leased, window (ms), and for critical, high, medium, low each: ready, age of the
--         first in line (ms, -1 where nothing is ready), leased, came and went within the window}; state is open,
--         paused or rebuild; bound is empty where nothing is ready, else pause, workers, tokens, or what lacks
-- Cost O(T) for T tenants with ready jobs, at most 500 looked at for each priority, and O(L) for L <= 500 leased jobs
local route, now = KEYS[1], microseconds(ARGV[1])
local ms, jobs = math.floor(now / 1000), route .. ':jobs'
local meta = redis.call('HMGET', route .. ':meta', 'epoch', 'paused', 'turn')
local state = not meta[1] and 'rebuild' or meta[2] == '1' and 'paused' or 'open'

-- What a claim would lack now: it goes to the first provider with room, else nobody has any and the soonest counts.
local function bound()
    local turns = turnsOf(route, tonumber(meta[3] or 0))
    turns.priority = nextPriority(turns)
    if not turns.priority then return '' end
    if state == 'paused' then return 'pause' end
    if state == 'rebuild' then return 'workers' end
    local tenant = redis.call('ZRANGE', route .. ':ring:' .. turns.priority, 0, 0)[1]
    local id = redis.call('LINDEX', route .. ':ready:' .. turns.priority .. ':' .. tenant, 0)
    local cost = tonumber(string.match(id and redis.call('HGET', jobs, id) or '', '^.:0:(%d+)') or 1)
    local lacking, soonest
    for i = 2, #ARGV, 4 do
        local room = roomOf(route, ARGV[i], { ARGV[i + 1], ARGV[i + 2], ARGV[i + 3] }, meta[1], now, math.huge)
        local what, wait = lack(room, cost, spares(turns))
        if not what then return 'workers' end
        if not soonest or wait < soonest then lacking, soonest = what, wait end
    end
    if lacking == 'rate' or lacking == 'reserve' then return 'tokens' end
    return lacking or 'workers'
end

local function waiting(priority)
    local ready, oldest = 0, nil
    for _, tenant in ipairs(redis.call('ZRANGE', route .. ':ring:' .. priority, 0, 499)) do
        local list = route .. ':ready:' .. priority .. ':' .. tenant
        ready = ready + redis.call('LLEN', list)
        local head = redis.call('LINDEX', list, 0)
        if head and (not oldest or head < oldest) then oldest = head end
    end
    -- An id begins with the milliseconds of its making, 48 bits in hexadecimal.
    local made = oldest and tonumber(string.sub(oldest, 1, 8) .. string.sub(oldest, 10, 13), 16)
    return ready, made and math.max(0, ms - made) or -1
end

-- How many of what is leased are of each priority. Of more than 500 in proportion to those that have been for longest.
local function leasedByPriority(leased)
    local ids, counts = redis.call('ZRANGE', route .. ':leased', 0, 499), { 0, 0, 0, 0 }
    if #ids == 0 then return counts end
    for _, record in ipairs(redis.call('HMGET', jobs, unpack(ids))) do
        local place = record and string.sub(record, 1, 1) + 1
        if place then counts[place] = counts[place] + 1 end
    end
    for place = 1, 4 do counts[place] = math.floor(counts[place] * leased / #ids + 0.5) end
    return counts
end

local scheduled, leased = redis.call('ZCARD', route .. ':scheduled'), redis.call('ZCARD', route .. ':leased')
local answer, inFlight = { state, bound(), scheduled, leased, flowWindow(ms) }, leasedByPriority(leased)
for priority = 0, 3 do
    local ready, age = waiting(priority)
    local came, went = flowOf(route, ms, 'in', priority), flowOf(route, ms, 'out', priority)
    for _, number in ipairs({ ready, age, inFlight[priority + 1], came, went }) do answer[#answer + 1] = number end
end
return answer
