-- How jobs are leased: the chapter that stands before `claim`.

-- `answer` is the claim's, to which ids and tokens are added; `token` the last counter that was used.
local function leasesOf(route, ms, lease, token, answer)
    return { route = route, ms = ms, finish = whole(ms + lease), token = token, answer = answer }
end

-- Leases those jobs that are ready by their records; one that stands in its list twice only once.
local function take(leases, ids, found)
    local answer, records, ends, taken = leases.answer, {}, {}, {}
    for place, id in ipairs(ids) do
        local record = found[place]
        if record and string.sub(record, 2, 4) == ':0:' and not taken[id] then
            -- Time makes a token unlike any given before Redis lost its memory, the counter unlike its neighbour.
            leases.token = (leases.token + 1) % 4096
            local unique, last = whole(leases.ms * 4096 + leases.token), #ends
            records[last + 1], records[last + 2] = id, string.sub(record, 1, 2) .. unique .. string.sub(record, 4)
            ends[last + 1], ends[last + 2] = leases.finish, id
            answer[#answer + 1] = id
            answer[#answer + 1] = unique
            taken[id] = true
        end
    end
    if #ends == 0 then return end
    redis.call('HSET', leases.route .. ':jobs', unpack(records))
    redis.call('ZADD', leases.route .. ':leased', unpack(ends))
end
