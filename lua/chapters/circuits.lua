-- The circuits of a route's providers, and of the endpoints of those whose addresses fail each for itself: the chapter
-- that stands before `limits`, and before what knocks and reports.
--
--     closed ──── too many calls fail ────▶ open ──── cool-down over ────▶ half open: one may go, the probe
--        ▲                                   ▲                               │     │
--        │                                   └── it failed: twice as long ───┘     │
--        └── it went well ─────────────────────────────────────────────────────────┘
--
-- circuit:<provider>, and circuit:<provider>/<digest> of an endpoint, is a HASH: well, failed (calls), took (us, all of
-- them), since (ms) are what became of calls of late; nextProbe (ms) is there while it is not closed, probe is the token
-- of the delivery that probes; coolDown (ms) is the last one there was, closedAt (ms) when a probe closed it.

-- Every five seconds what there was counts half as much, so about ten seconds count: a provider that stops working is
-- found out within five, and one bad moment among many good ones is not taken for more.
local halving = 5000

local function circuitOf(route, provider)
    local key = route .. ':circuit:' .. provider
    local stored = redis.call('HMGET', key, 'nextProbe', 'probe', 'coolDown', 'closedAt')
    return {
        key = key, nextProbe = tonumber(stored[1]), probe = stored[2],
        coolDown = tonumber(stored[3] or 0), closedAt = tonumber(stored[4] or 0),
    }
end

-- All that a claim asks of a provider that is well.
local function isTripped(route, provider) return redis.call('HGET', route .. ':circuit:' .. provider, 'nextProbe') end

-- How many ms until somebody may probe; 0 while it is closed. A probe whose worker died is given up with its lease.
local function probeWait(circuit, ms, lease)
    if not circuit.nextProbe then return 0 end
    -- After a failover the clock may have gone back: then it is as if it had opened now.
    local latest = ms + math.max(circuit.coolDown, lease)
    if circuit.nextProbe > latest then
        circuit.nextProbe = latest
        redis.call('HSET', circuit.key, 'nextProbe', whole(latest))
    end
    return math.max(0, circuit.nextProbe - ms)
end

-- What became of calls of late. Failures fade only if something went well too: where little is sent, they would be
-- forgotten before there were enough of them.
local function recentCalls(circuit, ms)
    local stored = redis.call('HMGET', circuit.key, 'well', 'failed', 'took', 'since')
    local calls = { well = stored[1] or 0, failed = stored[2] or 0, took = stored[3] or 0 }
    local since = math.min(ms, stored[4] or ms)
    local halvings = math.floor((ms - since) / halving)
    local part = tonumber(calls.well) < 1 and 1 or 2 ^ math.min(halvings, 64)
    for name, count in pairs(calls) do calls[name] = count / part end
    calls.since, calls.all = since + halvings * halving, calls.well + calls.failed
    return calls
end
