import Foundation
import LocalServers
import Logging
import Notifications
import Redis
import TestSupport

@testable import Queue

/// A queue under a namespace of its own, with a hand on its clock.
struct TestQueue: Sendable {
    static let epoch: Int64 = 7
    static let lease: Duration = .seconds(30)

    let redis: RedisClient
    let configuration: RedisConfiguration
    let namespace = "test:\(UUID().uuidString)"
    let clock = ManualClock()

    var queue: DeliveryQueue { DeliveryQueue(redis: redis, namespace: namespace) { [clock] in clock.now } }

    /// The n-th id; they sort by their numbers.
    static func id(_ number: Int) -> UUID {
        let digits = String(1_000_000_000_000 + number).dropFirst()
        return UUID(uuidString: "00000000-0000-7000-8000-\(digits)") ?? UUID()
    }

    func key(_ name: String, _ route: Route = .email) -> RedisArgument {
        RedisArgument("\(namespace):{\(route.rawValue)}:\(name)")
    }

    @discardableResult
    func redis(_ name: String, _ arguments: RedisArgument...) async throws -> RedisValue {
        try await redis.execute(RedisCommand(name, arguments: arguments))
    }

    @discardableResult
    func enqueue(
        _ numbers: some Sequence<Int>, tenant: String = "a", priority: Priority = .medium, cost: Int = 1,
        delay: Duration = .zero, on route: Route = .email
    ) async throws -> [EnqueueAnswer] {
        let jobs = numbers.map { number in
            QueuedDelivery(id: Self.id(number), tenant: tenant, priority: priority, cost: cost, delay: delay)
        }
        return try await queue.enqueue(jobs, on: route)
    }

    func claim(
        _ limit: Int = 64, epoch: Int64 = epoch, on route: Route = .email, _ limits: [String: ProviderLimits] = [:]
    ) async throws -> ClaimAnswer {
        try await queue.claim(
            on: route, epoch: epoch, limit: limit, lease: Self.lease, providers: ["p", "q"], limits: limits)
    }

    /// The jobs that a claim must grant.
    func claimed(_ limit: Int = 64, on route: Route = .email) async throws -> [ClaimedJob] {
        guard case .jobs(let jobs, provider: "p", next: _) = try await claim(limit, on: route) else {
            throw UnexpectedAnswer()
        }
        return jobs
    }

    func end(_ jobs: [ClaimedJob], _ kind: JobEnding.Kind) async throws -> [EndingAnswer] {
        try await queue.end(jobs.map { JobEnding($0, kind) })
    }

    func state(of route: Route = .email) async throws -> RouteState {
        try await RouteState.all(in: namespace, redis)[route] ?? RouteState()
    }
}

struct UnexpectedAnswer: Error {}

extension ClaimedJob {
    var number: Int { Int(id.uuidString.suffix(12)) ?? -1 }
}

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A queue on the server that the tests share, with the route `email` open.
func withQueue(
    under mutant: ScriptMutant? = .ofEnvironment, _ body: (TestQueue) async throws -> Void
) async throws {
    try await open(on: await TestServers.shared.redis(), under: mutant, body)
}

/// A queue on a server of its own, for a test that harms it; with the sound scripts always.
func withOwnRedis(_ body: (TestQueue) async throws -> Void) async throws {
    let directory = "/tmp/belfry-queue-\(UUID().uuidString)"
    let server = try await LocalRedis.start(directory: directory, durable: false)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    do {
        try await open(on: server, under: nil, body)
        await server.stop()
    } catch {
        await server.stop()
        throw error
    }
}

private func open(
    on server: LocalRedis, under mutant: ScriptMutant?, _ body: (TestQueue) async throws -> Void
) async throws {
    var configuration = try RedisConfiguration(url: server.url)
    configuration.commandTimeout = .seconds(20)
    guard let scripts = mutant?.scripts else { return try await open(configuration, body) }
    try await ScriptSwap.run(before: server.socketPath, digests: scripts.mapValues(\.sha1)) { port in
        configuration.endpoint = .tcp(host: "127.0.0.1", port: port)
        // All of them: where a pipeline finds one of its scripts unknown, that one comes last.
        try await open(configuration, loading: QueueScript.all.map(\.script) + scripts.values, body)
    }
}

private func open(
    _ configuration: RedisConfiguration, loading scripts: [RedisScript] = [],
    _ body: (TestQueue) async throws -> Void
) async throws {
    let queue = TestQueue(
        redis: RedisClient(configuration: configuration, logger: quiet), configuration: configuration)
    do {
        for script in scripts { try await queue.redis("SCRIPT", "LOAD", RedisArgument(script.source)) }
        try await queue.queue.open(.email, epoch: TestQueue.epoch)
        try await queue.redis("DEL", queue.key("wake"))
        try await body(queue)
        await queue.redis.shutdown()
    } catch {
        await queue.redis.shutdown()
        throw error
    }
}
