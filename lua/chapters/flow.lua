-- How many jobs came and went of late: the chapter that stands before what makes jobs ready or ends them.
--
-- flow is a HASH <in or out>:<priority>:<place> -> slice and count in one number, so that one command counts. A slice
-- of time is five seconds and takes the place of the sixth before it: there is nothing to tidy, and no lifetime to lose.

local sliceLength, sliceCount, largestCount = 5000, 6, 16777216

-- `jobs` is how many of each priority.
local function countFlow(route, ms, direction, jobs)
    local slice = math.floor(ms / sliceLength)
    for priority, count in pairs(jobs) do
        local field = direction .. ':' .. priority .. ':' .. slice % sliceCount
        local sum = redis.call('HINCRBY', route .. ':flow', field, count)
        if math.floor(sum / largestCount) ~= slice then
            redis.call('HSET', route .. ':flow', field, whole(slice * largestCount + count))
        end
    end
end

-- How many of a priority there were within the window.
local function flowOf(route, ms, direction, priority)
    local slice, fields, count = math.floor(ms / sliceLength), {}, 0
    for place = 0, sliceCount - 1 do fields[place + 1] = direction .. ':' .. priority .. ':' .. place end
    for _, stored in ipairs(redis.call('HMGET', route .. ':flow', unpack(fields))) do
        local known = math.floor((stored or 0) / largestCount)
        if known > slice - sliceCount and known <= slice then count = count + stored % largestCount end
    end
    return count
end

-- The milliseconds that the slices of now cover: the present one has only begun.
local function flowWindow(ms) return (sliceCount - 1) * sliceLength + ms % sliceLength end
