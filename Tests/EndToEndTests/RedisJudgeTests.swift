import Testing

@testable import belfry

struct RedisJudgeTests {
    private static let well = """
        # Server\r
        redis_version:7.0.15\r
        # Memory\r
        used_memory:1048576\r
        total_system_memory:8388608000\r
        maxmemory:104857600\r
        maxmemory_policy:noeviction\r
        # Persistence\r
        aof_enabled:1\r
        aof_last_write_status:ok\r
        # Replication\r
        role:master\r
        """

    /// What is not ok when these things are not as they should be.
    private func complaints(_ change: (inout RedisFacts) -> Void) -> [String] {
        var facts = RedisFacts(info: Self.well)
        change(&facts)
        return RedisJudge(facts: facts).findings.filter { $0.level != .ok }
            .map { "\($0.level) \($0.check) \($0.found)" }
    }

    @Test func aGoodRedisIsPraised() {
        let findings = RedisJudge(facts: RedisFacts(info: Self.well)).findings
        #expect(findings.allSatisfy { $0.level == .ok && $0.advice == nil })
        #expect(
            findings.map { "\($0.check) \($0.found)" } == [
                "redis.version 7.0.15", "redis.maxmemory-policy noeviction", "redis.role primary",
                "redis.appendonly on", "redis.memory 1 of 100 MiB", "redis.access on this machine",
            ])
    }

    @Test func everythingThatMayBeWrongIsTold() {
        #expect(complaints { $0.version = "6.2.14" } == ["fail redis.version 6.2.14"])
        #expect(complaints { $0.version = nil } == ["warn redis.version unknown"])
        #expect(complaints { $0.version = "10.0.0" } == [])
        #expect(complaints { $0.evictionPolicy = "allkeys-lru" } == ["fail redis.maxmemory-policy allkeys-lru"])
        #expect(complaints { $0.evictionPolicy = nil } == ["warn redis.maxmemory-policy unknown"])
        #expect(complaints { $0.isReplica = true } == ["fail redis.role replica"])
        #expect(complaints { $0.isAppendOnly = false } == ["warn redis.appendonly off"])
        #expect(complaints { $0.isAppending = false } == ["fail redis.appendonly on, and failing"])
        #expect(complaints { $0.usedBytes = 80 << 20 } == ["warn redis.memory 80 of 100 MiB"])
        #expect(complaints { $0.usedBytes = 95 << 20 } == ["fail redis.memory 95 of 100 MiB"])
        #expect(complaints { $0.usedBytes = nil } == [])
        #expect(
            complaints {
                $0.maximumBytes = 0
                $0.systemBytes = 100 << 20
                $0.usedBytes = 90 << 20
            } == ["warn redis.memory 90 of 100 MiB"])
        #expect(complaints { $0.isLocal = false } == ["warn redis.access over the network, without a password"])
        #expect(
            complaints {
                $0.isLocal = false
                $0.hasPassword = true
            } == ["warn redis.access over the network, with a password, not encrypted"])
        #expect(
            complaints {
                $0.isLocal = false
                $0.hasPassword = true
                $0.isEncrypted = true
            } == [])
    }

    @Test func onlyWhatLosesJobsKeepsAProcessFromStarting() {
        var facts = RedisFacts(info: Self.well)
        facts.isAppendOnly = false
        facts.isReplica = true
        #expect(RedisJudge(facts: facts).refusals.isEmpty)
        facts.version = "6.2.14"
        facts.evictionPolicy = "volatile-ttl"
        #expect(RedisJudge(facts: facts).refusals.map(\.check) == ["redis.version", "redis.maxmemory-policy"])
    }

    @Test func whatRedisDoesNotSayIsNotMadeUp() {
        #expect(RedisFacts(info: "") == RedisFacts())
    }
}
