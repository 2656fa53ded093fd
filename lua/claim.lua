-- Leases jobs to a worker: highest priority first, tenants in turn. Nothing is popped that cannot be sent now.
--
-- KEYS[1] route   the prefix of the route's keys:
--                 meta HASH epoch, paused, turn, token; jobs HASH id -> priority:token:cost:tenant,
--                 ready:<priority>:<tenant> LIST of ids, ring:<priority> ZSET tenant/turn,
--                 scheduled ZSET id/due ms, leased ZSET id/end ms, wake LIST
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2] epoch (the one Postgres has)
-- ARGV[3] limit (jobs, 1-64)
-- ARGV[4] lease (ms)
-- ARGV[5...] provider: each of the route's providers, in its order
-- Returns {word, next, provider, id, token, id, token ...}: word is ok, paused, or rebuild (claim nothing before a
--         rebuild); next is ms until something falls due, -1 for nothing known
-- Cost O(N log M) for N jobs granted or skipped (N <= limit + 100) among M
local route = KEYS[1]
local now, epoch, limit, lease, provider = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
if now == 0 then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local metaKey, jobs, leased, wake = route .. ':meta', route .. ':jobs', route .. ':leased', route .. ':wake'
local meta = redis.call('HMGET', metaKey, 'epoch', 'paused', 'turn', 'token')
if meta[1] ~= epoch then return { 'rebuild', -1, '' } end
if meta[2] == '1' then return { 'paused', -1, '' } end
local turn, token = tonumber(meta[3] or 0), tonumber(meta[4] or 0)

local waiting = {}
for priority = 0, 3 do waiting[priority] = redis.call('ZCARD', route .. ':ring:' .. priority) > 0 end

-- Strict, but of every 16 turns one each belongs to the lower priorities, if they have anything waiting.
local favoured = { [4] = 1, [9] = 2, [14] = 3 }
local function choose()
    local favourite = favoured[turn % 16]
    if favourite and waiting[favourite] then return favourite end
    for priority = 0, 3 do
        if waiting[priority] then return priority end
    end
end

local answer, looked, priority = { 'ok', -1, provider }, 0, choose()
while priority and #answer < 3 + 2 * limit and looked < limit + 100 do
    local ring = route .. ':ring:' .. priority
    local tenant = redis.call('ZRANGE', ring, 0, 0)[1]
    local ready = route .. ':ready:' .. priority .. ':' .. tenant
    local id = redis.call('LPOP', ready)
    if not id then
        -- The list vanished under its ring, and with it jobs that only Postgres still knows.
        redis.call('DEL', metaKey)
        return { 'rebuild', -1, '' }
    end
    turn, looked = turn + 1, looked + 1
    if redis.call('EXISTS', ready) == 1 then
        redis.call('ZADD', ring, string.format('%.0f', turn), tenant)
    else
        redis.call('ZREM', ring, tenant)
        waiting[priority] = redis.call('ZCARD', ring) > 0
    end
    local record = redis.call('HGET', jobs, id)
    if record and string.sub(record, 2, 4) == ':0:' then
        -- Time makes a token unlike any that was given before Redis lost its memory, the counter unlike its neighbour.
        token = (token + 1) % 4096
        local unique = string.format('%.0f', now * 4096 + token)
        redis.call('HSET', jobs, id, string.sub(record, 1, 2) .. unique .. string.sub(record, 4))
        redis.call('ZADD', leased, string.format('%.0f', now + lease), id)
        answer[#answer + 1] = id
        answer[#answer + 1] = unique
    end
    priority = choose()
end

if looked > 0 then redis.call('HSET', metaKey, 'turn', string.format('%.0f', turn), 'token', token) end
if priority then
    -- A woken worker wakes the next one, so a burst does not wake only one.
    if redis.call('LLEN', wake) < 32 then redis.call('RPUSH', wake, 1) end
    answer[2] = 0
    return answer
end
redis.call('DEL', wake)
for _, key in ipairs({ leased, route .. ':scheduled' }) do
    local due = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
    local wait = due and math.max(0, tonumber(due) - now)
    if wait and (answer[2] < 0 or wait < answer[2]) then answer[2] = wait end
end
return answer
