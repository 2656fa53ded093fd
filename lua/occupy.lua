-- Takes slots for what is being sent just now: a rebuild knows it from the permits that Postgres has granted.
--
-- KEYS[1] route   the prefix of the route's keys: slots:<provider> ZSET id[:n]/end ms
-- ARGV[1] now (ms, 0 for the server's own time)
-- ARGV[2...] id, provider, left (ms that its permit counts as alive), count (slots): for each of at most 500 deliveries
-- Returns OK
-- Cost O(N log M) for N deliveries among M
local route, now = KEYS[1], math.floor(microseconds(ARGV[1]) / 1000)
for i = 2, #ARGV, 4 do
    local id, slots, finish = ARGV[i], route .. ':slots:' .. ARGV[i + 1], whole(now + ARGV[i + 2])
    -- Also where no claim ever drops them, because the provider may have any number.
    redis.call('ZREMRANGEBYSCORE', slots, '-inf', whole(now))
    for _, name in ipairs(slotNames(id, ARGV[i + 3])) do redis.call('ZADD', slots, 'GT', finish, name) end
end
return redis.status_reply('OK')
