import Foundation
import LocalServers
import Logging
import Notifications
import Queue
import Redis
import Synchronization

/// One Redis with a queue under a namespace of its own, and workers of this very binary.
struct QueueSite: Sendable {
    /// All work is on this one.
    static let route = Route.email
    private static let enqueueLanes = 2

    let url: String
    let redisConfiguration: RedisConfiguration
    let redis: RedisClient
    let queue: DeliveryQueue
    let namespace: String
    let folder: String
    let binary: String
    let concurrency: Int
    /// Nil where the server is not ours.
    let redisProcess: Int32?

    /// Runs `body` on a site, and clears away what was left there.
    static func with<Value>(
        _ configuration: QueueBenchmark.Configuration, binary: String,
        in surroundings: QueueSurroundings? = nil,
        _ body: (QueueSite) async throws -> Value
    ) async throws -> Value {
        let folder = "/tmp/belfry-bench-queue-\(getpid())"
        let server =
            configuration.redisURL == nil
            ? try await LocalRedis.start(
                directory: "\(folder)/redis", durable: surroundings?.isDurable ?? false) : nil
        let line =
            if let server, surroundings?.isDistant == true {
                try await DelayLine.start(to: server.socketPath, roundTrip: QueueSurroundings.distance)
            } else { DelayLine?.none }
        let url = line.map { "redis://127.0.0.1:\($0.port)/0" } ?? configuration.redisURL ?? server?.url ?? ""
        var redisConfiguration = try RedisConfiguration(url: url)
        redisConfiguration.commandTimeout = .seconds(30)
        let redis = RedisClient(configuration: redisConfiguration, logger: .bench)
        let namespace = "belfry-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let site = QueueSite(
            url: url, redisConfiguration: redisConfiguration, redis: redis,
            queue: DeliveryQueue(redis: redis, namespace: namespace), namespace: namespace, folder: folder,
            binary: binary, concurrency: configuration.concurrency, redisProcess: await server?.processIdentifier)
        let result: Result<Value, any Error>
        do { result = .success(try await body(site)) } catch { result = .failure(error) }
        for route in Route.allCases { try? await site.queue.clear(route) }
        await redis.shutdown()
        await line?.stop()
        await server?.stop()
        try? FileManager.default.removeItem(atPath: folder)
        return try result.get()
    }

    /// Drops all jobs, waits until their memory is free again, and opens all routes.
    func reset(paused: Bool = false) async throws {
        for route in Route.allCases {
            try await queue.clear(route)
            let pause = RoutePause(isPaused: paused, revision: 1)
            try await queue.open(route, epoch: NoOpWorker.epoch, pause: pause)
        }
        try await eventually("the memory of Redis to be freed") { try await info("lazyfree_pending_objects") == 0 }
    }

    func resume() async throws {
        try await queue.apply([QueueSite.route: RoutePause(isPaused: false, revision: 2)])
    }

    static func jobs(
        _ count: Int, tenant: String = "bench", priority: Priority = .medium, delay: Duration = .zero
    ) -> [QueuedDelivery] {
        (0..<count).map { _ in
            QueuedDelivery(
                id: .version7(at: .now), tenant: tenant, priority: priority, cost: 1, delay: delay)
        }
    }

    /// Enqueues so many, 500 at a time.
    func fill(_ count: Int, tenant: String = "bench", priority: Priority = .medium) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<QueueSite.enqueueLanes {
                let share = count / QueueSite.enqueueLanes + (lane < count % QueueSite.enqueueLanes ? 1 : 0)
                group.addTask {
                    for start in stride(from: 0, to: share, by: DeliveryQueue.batchLimit) {
                        let size = min(DeliveryQueue.batchLimit, share - start)
                        try await queue.enqueue(
                            QueueSite.jobs(size, tenant: tenant, priority: priority), on: QueueSite.route)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    var open: Int { get async throws { try await queue.counts(of: QueueSite.route).total } }

    /// A number of `INFO memory`.
    func info(_ name: String) async throws -> Double {
        let text = try await redis.execute(RedisCommand("INFO", "memory")).string ?? ""
        let line = text.split(whereSeparator: \.isNewline).first { $0.hasPrefix("\(name):") }
        return line.flatMap { Double($0.dropFirst(name.count + 1)) } ?? 0
    }

    /// Runs `body` beside so many worker processes, each ready for work.
    func withWorkers<Value>(
        _ count: Int, routes: [Route] = [route], batch: Int = DeliveryQueue.claimLimit, journal: String? = nil,
        limits: ProviderLimits = .none,
        _ body: ([ChildProcess]) async throws -> Value
    ) async throws -> Value {
        let said = WorkerLines()
        var children: [ChildProcess] = []
        let result: Result<Value, any Error>
        do {
            for _ in 0..<count {
                children.append(
                    try ChildProcess(
                        executable: binary,
                        arguments: arguments(routes, batch, journal)
                            + (limits.ratePerSecond.map { ["--rate", "\($0)"] } ?? []),
                        output: .lines { said.add($0) }))
            }
            try await eventually("the workers", atMost: .seconds(30)) {
                guard children.allSatisfy(\.isRunning) else {
                    throw BenchError.roleFailed("bench no-op-worker", said.all.last ?? "")
                }
                return said.all.count { $0 == NoOpWorker.greeting } == count
            }
            result = .success(try await body(children))
        } catch { result = .failure(error) }
        for child in children { await child.stop(grace: .seconds(5)) }
        return try result.get()
    }

    private func arguments(_ routes: [Route], _ batch: Int, _ journal: String?) -> [String] {
        let fixed = [
            "bench", "no-op-worker", "--redis-url", url, "--namespace", namespace, "--routes",
            routes.map(\.rawValue).joined(separator: ","), "--concurrency", "\(concurrency)", "--batch", "\(batch)",
        ]
        return fixed + (journal.map { ["--journal", $0] } ?? [])
    }

    func eventually(
        _ what: String, atMost bound: Duration = .seconds(120), every pause: Duration = .milliseconds(5),
        _ holds: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + bound
        while try await !holds() {
            guard ContinuousClock.now < end else { throw BenchError.tookTooLong(what) }
            try await Task.sleep(for: pause)
        }
    }
}

/// What the workers have printed.
private final class WorkerLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock(\.self) }

    func add(_ line: String) { lines.withLock { $0.append(line) } }
}

extension Logger {
    /// Says only what went wrong: standard output is the report's.
    static var bench: Logger {
        var logger = Logger(label: "belfry-bench")
        logger.logLevel = .warning
        return logger
    }
}
