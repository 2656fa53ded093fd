-- Asks whether endpoints may be called; while the circuit of one is open, only a probe may, once it is due.
--
-- KEYS[1] route   the prefix of the route's keys: circuit:<endpoint> HASH nextProbe (ms), coolDown (ms), probe (token)
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2] lease (ms, after which a probe that nobody reported on is given up)
-- ARGV[3...] endpoint, token: for each of at most 500 calls
-- Returns how many ms to wait for each, no more than the cool-down; 0 for none, -1 for none as it is the probe
-- Cost O(N) for N calls
local route, ms, lease = KEYS[1], math.floor(microseconds(ARGV[1]) / 1000), tonumber(ARGV[2])
local answers = {}
for i = 3, #ARGV, 2 do
    local circuit = circuitOf(route, ARGV[i])
    local wait = probeWait(circuit, ms, lease)
    if circuit.nextProbe and wait == 0 then
        redis.call('HSET', circuit.key, 'probe', ARGV[i + 1], 'nextProbe', whole(ms + lease))
        wait = -1
    end
    answers[#answers + 1] = math.min(wait, circuit.coolDown)
end
return answers
