public import Foundation
public import Notifications
public import Postgres

/// The durable log of what happened: the timeline, what a stream resumes from, what status webhooks will read.
public struct EventLog: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Appends events in their order and returns them with their numbers.
    static func append(_ events: [StatusEvent], on connection: PostgresConnection) async throws -> [StatusEvent] {
        if events.isEmpty { return [] }
        return try numbered(events, by: await connection.query(appending(events)))
    }

    /// The statement of ``append(_:on:)``, to be sent together with others.
    static func appending(_ events: [StatusEvent]) -> PostgresQuery {
        """
        INSERT INTO delivery_events (at, notification_id, tenant, event)
        SELECT at, id, tenant, event FROM unnest(
            \(events.map(\.at)), \(events.map(\.notificationId)), \(events.map(\.tenant)),
            \(events.map { JSONB($0.json) })) WITH ORDINALITY AS e(at, id, tenant, event, place)
        ORDER BY place RETURNING id
        """
    }

    /// The events with the numbers that ``appending(_:)`` answered.
    static func numbered(_ events: [StatusEvent], by rows: PostgresResult) throws -> [StatusEvent] {
        try zip(events, rows).map { event, row in
            var event = event
            event.id = try row.get(0)
            return event
        }
    }

    /// A notification's timeline, oldest first, at most 1,000 events.
    public func timeline(of notificationId: UUID, tenant: String) async throws -> [StatusEvent] {
        try await pool.query(
            """
            SELECT id, event FROM delivery_events
            WHERE notification_id = \(notificationId) AND tenant = \(tenant)
                AND at >= \(notificationId.version7Date.addingTimeInterval(-86400))
            ORDER BY id LIMIT 1000
            """
        ).compactMap { try EventLog.event($0, tenant: tenant) }
    }

    /// Numbers that one look goes through: all tenants' events have them in common, and a small one has few.
    static let window: Int64 = 10_000

    /// A tenant's events after number `id`, oldest first, out of one window of numbers. Events commit out of order:
    /// whoever resumes asks from a little before the last number it saw, and drops what it saw already.
    /// - Returns: the events, perhaps none, and the number to go on after; nil at the end of the log.
    public func events(
        after id: Int64, tenant: String, limit: Int
    ) async throws -> (events: [StatusEvent], next: Int64?) {
        // Before the events, or one that is logged between the two would lie behind the end.
        let last: Int64 = try await pool.query("SELECT last_value FROM delivery_event_ids")[0].get(0)
        if id >= last { return ([], nil) }
        let end = id.addingReportingOverflow(EventLog.window).partialValue
        let rows = try await pool.query(
            """
            SELECT id, event FROM delivery_events
            WHERE id > \(id) AND id <= \(end) AND tenant = \(tenant) ORDER BY id LIMIT \(limit)
            """)
        let next: Int64? = try rows.count == limit ? rows.last?.get(0) : end < last ? end : nil
        return (try rows.compactMap { try EventLog.event($0, tenant: tenant) }, next)
    }

    static func event(_ row: PostgresRow, tenant: String) throws -> StatusEvent? {
        var event = StatusEvent(json: try row.get(1, as: JSONB.self).json, tenant: tenant)
        event?.id = try row.get(0)
        return event
    }
}
