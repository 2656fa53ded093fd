import Foundation
import Notifications
import Postgres
import Testing

@testable import Documents

extension TestDatabase {
    /// Writes notifications in one transaction, as the writer does.
    func accept(_ notifications: [AcceptedNotification]) async throws {
        let submission = Submission(tenant: notifications[0].tenant, notifications: notifications)
        _ = try await AcceptStatements(pool: pool).write([submission])
    }

    /// Writes a notification and returns it.
    func accept(_ notification: AcceptedNotification) async throws -> AcceptedNotification {
        try await accept([notification])
        return notification
    }

    func count(_ table: String) async throws -> Int {
        Int(try await pool.query("SELECT count(*) FROM \(unescaped: table)")[0].get(0, as: Int64.self))
    }

    /// How many transactions the notifications came in.
    func transactionsOfNotifications() async throws -> Int {
        try await Int(
            pool.query("SELECT count(DISTINCT xmin::text) FROM notifications")[0].get(0, as: Int64.self))
    }

    func delivery(_ id: UUID, on route: Route = .email) async throws -> DeliveryRow? {
        try await pool.query(
            """
            SELECT attempts, crashes, round, provider, fence IS NOT NULL, cancelled
            FROM deliveries WHERE notification_id = \(id) AND route = \(route.rawValue)
            """
        ).first.map(DeliveryRow.init)
    }

    func dueTime(_ id: UUID, on route: Route = .email) async throws -> Date? {
        try await pool.query(
            "SELECT not_before FROM deliveries WHERE notification_id = \(id) AND route = \(route.rawValue)"
        ).first?.get(0)
    }

    /// Changes a delivery behind everybody's back.
    func alterDelivery(_ id: UUID, set assignments: String) async throws {
        let result = try await pool.query(
            "UPDATE deliveries SET \(unescaped: assignments) WHERE notification_id = \(id)")
        try #require(result.affected > 0)
    }

    func channels(_ id: UUID, tenant: String = "acme") async throws -> [NotificationChannel: ChannelState] {
        try await #require(NotificationStore(pool: pool).document(id, tenant: tenant)).channels
    }

    func timeline(_ id: UUID, tenant: String = "acme") async throws -> [StatusEvent] {
        try await EventLog(pool: pool).timeline(of: id, tenant: tenant)
    }
}

/// What matters about a row of `deliveries`.
struct DeliveryRow: Sendable, Hashable {
    var attempts = 0
    var crashes = 0
    var round = 1
    var provider: String?
    var isHeld = false
    var cancelled = false
}

extension DeliveryRow {
    fileprivate init(_ row: PostgresRow) throws {
        attempts = Int(try row.get(0, as: Int32.self))
        crashes = Int(try row.get(1, as: Int32.self))
        round = Int(try row.get(2, as: Int32.self))
        provider = try row.get(3)
        isHeld = try row.get(4)
        cancelled = try row.get(5)
    }
}
