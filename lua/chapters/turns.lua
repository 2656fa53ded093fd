-- Whose turn it is on a route: the chapter that stands before `claim`.
--
-- ring:<priority> is a ZSET tenant/turn: who was served longest ago is next. An idle tenant is not in it, and so earns
-- nothing. ready:<priority>:<tenant> is the LIST of its ids.

local favoured = { [4] = 1, [9] = 2, [14] = 3 }

-- The route's turns; from `id` on it is about the job that was popped. All members at once: a table grows slowly.
local function turnsOf(route, turn)
    local waiting = {}
    for priority = 0, 3 do waiting[priority] = redis.call('ZCARD', route .. ':ring:' .. priority) > 0 end
    return {
        route = route, turn = turn, waiting = waiting, looked = 0, isLost = false,
        id = false, record = false, priority = false, tenant = false, ring = false, ready = false,
    }
end

-- Strict, but of every 16 turns one each belongs to the lower priorities, if they have anything waiting.
local function nextPriority(turns)
    local favourite, waiting = favoured[turns.turn % 16], turns.waiting
    if favourite and waiting[favourite] then return favourite end
    for priority = 0, 3 do
        if waiting[priority] then return priority end
    end
end

-- Whether the job leaves the reserve of a bucket alone: `low` does, but for the turns that are its own.
local function spares(turns) return turns.priority == 3 and favoured[turns.turn % 16] ~= 3 end

-- Ends the turn of the tenant whose job was popped: it goes to the end of its ring.
local function pass(turns)
    turns.turn, turns.id = turns.turn + 1, false
    if redis.call('EXISTS', turns.ready) == 1 then
        redis.call('ZADD', turns.ring, whole(turns.turn), turns.tenant)
    else
        redis.call('ZREM', turns.ring, turns.tenant)
        turns.waiting[turns.priority] = redis.call('ZCARD', turns.ring) > 0
    end
end

-- Pops the next job, past ids without a record, and looks at `most` of them in all.
local function pop(turns, most)
    local route = turns.route
    while turns.looked < most do
        local priority = nextPriority(turns)
        if not priority then return end
        local ring = route .. ':ring:' .. priority
        local tenant = redis.call('ZRANGE', ring, 0, 0)[1]
        local ready = route .. ':ready:' .. priority .. ':' .. tenant
        local id = redis.call('LPOP', ready)
        -- The list vanished under its ring, and with it jobs that only Postgres still knows.
        turns.isLost = not id
        if turns.isLost then return end
        local record = redis.call('HGET', route .. ':jobs', id)
        turns.looked = turns.looked + 1
        turns.id, turns.record, turns.priority = id, record, priority
        turns.tenant, turns.ring, turns.ready = tenant, ring, ready
        if record and string.sub(record, 2, 4) == ':0:' then return end
        pass(turns)
    end
end

-- Puts a job that was popped and may not go back to where it was.
local function unpop(turns)
    if turns.id then redis.call('LPUSH', turns.ready, turns.id) end
end
