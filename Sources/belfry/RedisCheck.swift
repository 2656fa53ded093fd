import Logging
import Redis
import SettingsReading

/// Refuses to work with a Redis that would lose jobs by itself, or that does not let us work.
struct RedisCheck {
    let redis: RedisClient
    let configuration: RedisConfiguration
    let logger: Logger

    /// - Throws: `SettingsProblem` when Redis evicts keys, is too old, or refuses our user. A Redis that does not answer
    ///   is only warned of: Belfry works on without it, and so it may start without it.
    func run() async throws {
        let facts: RedisFacts
        do {
            try await touchAKey()
            facts = try await RedisFacts.read(redis, configuration)
        } catch let problem as SettingsProblem {
            throw problem
        } catch {
            return logger.warning("Redis could not be checked", metadata: ["error": "\(error)"])
        }
        if let refusal = RedisJudge(facts: facts).refusals.first {
            throw SettingsProblem("\(refusal.check) is \(refusal.found): \(refusal.advice ?? "")")
        }
    }

    /// What all scripts come down to; the handshake has shown before whether the password is right.
    private func touchAKey() async throws {
        let touch = RedisCommand("EVAL", "return redis.call('EXISTS', KEYS[1])", 1, "belfry:check")
        do {
            _ = try await redis.execute(touch)
        } catch {
            guard error.isAccessRefused else { throw error }
            throw SettingsProblem(
                "\(error): check user and password in BELFRY_REDIS_URL, and what the user is allowed to do")
        }
    }
}
