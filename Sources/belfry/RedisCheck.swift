import Logging
import Redis

/// Refuses to work with a Redis that would lose jobs by itself.
struct RedisCheck {
    let redis: RedisClient
    let logger: Logger

    /// The first major version with everything the scripts need.
    static let oldestMajorVersion = 7

    /// - Throws: `SettingsProblem` when Redis evicts keys or is too old. A Redis that does not answer is only warned of:
    ///   Belfry works on without it, and so it may start without it.
    func run() async throws {
        let policy: String?
        let version: Int?
        do {
            policy = try await redis.execute(RedisCommand("CONFIG", "GET", "maxmemory-policy")).array?.last?.string
            version = RedisCheck.majorVersion(try await redis.execute(RedisCommand("INFO", "server")).string ?? "")
        } catch {
            return logger.warning("Redis could not be checked", metadata: ["error": "\(error)"])
        }
        if let policy, policy != "noeviction" {
            throw SettingsProblem(
                "Redis has maxmemory-policy \(policy) and would drop jobs when it is full: set it to noeviction")
        }
        if let version, version < RedisCheck.oldestMajorVersion {
            throw SettingsProblem("Redis \(version) is too old: Belfry needs \(RedisCheck.oldestMajorVersion) or newer")
        }
    }

    static func majorVersion(_ info: String) -> Int? {
        info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("redis_version:") }?
            .dropFirst("redis_version:".count).split(separator: ".").first.flatMap { Int($0) }
    }
}
