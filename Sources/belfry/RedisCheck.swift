import Logging
import Redis

/// Refuses to work with a Redis that would lose jobs by itself.
struct RedisCheck {
    let redis: RedisClient
    let configuration: RedisConfiguration
    let logger: Logger

    /// - Throws: `SettingsProblem` when Redis evicts keys or is too old. A Redis that does not answer is only warned of:
    ///   Belfry works on without it, and so it may start without it.
    func run() async throws {
        let facts: RedisFacts
        do { facts = try await RedisFacts.read(redis, configuration) } catch {
            return logger.warning("Redis could not be checked", metadata: ["error": "\(error)"])
        }
        if let refusal = RedisJudge(facts: facts).refusals.first {
            throw SettingsProblem("\(refusal.check) is \(refusal.found): \(refusal.advice ?? "")")
        }
    }
}
