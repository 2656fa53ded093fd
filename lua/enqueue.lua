-- Makes jobs known and ready, or scheduled; a job that is known already stays where it is.
--
-- KEYS[1] route   the prefix of the route's keys:
--                 meta HASH epoch, turn; jobs HASH id -> priority:token:cost:tenant (token 0 ready, 1 scheduled,
--                 else leased), ready:<priority>:<tenant> LIST of ids, ring:<priority> ZSET tenant/turn,
--                 scheduled ZSET id/due ms, leased ZSET id/end ms, flow HASH, wake LIST
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2...] id, priority (0-3), cost (tokens), delay (ms, 0 for ready), tenant: for each of at most 500 jobs
-- Returns a word per job: created, exists, earlier (was scheduled for later), restored (its place had been lost)
-- Cost O(N log M) for N jobs among M
local route, now = KEYS[1], math.floor(microseconds(ARGV[1]) / 1000)
local jobs, scheduled, leased = route .. ':jobs', route .. ':scheduled', route .. ':leased'
local meta = redis.call('HMGET', route .. ':meta', 'epoch', 'turn')
local turn = tonumber(meta[2] or 0)
local first = redis.call('ZRANGE', scheduled, 0, 0, 'WITHSCORES')[2]
local rings = false
-- What is new is written at the end, in one command for all jobs: a call costs more than what it does for one job.
local ids, records, lists, names, came = {}, {}, {}, {}, {}

local function schedule(id, due)
    redis.call('ZADD', scheduled, whole(due), id)
    if not first or due < tonumber(first) then rings = true end
end

local function place(id, priority, cost, delay, tenant)
    records[#records + 1] = id
    records[#records + 1] = priority .. (delay > 0 and ':1:' or ':0:') .. cost .. ':' .. tenant
    if delay > 0 then return schedule(id, now + delay) end
    local name = priority .. ':' .. tenant
    if not lists[name] then
        names[#names + 1] = { priority, tenant }
        lists[name] = {}
    end
    table.insert(lists[name], id)
end

-- The answer for a known job, or nil if the key that held its place has vanished.
local function find(id, record, delay)
    local priority, token, tenant = string.match(record, '^(%d):(%d+):%d+:(.*)$')
    if token == '0' then
        redis.call('ZADD', route .. ':ring:' .. priority, 'NX', turn, tenant)
        return 'exists'
    end
    local stored = redis.call('ZSCORE', token == '1' and scheduled or leased, id)
    if stored and token == '1' and now + delay + 1000 < tonumber(stored) then
        schedule(id, now + delay)
        return 'earlier'
    end
    return stored and 'exists'
end

for i = 2, #ARGV, 5 do ids[#ids + 1] = ARGV[i] end
local known, placed, answers = redis.call('HMGET', jobs, unpack(ids)), {}, {}
for i = 2, #ARGV, 5 do
    local id, priority, cost, delay, tenant = ARGV[i], ARGV[i + 1], ARGV[i + 2], tonumber(ARGV[i + 3]), ARGV[i + 4]
    local record = known[#answers + 1]
    local answer = placed[id] and 'exists' or record and find(id, record, delay)
    if not answer then
        place(id, priority, cost, delay, tenant)
        placed[id] = true
        answer = record and 'restored' or 'created'
    end
    answers[#answers + 1] = answer
end

if #records > 0 then redis.call('HSET', jobs, unpack(records)) end
for _, name in ipairs(names) do
    local priority, tenant = name[1], name[2]
    local list = lists[priority .. ':' .. tenant]
    local length = redis.call('RPUSH', route .. ':ready:' .. priority .. ':' .. tenant, unpack(list))
    local joined = redis.call('ZADD', route .. ':ring:' .. priority, 'NX', turn, tenant)
    -- The list had vanished under its ring, and with it jobs that only Postgres still knows: rebuild.
    if length == #list and joined == 0 then redis.call('DEL', route .. ':meta') end
    came[priority] = (came[priority] or 0) + #list
    rings = true
end
-- During a rebuild most of what comes was there before.
if meta[1] then countFlow(route, now, 'in', came) end
if rings then ringBell(route) end
return answers
