public import Foundation
public import Notifications
public import Postgres

/// Open work as Redis should know it: what the sweep and a rebuild enqueue again.
public struct OpenDeliveries: Sendable {
    private let pool: PostgresPool
    private let timing: DeliveryTiming

    public init(pool: PostgresPool, timing: DeliveryTiming) {
        self.pool = pool
        self.timing = timing
    }

    /// Open deliveries of a route in the order of their ids, those due within `horizon` only.
    /// - Parameters:
    ///   - after: the last id of the page before; ids of notifications made later sort later.
    public func page(route: Route, after: UUID, horizon: Duration, limit: Int) async throws -> Page {
        let rows = try await pool.query(
            """
            SELECT d.notification_id, d.tenant, d.priority, d.cost, greatest(0, ceil(extract(epoch FROM greatest(
                d.not_before, greatest(d.permit_until, pg_postmaster_start_time() + \(seconds: .zero))
                    + CASE WHEN d.permit_until IS NULL THEN NULL ELSE \(seconds: timing.grace) END
            ) - now()) * 1000))::int8,
                CASE WHEN d.permit_until IS NOT NULL THEN d.provider END
            FROM deliveries d WHERE d.route = \(route.rawValue) AND d.notification_id > \(after)
            ORDER BY d.notification_id LIMIT \(limit)
            """)
        let jobs = try rows.map { row in
            QueuedDelivery(
                id: try row.get(0), tenant: try row.get(1),
                priority: Priority(rawValue: Int(try row.get(2, as: Int16.self))) ?? .medium,
                cost: Int(try row.get(3, as: Int32.self)),
                delay: .milliseconds(try row.get(4, as: Int64.self)), sender: try row.get(5))
        }
        return Page(
            jobs: jobs.filter { $0.delay <= horizon }, first: jobs.first?.id,
            next: rows.count < limit ? nil : jobs.last?.id)
    }

    /// Some open work. It may be empty and have a next page.
    public struct Page: Sendable {
        public var jobs: [QueuedDelivery]
        /// The oldest open delivery looked at, due soon or not.
        public var first: UUID?
        /// The id to go on from; nil at the end.
        public var next: UUID?
    }
}
