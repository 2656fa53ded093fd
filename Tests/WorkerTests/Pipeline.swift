import Documents
import Foundation
import LocalServers
import Logging
import Notifications
import Postgres
import Queue
import Redis
import Synchronization
import Telemetry
import TestSupport
import Testing

@testable import Worker

/// A schema and a key space of a test's own, with all that a worker needs.
struct Pipeline: Sendable {
    let pool: PostgresPool
    let postgres: PostgresConfiguration
    let redis: RedisClient
    let redisConfiguration: RedisConfiguration
    let namespace: String
    let queue: DeliveryQueue
    let limits: LimitBook
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static let timing = DeliveryTiming(
        callDeadline: .milliseconds(500), permit: .milliseconds(800), lease: .seconds(1), grace: .milliseconds(200))

    static func make() async throws -> Pipeline {
        let schema = "worker_\(UUID().uuidString.replacing("-", with: "").lowercased())"
        var postgres = try PostgresConfiguration(url: try await TestServers.shared.postgres().url)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let plain = PostgresPool(postgres, logger: logger)
        try await plain.query("CREATE SCHEMA \(unescaped: schema)")
        await plain.close()
        postgres.searchPath = schema
        postgres.plansByKey = true
        _ = try await Migrator(Schema.migrations).migrate(postgres)
        let pool = PostgresPool(postgres, logger: logger)
        try await Partitions(pool: pool, retention: .seconds(90 * 86400)).makeAhead()
        let redisConfiguration = try RedisConfiguration(url: try await TestServers.shared.redis().url)
        let redis = RedisClient(configuration: redisConfiguration, logger: logger)
        return Pipeline(
            pool: pool, postgres: postgres, redis: redis, redisConfiguration: redisConfiguration, namespace: schema,
            queue: DeliveryQueue(redis: redis, namespace: schema),
            limits: LimitBook(store: ProviderLimitStore(pool: pool)))
    }

    func close() async {
        await redis.shutdown()
        await pool.close()
    }

    /// Accepts a notification as the API would, and enqueues it unless told not to.
    func accept(
        _ content: JSON, to recipient: Recipient, enqueues: Bool = true, tenant: String = "t1", isTest: Bool = false
    ) async throws -> UUID {
        let fields = Fields(content.object ?? JSONObject())
        var draft = NotificationDraft(fields, at: Date())
        draft.isTest = isTest
        #expect(fields.problems.isEmpty, "\(fields.problems)")
        let accepted = AcceptedNotification(
            id: .version7(at: Date()), tenant: tenant,
            content: NotificationContent(draft, to: draft.to[0], at: Date()), channels: draft.channels,
            resolved: recipient, providedRoutes: Set(Route.allCases), at: Date())
        let writer = NotificationWriter(pool: pool, logger: logger) { _ in }
        async let running: Void = writer.run()
        #expect(try await writer.write(Submission(tenant: tenant, notifications: [accepted])) == .accepted)
        writer.finish()
        try await running
        if enqueues {
            for delivery in accepted.deliveries {
                let job = QueuedDelivery(
                    id: accepted.id, tenant: tenant, priority: accepted.content.priority, cost: delivery.cost,
                    delay: .zero)
                try await queue.enqueue([job], on: delivery.route)
            }
        }
        return accepted.id
    }

    /// Runs a worker for as long as `body` does.
    func withWorker(
        _ providers: [Route: [any Provider]], policy: RetryPolicy = .quick, timing: DeliveryTiming = Self.timing,
        circuits: CircuitPolicy = CircuitPolicy(), metrics: MetricsRegistry = MetricsRegistry(),
        configure: (inout WorkerConfiguration) -> Void = { _ in }, _ body: () async throws -> Void
    ) async throws {
        var configuration = WorkerConfiguration(providers: providers)
        configuration.timing = timing
        configuration.retryPolicy = policy
        configuration.circuits = circuits
        configure(&configuration)
        let worker = DeliveryWorker(
            configuration: configuration, pool: pool, queue: queue, limits: limits,
            doorbell: Doorbell(
                configuration: redisConfiguration, namespace: namespace, routes: Array(providers.keys), logger: logger),
            clock: { Date() }, metrics: metrics, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await body()
            group.cancelAll()
        }
    }

    func state(_ id: UUID, _ channel: NotificationChannel) async throws -> ChannelState? {
        try await NotificationStore(pool: pool).document(id, tenant: "t1")?.channels[channel]
    }

    func outcomes(_ id: UUID) async throws -> [String] {
        try await EventLog(pool: pool).timeline(of: id, tenant: "t1").compactMap(\.outcome)
    }

    func openDeliveries() async throws -> Int64 {
        try await pool.query("SELECT count(*) FROM deliveries")[0].get(0)
    }
}

extension RetryPolicy {
    static let quick = RetryPolicy(
        base: .milliseconds(20), cap: .milliseconds(100), maximumAttempts: 3, throttleFloor: .zero)
}

/// Answers from a list, address by address, and keeps what it was asked.
final class ScriptedProvider: Provider {
    let name = "scripted"
    private let answers: Mutex<[String: [DeliveryOutcome]]>
    private let attempts = Mutex<[DeliveryAttempt]>([])

    /// - Parameter answers: by target id, in order; the last one is given for ever after, and `accepted` without any.
    init(_ answers: [String: [DeliveryOutcome]] = [:]) {
        self.answers = Mutex(answers)
    }

    var asked: [DeliveryAttempt] { attempts.withLock { $0 } }

    func deliver(_ attempt: DeliveryAttempt) async -> DeliveryOutcome {
        attempts.withLock { $0.append(attempt) }
        return answers.withLock { answers in
            guard let list = answers[attempt.target.id], let first = list.first else {
                return .accepted(providerMessageId: "m-\(attempt.target.id)")
            }
            if list.count > 1 { answers[attempt.target.id] = Array(list.dropFirst()) }
            return first
        }
    }
}
