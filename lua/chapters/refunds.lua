-- What ended jobs give back to their provider: the chapter that stands before `settle`, `retry` and `release`.

-- More slots than devices that a user may have, no job holds.
local mostSlots = 50

-- Nil where nothing limits the provider. `spent` is how many tokens each job took in the end, -1 for its cost.
local function returnsTo(route, provider, interval, cap, spent)
    if interval == '0' and cap == '0' then return nil end
    local returns = { route = route, interval = tonumber(interval), cap = tonumber(cap), spent = tonumber(spent) }
    returns.bucket, returns.slots = route .. ':bucket:' .. provider, route .. ':slots:' .. provider
    returns.freed, returns.unused, returns.since = 0, 0, math.huge
    return returns
end

-- Frees a job's slots and notes the tokens it was charged and did not use; below 0 what it used beyond.
local function giveBack(returns, id, record)
    local token, cost = string.match(record, '^%d:(%d+):(%d+):')
    if returns.cap > 0 then
        local names = slotNames(id, math.min(cost, mostSlots))
        returns.freed = returns.freed + redis.call('ZREM', returns.slots, unpack(names))
    end
    if returns.spent < 0 then return end
    returns.unused = returns.unused + cost - returns.spent
    -- A token begins with the milliseconds of its claim.
    returns.since = math.min(returns.since, math.floor(token / 4096) * 1000)
end

-- Tokens come back less what the bucket may have gained since they were drawn: it was not as full as it could be, so
-- it did not overflow where it would have, and must not hold that twice.
local function refund(returns, argument)
    local change = returns.unused * returns.interval
    local tat = change ~= 0 and redis.call('HGET', returns.bucket, 'tat')
    if not tat then return end
    local now = microseconds(argument)
    if change > 0 then
        tat = tat - math.max(0, change - (now - returns.since))
    else
        tat = math.max(tat, now) - change
    end
    redis.call('HSET', returns.bucket, 'tat', whole(math.ceil(tat)))
end

-- Whoever found all slots taken sleeps until one is free.
local function wakeForSlots(returns)
    if returns.freed == 0 or redis.call('ZCARD', returns.slots) + returns.freed < returns.cap then return end
    local ring = returns.route .. ':ring:'
    if redis.call('EXISTS', ring .. 0, ring .. 1, ring .. 2, ring .. 3) > 0 then ringBell(returns.route) end
end

local function close(returns, now)
    if not returns then return end
    refund(returns, now)
    wakeForSlots(returns)
end
