-- What several scripts need: the chapter that stands before all others.

-- Microseconds of `now`, which is in milliseconds, or 0 for the server's own time.
local function microseconds(now)
    if now ~= '0' then return now * 1000 end
    local time = redis.call('TIME')
    return time[1] * 1000000 + time[2]
end

-- Lua by itself prints 14 digits of a number only.
local function whole(number) return string.format('%.0f', number) end

-- The members by which a job holds so many slots of a provider.
local function slotNames(id, count)
    local names = { id }
    for place = 2, count do names[place] = id .. ':' .. place end
    return names
end

local function ringBell(route)
    if redis.call('LLEN', route .. ':wake') < 32 then redis.call('RPUSH', route .. ':wake', 1) end
end
