import Foundation
import Redis

/// What there is to know of a Redis before it is trusted with the index of open work. Nil is what it does not say.
struct RedisFacts: Equatable {
    /// As in `7.0.15`.
    var version: String?
    var evictionPolicy: String?
    var usedBytes: Int?
    /// Where it stops taking writes; 0 for no limit of its own.
    var maximumBytes: Int?
    /// Of the machine.
    var systemBytes: Int?
    var isAppendOnly: Bool?
    /// Whether the last write of the append-only file worked.
    var isAppending: Bool?
    var isReplica: Bool?
    var hasPassword = false
    var isEncrypted = false
    /// Whether what we say to it stays on this machine.
    var isLocal = true
    /// How far its clock is ahead of ours, in seconds.
    var clockOffset: TimeInterval = 0

    /// Asks nothing but `INFO` and `TIME`, which also hosted servers and narrow users are allowed.
    static func read(_ redis: RedisClient, _ configuration: RedisConfiguration) async throws -> RedisFacts {
        var facts = RedisFacts(info: try await redis.execute(RedisCommand("INFO")).string ?? "")
        let before = Date()
        let time = (try await redis.execute(RedisCommand("TIME")).array ?? []).compactMap(\.int)
        if time.count == 2 {
            let middle = before.addingTimeInterval(Date().timeIntervalSince(before) / 2)
            facts.clockOffset = Double(time[0]) + Double(time[1]) / 1e6 - middle.timeIntervalSince1970
        }
        facts.hasPassword = configuration.password != nil
        facts.isEncrypted = configuration.isEncrypted
        if case .tcp(let host, _) = configuration.endpoint {
            facts.isLocal = host == "localhost" || host == "::1" || host.hasPrefix("127.")
        }
        return facts
    }

    init() {}

    /// - Parameter info: the answer to `INFO`.
    init(info: String) {
        var fields: [Substring: Substring] = [:]
        for line in info.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
        version = fields["redis_version"].map { String($0) }
        evictionPolicy = fields["maxmemory_policy"].map { String($0) }
        usedBytes = fields["used_memory"].flatMap { Int($0) }
        maximumBytes = fields["maxmemory"].flatMap { Int($0) }
        systemBytes = fields["total_system_memory"].flatMap { Int($0) }
        isAppendOnly = fields["aof_enabled"].map { $0 == "1" }
        isAppending = fields["aof_last_write_status"].map { $0 == "ok" }
        isReplica = fields["role"].map { $0 == "slave" }
    }
}
