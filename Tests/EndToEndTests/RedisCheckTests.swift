import Foundation
import LocalServers
import Logging
import Redis
import SettingsReading
import Testing

@testable import belfry

@Suite struct RedisCheckTests {
    /// Checks a Redis of its own, as somebody whom it does not let work.
    private func problem(user: String, password: String) async throws -> SettingsProblem? {
        let directory = "/tmp/belfry-check-\(UUID().uuidString)"
        let server = try await LocalRedis.start(directory: directory, durable: false)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let admin = RedisClient(configuration: try RedisConfiguration(url: server.url), logger: logger)
        _ = try await admin.execute(
            RedisCommand("ACL", "SETUSER", "narrow", "on", ">right", "~other:*", "+@all"), deadline: .seconds(20))
        var configuration = try RedisConfiguration(url: server.url)
        configuration.username = user
        configuration.password = password
        let redis = RedisClient(configuration: configuration, logger: logger)
        let check = RedisCheck(redis: redis, configuration: configuration, logger: logger)
        let problem = await #expect(throws: SettingsProblem.self) { try await check.run() }
        await redis.shutdown()
        await admin.shutdown()
        await server.stop()
        return problem
    }

    @Test func wrongPasswordIsAProblemOfTheSettings() async throws {
        let problem = try await problem(user: "narrow", password: "wrong")
        #expect(problem?.description.contains("WRONGPASS") == true)
        #expect(problem?.description.contains("BELFRY_REDIS_URL") == true)
    }

    @Test func userWhoMayNotTouchOurKeysIsAProblemOfTheSettings() async throws {
        let problem = try await problem(user: "narrow", password: "right")
        #expect(problem?.description.contains("NOPERM") == true)
    }
}
