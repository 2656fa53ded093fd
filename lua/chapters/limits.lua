-- The limits of a route's providers: the chapter that stands before what grants, after `circuits`.
--
-- bucket:<provider> is a HASH: epoch, tat (us; when it will be full), blockedUntil (ms). It is GCRA in batch form: one
-- number that is compared with the clock, so there is nothing to refill and no lifetime to lose.
-- slots:<provider> is a ZSET id/lease end ms: its size is how many calls are in flight. A counter drifts, a membership
-- cannot. A job with several calls to make at once has more members: id:2, id:3 ...

local largestCost, longestBlock = 1000, 900000

-- What there is of a provider now. After a failover the clock may have gone back: nothing
-- stored counts further ahead than it could when it was stored.
local function roomOf(route, provider, limits, epoch, now, lease)
    local interval, burst, cap = tonumber(limits[1]), tonumber(limits[2]), tonumber(limits[3])
    local bucket, slots, ms = route .. ':bucket:' .. provider, route .. ':slots:' .. provider, math.floor(now / 1000)
    local room = { interval = interval, burst = burst, cap = cap, bucket = bucket, slots = slots, ahead = 0, ms = ms }
    room.circuit = circuitOf(route, provider)
    room.broken = probeWait(room.circuit, ms, lease)
    local stored = redis.call('HMGET', bucket, 'epoch', 'tat', 'blockedUntil')
    room.blocked = math.max(0, (stored[3] or 0) - ms)
    if room.blocked > longestBlock then
        room.blocked = longestBlock
        redis.call('HSET', bucket, 'blockedUntil', whole(ms + longestBlock))
    end
    if interval > 0 then
        -- One that Redis lost, or knew before a rebuild, starts empty: what it gave then it does not give again.
        local tat, latest = now + burst * interval, now + (burst + largestCost) * interval
        if stored[1] == epoch and stored[2] then tat = math.min(stored[2], latest) end
        if stored[1] ~= epoch or tat == latest then
            redis.call('HSET', bucket, 'epoch', epoch, 'tat', whole(math.ceil(tat)))
        end
        room.ahead = math.max(0, tat - now)
    end
    if cap == 0 then return room end
    redis.call('ZREMRANGEBYSCORE', slots, '-inf', whole(ms))
    room.free, room.latest, room.held = cap - redis.call('ZCARD', slots), ms + 2 * lease, {}
    return room
end

-- How many ms until a slot is free whose worker has died. Slots are clamped here, where they stand in the way.
local function slotWait(room)
    local latest = whole(room.latest)
    for _, id in ipairs(redis.call('ZRANGEBYSCORE', room.slots, '(' .. latest, '+inf', 'LIMIT', 0, 50)) do
        redis.call('ZADD', room.slots, latest, id)
    end
    return redis.call('ZRANGE', room.slots, 0, 0, 'WITHSCORES')[2] - room.ms
end

-- What a job of this cost waits for and for how many ms, or nil when it may go. A cost above the burst takes a full
-- bucket and leaves a debt. Jobs that spare the reserve leave the last tenth of the bucket to others.
local function lack(room, cost, spares)
    local reserve = spares and math.floor(room.burst / 10) or 0
    local needed = reserve + math.min(cost, room.burst - reserve)
    local short = room.ahead - (room.burst - needed) * room.interval
    -- A sum of fractions may be off by the last digit.
    local isShort, wait = short > 0.001, math.max(math.ceil(short / 1000), room.blocked, room.broken)
    if room.broken > 0 then return 'circuit', wait end
    if room.blocked > 0 then return 'blocked', wait end
    if isShort and short > reserve * room.interval + 0.001 then return 'rate', wait end
    if room.cap > 0 and room.free < 1 then return 'slots', math.max(wait, slotWait(room)) end
    if isShort then return 'reserve', wait end
end

-- Draws the tokens of a job that may go, here until `save`, and takes a slot for each of its calls, or as many as there
-- are: one that waited for all of them would wait for ever beside jobs that need few. Where it probes, one is enough.
local function charge(room, id, cost, calls, finish)
    room.ahead = room.ahead + cost * room.interval
    if room.circuit.nextProbe then room.broken = finish - room.ms end
    if room.cap == 0 then return end
    local count = math.min(calls, room.free)
    for _, name in ipairs(slotNames(id, count)) do redis.call('ZADD', room.slots, finish, name) end
    room.free = room.free - count
    room.held[#room.held + 1] = count
end

-- Keeps what was charged. Under a cap it also answers the slots that the jobs hold, and of a probe that it is one.
local function save(room, now, answer, finish)
    if room.interval > 0 then redis.call('HSET', room.bucket, 'tat', whole(math.ceil(now + room.ahead))) end
    if room.circuit.nextProbe then
        redis.call('HSET', room.circuit.key, 'probe', answer[5], 'nextProbe', finish)
        answer[1] = 'probe'
    end
    if room.cap > 0 then answer[#answer + 1] = table.concat(room.held, ' ') end
end
