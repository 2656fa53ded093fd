import LuaScripts

extension ScriptMutant {
    static let all = places + turns + limits + circuits + endpoints + flow + routes

    /// Where jobs are, and whose.
    private static let places = [
        Self("settling ignores the token", in: LuaScripts.settle, "elseif held ~= token then", "elseif not held then"),
        Self("a retry ignores the token", in: LuaScripts.retry, "elseif held ~= token then", "elseif not held then"),
        Self(
            "a retry forgets the tenant", in: LuaScripts.retry, "'^(%d):%d+:', '%1:1:'",
            "'^(%d):%d+:(%d+):.*$', '%1:1:%2:'"),
        Self("an earlier retry rings no bell", in: LuaScripts.retry, "if rings then ringBell(route) end", ""),
        Self("a release goes to the tail", in: LuaScripts.release, "redis.call('LPUSH'", "redis.call('RPUSH'"),
        Self("a release keeps the lease", in: LuaScripts.release, "redis.call('ZREM', route .. ':leased', id)", ""),
        Self(
            "upkeep promotes a second early", in: LuaScripts.upkeep, "whole(now), 'LIMIT'", "whole(now + 1000), 'LIMIT'"
        ),
        Self("a rescue goes to the tail", in: LuaScripts.upkeep, "50, 'LPUSH', false", "50, 'RPUSH', false"),
        Self(
            "a rescue never happens", in: LuaScripts.upkeep, "move(route .. ':leased', 50,",
            "move(route .. ':leased', 0,"),
        Self("leases are not clamped", in: LuaScripts.upkeep, "clamp(route .. ':leased', longestLease)", ""),
        Self("cancelling leaves the record", in: LuaScripts.cancel, "redis.call('HDEL', jobs, id)", ""),
        Self(
            "cancelling takes what is leased", in: LuaScripts.cancel, "if token == '0' or token == '1' then",
            "if token then"),
        Self(
            "a job twice in one batch is made twice", in: LuaScripts.enqueue, "placed[id] and 'exists' or record",
            "record"),
        Self(
            "what is due earlier stays where it is", in: LuaScripts.enqueue, "now + delay + 1000 <",
            "now + delay + 1e9 <"),
        Self("neighbours get one token", in: LuaScripts.leases, "(leases.token + 1) % 4096", "leases.token"),
        Self("what is leased is granted again", in: LuaScripts.leases, "string.sub(record, 2, 4) == ':0:' and", ""),
    ]

    /// Whose turn it is.
    private static let turns = [
        Self("low never has a turn of its own", in: LuaScripts.turns, ", [14] = 3", ""),
        Self(
            "the ring does not turn", in: LuaScripts.turns,
            "redis.call('ZADD', turns.ring, whole(turns.turn), turns.tenant)", ""),
        Self("the ring does not turn in rounds", in: LuaScripts.rounds, "whole(last[place])", "0"),
        Self(
            "a round takes the turns of others", in: LuaScripts.rounds, "then return count end", "then return most end"),
        Self(
            "who joins goes first", in: LuaScripts.enqueue, "'NX', turn, tenant)\n    -- The",
            "'NX', 0, tenant)\n    -- The"),
    ]

    /// What a provider may be asked to do.
    private static let limits = [
        Self("a claim charges nothing", in: LuaScripts.limits, "room.ahead + cost * room.interval", "room.ahead"),
        Self("a claim charges one token for any cost", in: LuaScripts.limits, "room.ahead + cost *", "room.ahead +"),
        Self("a claim takes no slot", in: LuaScripts.limits, "redis.call('ZADD', room.slots, finish, name)", ""),
        Self("a fan-out takes one slot", in: LuaScripts.limits, "math.min(calls, room.free)", "1"),
        Self("a fan-out takes more than there are", in: LuaScripts.limits, "math.min(calls, room.free)", "calls"),
        Self("a fan-out frees one slot", in: LuaScripts.refunds, "math.min(cost, mostSlots)", "1"),
        Self("the cap is off by one", in: LuaScripts.limits, "room.free < 1", "room.free < 0"),
        Self("low draws on the reserve", in: LuaScripts.limits, "spares and math.floor(room.burst / 10) or 0", "0"),
        Self(
            "a new bucket is full", in: LuaScripts.limits, "tat, latest = now + burst * interval,", "tat, latest = now,"
        ),
        Self(
            "slots of the dead are never free", in: LuaScripts.limits,
            "redis.call('ZREMRANGEBYSCORE', slots, '-inf', whole(ms))", ""),
        Self(
            "an ended job keeps its slot", in: LuaScripts.refunds, "redis.call('ZREM', returns.slots, unpack(names))",
            "0"),
        Self("nothing is refunded", in: LuaScripts.refunds, "returns.unused * returns.interval", "0"),
        Self("what ran over is refunded", in: LuaScripts.refunds, "change - (now - returns.since))", "change)"),
        Self(
            "a block is shortened", in: LuaScripts.throttle, "if known < blocked or known > latest then", "if true then"
        ),
        Self("a block is ignored", in: LuaScripts.limits, "if room.blocked > 0 then return 'blocked', wait end", ""),
        Self("a rebuild frees the slots", in: LuaScripts.occupy, "redis.call('ZADD', slots, 'GT', finish, name)", ""),
    ]

    /// What came and went of late.
    private static let flow = [
        Self("what came stays for ever", in: LuaScripts.flow, "known > slice - sliceCount and ", ""),
        Self("what is to come counts", in: LuaScripts.flow, " and known <= slice", ""),
        Self("slices add up", in: LuaScripts.flow, "if math.floor(sum / largestCount) ~= slice", "if sum == count"),
        Self("what is settled stays", in: LuaScripts.settle, "went[priority] = (went[priority] or 0) + 1", ""),
        Self("what is tried again stays", in: LuaScripts.retry, "countFlow(route, now, 'out', went)", ""),
        Self("what falls due does not come", in: LuaScripts.upkeep, "countFlow(route, now, 'in', came)", ""),
        Self("what is rescued comes", in: LuaScripts.upkeep, "if isScheduled then came", "if true then came"),
        Self(
            "what a rebuild brings comes", in: LuaScripts.enqueue, "if meta[1] then countFlow", "if true then countFlow"
        ),
        Self("a clearing leaves the flow", in: LuaScripts.clear, ", route .. ':flow')", ")"),
        Self(
            "what is in flight is all critical", in: LuaScripts.counts, "record and string.sub(record, 1, 1) + 1",
            "record and 1"),
    ]

    /// Whether a provider is tried at all.
    private static let circuits = [
        Self(
            "an open circuit is ignored", in: LuaScripts.limits, "if room.broken > 0 then return 'circuit', wait end",
            ""
        ),
        Self(
            "a half-open circuit lets all through", in: LuaScripts.limits,
            "if room.circuit.nextProbe then room.broken = finish - room.ms end", ""),
        Self("a probe is not told that it is one", in: LuaScripts.limits, "answer[1] = 'probe'", ""),
        Self("a circuit counts what never fades", in: LuaScripts.circuits, "count / part", "count + 0"),
        Self("all failures fade", in: LuaScripts.circuits, "tonumber(calls.well) < 1 and 1 or", ""),
        Self("anybody closes a circuit", in: LuaScripts.report, "if circuit.probe ~= token then", "if false then"),
        Self(
            "a failed probe opens for no longer", in: LuaScripts.report, "local time = math.min(2 * circuit.coolDown",
            "local time = math.min(circuit.coolDown"),
        Self("two failures open a circuit", in: LuaScripts.report, "calls.all >= volume and", ""),
        Self("old calls count", in: LuaScripts.report, "if isOld or", "if"),
        Self(
            "a probe never sent keeps its place", in: LuaScripts.report,
            "redis.call('HSET', circuit.key, 'nextProbe', whole(ms))", ""),
    ]

    /// Whether an endpoint is called.
    private static let endpoints = [
        Self("an endpoint is always called", in: LuaScripts.knock, "math.min(wait, circuit.coolDown)", "0"),
        Self(
            "everybody probes an endpoint", in: LuaScripts.knock, ", 'nextProbe', whole(ms + lease))", ")"),
        Self("a probe is not known as one", in: LuaScripts.knock, "'probe', ARGV[i + 1], ", ""),
        Self("a probe is awaited for its lease", in: LuaScripts.knock, "math.min(wait, circuit.coolDown)", "wait"),
        Self(
            "endpoints are remembered for ever", in: LuaScripts.report, "if memory > 0 then redis",
            "if false then redis"),
        Self(
            "endpoints that are well are remembered", in: LuaScripts.report,
            "if memory > 0 and failed + calls.all == 0 then", "if false then"),
    ]

    /// What concerns a whole route.
    private static let routes = [
        Self("a paused route grants", in: LuaScripts.claim, "if meta[2] == '1' then", "if false then"),
        Self("a closed route grants", in: LuaScripts.claim, "if meta[1] ~= epoch then", "if false then"),
        Self("a claim wakes nobody", in: LuaScripts.claim, "    ringBell(route)\n", ""),
        Self(
            "an older pause undoes a newer one", in: LuaScripts.pause,
            "if tonumber(revision) < tonumber(meta[2] or 0) then return 0 end", ""),
        Self("opening undoes a newer pause", in: LuaScripts.open, "if tonumber(revision) >=", "if 1e9 >="),
        Self(
            "clearing leaves the ready lists", in: LuaScripts.clear, "redis.call('UNLINK', route .. ':ready:'",
            "redis.call('EXISTS', route .. ':ready:'"),
        Self(
            "low is not counted", in: LuaScripts.counts, "ready + redis.call('LLEN', list)",
            "ready + (priority < 3 and redis.call('LLEN', list) or 0)"),
        Self("a paused route lacks workers", in: LuaScripts.counts, "return 'pause' end", "return 'workers' end"),
        Self("nobody has tokens left", in: LuaScripts.usage, "room.burst - room.ahead / room.interval", "0"),
    ]
}
