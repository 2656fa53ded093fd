-- Tells the circuits of providers and endpoints what became of calls, which opens and closes them.
--
-- KEYS[1] route   the prefix of the route's keys: circuit:<provider or endpoint> HASH well, failed (calls), took (us),
--                 since (ms), nextProbe (ms), probe (token), coolDown (ms), closedAt (ms); wake LIST
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2] percent (of calls; as many failures open it)
-- ARGV[3] volume (calls; fewer say nothing)
-- ARGV[4] coolDown (ms, the first one)
-- ARGV[5] longest (ms, the longest one)
-- ARGV[6] memory (ms after its last call that a circuit is forgotten, or at once if it never failed; 0 for never)
-- ARGV[7...] circuit, token, well, failed, took (us), opens: for each of at most 500 groups of calls; token is that of
--            the claim that was first among them, or that of the probe; opens is what failures do: rate (if they are
--            too many), once (they open it at once), never
-- Returns {word, failed, calls, ms} for each: word is opened, reopened, closed, or same; ms is the cool-down
-- Cost O(N) for N groups
local route, ms = KEYS[1], math.floor(microseconds(ARGV[1]) / 1000)
local percent, volume, coolDown, longest = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local memory = tonumber(ARGV[6])

local function open(circuit, time)
    redis.call('HSET', circuit.key, 'nextProbe', whole(ms + time), 'coolDown', whole(time))
    redis.call('HDEL', circuit.key, 'probe')
end

-- Only the probe can close it or open it again: all other calls began before it opened.
local function judge(circuit, token, well, failed)
    if circuit.probe ~= token then return { 'same', 0, 0, 0 } end
    if failed > 0 then
        local time = math.min(2 * circuit.coolDown, longest)
        open(circuit, time)
        return { 'reopened', failed, well + failed, time }
    end
    ringBell(route)
    if well == 0 then
        -- It was never sent, or put off: the next one may probe.
        redis.call('HSET', circuit.key, 'nextProbe', whole(ms))
        redis.call('HDEL', circuit.key, 'probe')
        return { 'same', 0, 0, 0 }
    end
    redis.call('DEL', circuit.key)
    redis.call('HSET', circuit.key, 'coolDown', whole(circuit.coolDown), 'closedAt', whole(ms))
    return { 'closed', 0, well, 0 }
end

local function count(circuit, token, well, failed, took, opens)
    -- What began before it closed says nothing of how it is since.
    local isOld = circuit.closedAt <= ms and token / 4096 < circuit.closedAt
    if isOld or well + failed == 0 then return { 'same', 0, 0, 0 } end
    local calls = recentCalls(circuit, ms)
    if memory > 0 and failed + calls.all == 0 then return { 'same', 0, 0, 0 } end
    calls.well, calls.failed, calls.all = calls.well + well, calls.failed + failed, calls.all + well + failed
    redis.call(
        'HSET', circuit.key, 'well', calls.well, 'failed', calls.failed, 'took', calls.took + took,
        'since', whole(calls.since))
    local isTooMany = calls.all >= volume and calls.failed * 100 >= percent * calls.all
    if failed == 0 or opens == 'never' or opens == 'rate' and not isTooMany then return { 'same', 0, 0, 0 } end
    -- One that closed a moment ago is not well after all.
    local isRelapse = ms - circuit.closedAt < longest
    local time = isRelapse and math.min(2 * circuit.coolDown, longest) or coolDown
    open(circuit, time)
    return { 'opened', calls.failed, calls.all, time }
end

local answers = {}
for i = 7, #ARGV, 6 do
    local circuit = circuitOf(route, ARGV[i])
    local well, failed = tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
    if circuit.nextProbe then
        answers[#answers + 1] = judge(circuit, ARGV[i + 1], well, failed)
    else
        answers[#answers + 1] = count(circuit, ARGV[i + 1], well, failed, tonumber(ARGV[i + 4]), ARGV[i + 5])
    end
    if memory > 0 then redis.call('PEXPIRE', circuit.key, memory) end
end
return answers
