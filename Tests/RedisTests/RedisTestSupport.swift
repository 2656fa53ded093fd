import Foundation
import LocalServers
import Logging
import Redis
import TestSupport
import Testing

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A client of the server that the tests share.
func withSharedRedis(_ body: (RedisClient) async throws -> Void) async throws {
    let configuration = try RedisConfiguration(url: await TestServers.shared.redis().url)
    try await withClient(configuration, body)
}

func withClient(_ configuration: RedisConfiguration, _ body: (RedisClient) async throws -> Void) async throws {
    let client = RedisClient(configuration: configuration, logger: quiet)
    do {
        try await body(client)
        await client.shutdown()
    } catch {
        await client.shutdown()
        throw error
    }
}

/// A server of its own, for a test that harms it.
func withOwnRedis(
    port: Int? = nil, settings: [String: String] = [:], _ body: (LocalRedis) async throws -> Void
) async throws {
    let directory = "/tmp/belfry-redis-\(UUID().uuidString)"
    let redis = try await LocalRedis.start(directory: directory, durable: false, port: port, settings: settings)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    do {
        try await body(redis)
        await redis.stop()
    } catch {
        await redis.stop()
        throw error
    }
}

/// A key that no other test uses.
func uniqueKey() -> String { "test:\(UUID().uuidString)" }

extension RedisClient {
    /// How many clients of the server hang in a blocking command.
    func blockedClients() async throws -> Int {
        let info = try await execute(RedisCommand("INFO", "clients")).string ?? ""
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("blocked_clients:") }
        return line.flatMap { Int($0.dropFirst("blocked_clients:".count)) } ?? 0
    }
}
