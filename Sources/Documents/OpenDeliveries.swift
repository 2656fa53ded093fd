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
    /// - Returns: the jobs, and the id to go on from; nil at the end. A page may be empty and have a next one.
    public func page(
        route: Route, after: UUID, horizon: Duration, limit: Int
    ) async throws -> (jobs: [QueuedDelivery], next: UUID?) {
        let rows = try await pool.query(
            """
            SELECT d.notification_id, d.tenant, d.priority, d.cost, greatest(0, ceil(extract(epoch FROM greatest(
                d.not_before, greatest(d.permit_until, pg_postmaster_start_time() + \(seconds: .zero))
                    + CASE WHEN d.permit_until IS NULL THEN NULL ELSE \(seconds: timing.grace) END
            ) - now()) * 1000))::int8
            FROM deliveries d WHERE d.route = \(route.rawValue) AND d.notification_id > \(after)
            ORDER BY d.notification_id LIMIT \(limit)
            """)
        let jobs = try rows.map { row in
            QueuedDelivery(
                id: try row.get(0), tenant: try row.get(1),
                priority: Priority(rawValue: Int(try row.get(2, as: Int16.self))) ?? .medium,
                cost: Int(try row.get(3, as: Int32.self)),
                delay: .milliseconds(try row.get(4, as: Int64.self)))
        }
        return (jobs.filter { $0.delay <= horizon }, rows.count < limit ? nil : jobs.last?.id)
    }
}
