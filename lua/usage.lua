-- Tells how much of their limits a route's providers have left, and how they are.
--
-- KEYS[1] route   the prefix of the route's keys: meta HASH epoch, bucket:<provider> HASH epoch, tat (us),
--                 blockedUntil (ms), slots:<provider> ZSET id[:n]/end ms, circuit:<provider> HASH
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2...] provider, interval (us a token, 0 for any rate), burst (tokens), cap (calls, 0 for any number): for each
-- Returns {tokens, in flight, ms blocked, ms until it may be probed, probes under way, percent of calls that failed of
--         late, us that a call took} for each; tokens and in flight are -1 where there is no limit to them, the ms
--         until a probe are -1 for a closed circuit, percent and us -1 without calls
-- Cost O(N) for N providers, and O(log M) for each slot among M that has expired
local route, now = KEYS[1], microseconds(ARGV[1])
local epoch = redis.call('HGET', route .. ':meta', 'epoch') or ''
local answers = {}
for i = 2, #ARGV, 4 do
    local room = roomOf(route, ARGV[i], { ARGV[i + 1], ARGV[i + 2], ARGV[i + 3] }, epoch, now, math.huge)
    -- In debt there is nothing to be had either.
    local tokens = room.interval > 0 and math.max(0, math.floor(room.burst - room.ahead / room.interval)) or -1
    local inFlight = room.cap > 0 and room.cap - room.free or -1
    local probe = room.circuit.nextProbe and room.broken or -1
    local calls = recentCalls(room.circuit, room.ms)
    local percent = calls.all > 0 and math.floor(100 * calls.failed / calls.all + 0.5) or -1
    local took = calls.all > 0 and math.floor(calls.took / calls.all + 0.5) or -1
    answers[#answers + 1] = { tokens, inFlight, room.blocked, probe, room.circuit.probe and 1 or 0, percent, took }
end
return answers
