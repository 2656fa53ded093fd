import API
import Documents
import Events
import Foundation
import LocalServers
import Logging
import Notifications
import Outbound
import Postgres
import Queue
import Redis
import ServiceLifecycle
import TestSupport
import Testing

let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// An API at work on a free port, with a schema, a tenant and queue keys that no other test has.
struct TestAPI: Sendable {
    let server: APIServer
    let services: ServiceGroup
    let port: Int
    let pool: PostgresPool
    let redisConfiguration: RedisConfiguration
    let redis: RedisClient
    let queue: DeliveryQueue
    /// The first word of the queue's keys.
    let namespace: String
    let relay: EventRelay
    let writer: NotificationWriter
    let clock: ServerClock
    /// Of what is sent to topics, as the clerks have it.
    let planner: any NotificationPlanner
    let tenant: String

    var url: String { "http://127.0.0.1:\(port)" }

    /// A caller with a new key.
    func client(
        tenant: String? = nil, scopes: Set<Scope> = [.send, .read, .stream], isTest: Bool = false
    ) async throws -> Client {
        Client(url: url, key: try await makeKey(tenant: tenant, scopes: scopes, isTest: isTest).text)
    }

    func makeKey(
        tenant: String? = nil, scopes: Set<Scope> = Set(Scope.allCases), rate: Int? = nil,
        expiresAt: Date? = nil, isTest: Bool = false
    ) async throws -> APIKey {
        let key = APIKey.generate(isTest ? .test : .live)
        try await KeyStore(pool: pool).insert(
            KeyStore.StoredKey(
                id: key.id, tenant: tenant ?? self.tenant, name: "test", secretHash: key.hash, scopes: scopes,
                isTest: isTest, rate: rate, createdAt: Date(), expiresAt: expiresAt))
        return key
    }

    func count(_ table: String) async throws -> Int {
        Int(try await pool.query("SELECT count(*) FROM \(unescaped: table)")[0].get(0, as: Int64.self))
    }

    /// Rows of every table that a request could write to.
    func rows() async throws -> Int {
        var rows = 0
        for table in [
            "notifications", "deliveries", "delivery_events", "recipients", "devices", "inbox_unread",
            "idempotency_keys", "dead_letters", "route_settings", "provider_limits", "waiting_receipts",
            "suppressions", "topics", "topic_subscribers", "broadcasts", "webhook_endpoints", "templates",
            "preferences", "preference_defaults", "recipient_times",
        ] {
            rows += try await count(table)
        }
        return rows
    }

    /// Writes an event into the log, as a worker would, and returns it with its number.
    func log(_ event: StatusEvent) async throws -> StatusEvent {
        var event = event
        event.id = try await pool.query(
            """
            INSERT INTO delivery_events (at, notification_id, tenant, event)
            VALUES (\(event.at), \(event.notificationId), \(event.tenant), \(JSONB(event.json.text))) RETURNING id
            """)[0].get(0)
        return event
    }

    func event(
        userId: String = "u42", channel: NotificationChannel = .email, status: String = "sent"
    ) -> StatusEvent {
        StatusEvent(
            notificationId: UUID(), tenant: tenant, userId: userId, channel: channel, status: status,
            at: Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down)))
    }
}

/// Runs a test against an API of its own, which is shut down gracefully at the end.
/// - Parameters:
///   - bufferedEvents: events that wait for one subscriber.
///   - recipientLifetime: how long what was looked up of a user is kept.
///   - logger: the server's.
///   - configure: changes the configuration.
func withAPI(
    health: HealthChecks = .well, bufferedEvents: Int = 1000, recipientLifetime: Duration = .zero,
    logger: Logger = quiet,
    configure: (inout APIConfiguration) -> Void = { _ in }, _ body: (TestAPI) async throws -> Void
) async throws {
    try await Turnstile.databases.pass {
        try await withSchema { pool in
            let builder = try await APIBuilder(
                pool: pool, health: health, bufferedEvents: bufferedEvents, recipientLifetime: recipientLifetime,
                logger: logger)
            try await builder.run(builder.configuration(configure), body)
        }
    }
}

/// A schema that is ready for documents, dropped when the test ends.
private func withSchema(_ body: (PostgresPool) async throws -> Void) async throws {
    var configuration = try PostgresConfiguration(url: await TestServers.shared.postgres().url)
    let schema = "test_\(UUID().uuidString.filter { $0 != "-" }.lowercased())"
    configuration.searchPath = schema
    configuration.poolSize = 6
    configuration.plansByKey = true
    // Long, so that a busy machine fails no test.
    configuration.acquireTimeout = .seconds(60)
    configuration.connectTimeout = .seconds(60)
    configuration.statementTimeout = .seconds(60)
    configuration.lockTimeout = .seconds(60)
    let keeper = PostgresPool(configuration, logger: quiet)
    try await keeper.query("CREATE SCHEMA \(unescaped: schema)")
    let result = await outcome {
        _ = try await Migrator(Schema.migrations).migrate(configuration)
        let pool = PostgresPool(configuration, logger: quiet)
        try await Partitions(pool: pool, retention: .seconds(30 * 86400)).makeAhead()
        let result = await outcome { try await body(pool) }
        await pool.close()
        try result.get()
    }
    try await keeper.query("DROP SCHEMA \(unescaped: schema) CASCADE")
    await keeper.close()
    try result.get()
}

extension HealthChecks {
    static let well = HealthChecks(isReady: { true }) {
        HealthReport(postgres: true, redis: true, schema: true, version: "1.2.3")
    }
}
