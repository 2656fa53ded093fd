-- Turns by the dozen, for a claim that nothing limits: the chapter that stands before `claim`, after `turns`. A call of
-- Redis costs more than what it does for one job, so each is made for many.

-- How many turns in a row the priority has that is next, at most so many.
local function turnsInARow(turns, priority, most)
    if favoured[turns.turn % 16] == priority then return 1 end
    for count = 1, most - 1 do
        local favourite = favoured[(turns.turn + count) % 16]
        if favourite and favourite ~= priority and turns.waiting[favourite] then return count end
    end
    return most
end

-- Ends turns: each tenant goes to its place by its last one, or out of the ring where there is none in `last`.
local function passAll(turns, priority, tenants, last)
    local ring, served, gone = turns.route .. ':ring:' .. priority, {}, {}
    for place, tenant in ipairs(tenants) do
        if last[place] then
            served[#served + 1] = whole(last[place])
            served[#served + 1] = tenant
        else
            gone[#gone + 1] = tenant
        end
    end
    if #served > 0 then redis.call('ZADD', ring, unpack(served)) end
    if #gone > 0 then redis.call('ZREM', ring, unpack(gone)) end
    turns.waiting[priority] = #served > 0 or redis.call('ZCARD', ring) > 0
end

-- Pops the next jobs of one priority, at most so many, a round of its tenants after the other, and ends their turns.
local function popRounds(turns, priority, most)
    local ready, count = turns.route .. ':ready:' .. priority .. ':', turnsInARow(turns, priority, most)
    local tenants = redis.call('ZRANGE', turns.route .. ':ring:' .. priority, 0, count - 1)
    local each, lists, ids, last = math.floor(count / #tenants), {}, {}, {}
    for place, tenant in ipairs(tenants) do
        lists[place] = redis.call('LPOP', ready .. tenant, each)
        -- The list vanished under its ring, and with it jobs that only Postgres still knows.
        turns.isLost = not lists[place]
        if turns.isLost then return ids end
    end
    for round = 1, each do
        for place = 1, #tenants do
            if lists[place][round] then
                ids[#ids + 1] = lists[place][round]
                last[place] = turns.turn + #ids
            end
        end
    end
    for place, tenant in ipairs(tenants) do
        local isEmpty = #lists[place] < each or redis.call('EXISTS', ready .. tenant) == 0
        if isEmpty then last[place] = nil end
    end
    turns.turn, turns.looked = turns.turn + #ids, turns.looked + #ids
    passAll(turns, priority, tenants, last)
    return ids
end
