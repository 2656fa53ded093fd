/// What the facts of a Redis mean for Belfry.
struct RedisJudge {
    let facts: RedisFacts

    /// The first major version with everything the scripts need.
    static let oldestMajorVersion = 7
    /// Shares of the memory, in percent, from which on it is tight, and nearly full.
    private static let tight = 80
    private static let nearlyFull = 95

    var findings: [Finding] { [version, eviction, role, persistence, memory, access] }

    /// Of `findings`, what no process starts on.
    var refusals: [Finding] { [version, eviction].filter { $0.level == .fail } }

    private var version: Finding {
        guard let text = facts.version, let major = text.split(separator: ".").first.flatMap({ Int($0) }) else {
            return .warn("redis.version", "unknown", "Belfry needs Redis \(RedisJudge.oldestMajorVersion) or newer.")
        }
        if major < RedisJudge.oldestMajorVersion {
            return .fail(
                "redis.version", text,
                "This Redis is too old: Belfry needs \(RedisJudge.oldestMajorVersion) or newer.")
        }
        return .ok("redis.version", text)
    }

    private var eviction: Finding {
        let check = "redis.maxmemory-policy"
        guard let policy = facts.evictionPolicy else { return .warn(check, "unknown", "It must be noeviction.") }
        if policy == "noeviction" { return .ok(check, policy) }
        return .fail(check, policy, "Redis would drop jobs when it is full: set maxmemory-policy to noeviction.")
    }

    private var role: Finding {
        facts.isReplica == true
            ? .fail("redis.role", "replica", "A replica takes no writes: let BELFRY_REDIS_URL name the primary.")
            : .ok("redis.role", "primary")
    }

    private var persistence: Finding {
        let check = "redis.appendonly"
        if facts.isAppendOnly != true {
            return .warn(
                check, "off",
                "Nothing is lost without it, but all open work is indexed anew after a restart: set appendonly yes.")
        }
        if facts.isAppending == false {
            return .fail(check, "on, and failing", "The append-only file cannot be written: is the disk full?")
        }
        return .ok(check, "on")
    }

    private var memory: Finding {
        let check = "redis.memory"
        let maximum = facts.maximumBytes ?? 0
        guard let used = facts.usedBytes, let limit = maximum > 0 ? maximum : facts.systemBytes, limit > 0 else {
            return .ok(check, "unknown")
        }
        let found = "\(RedisJudge.mebibytes(used)) of \(RedisJudge.mebibytes(limit)) MiB"
        switch used * 100 / limit {
        case RedisJudge.nearlyFull...:
            return .fail(check, found, "Redis soon refuses to index new work: give it more memory.")
        case RedisJudge.tight...:
            return .warn(check, found, "An open delivery takes up to 300 bytes: give Redis more memory in time.")
        default: return .ok(check, found)
        }
    }

    private static func mebibytes(_ bytes: Int) -> Int { bytes >> 20 }

    private var access: Finding {
        let check = "redis.access"
        if facts.isLocal { return .ok(check, "on this machine") }
        if !facts.hasPassword {
            return .warn(
                check, "over the network, without a password",
                "Set a password (or an ACL user) and put it into BELFRY_REDIS_URL.")
        }
        if facts.isEncrypted { return .ok(check, "over the network, with a password, encrypted") }
        return .warn(
            check, "over the network, with a password, not encrypted",
            "Write rediss:// into BELFRY_REDIS_URL, or keep Redis on a private network.")
    }
}
