import Foundation
import Notifications
import Postgres

/// The least that Postgres must do for what Belfry promises: the same rows, written by the plainest batched SQL on two
/// connections with nothing around it. Each notification is inserted with its delivery, the delivery is claimed, and the
/// outcome is written with an event, each step as one commit per batch.
struct SQLFloor {
    static let batch = 64
    static let lanes = 2

    let pool: PostgresPool

    /// Notifications a second.
    func run(for duration: Duration) async throws -> Double {
        let model = try await pool.query("SELECT content, channels FROM notifications ORDER BY id DESC LIMIT 1")[0]
        let content = try model.get(0, as: JSONB.self)
        let channels = try model.get(1, as: JSONB.self)
        let start = ContinuousClock.now
        let written = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<SQLFloor.lanes {
                group.addTask {
                    var count = 0
                    while .now - start < duration { count += try await writeBatch(content, channels) }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(written) / (.now - start).seconds
    }

    private func writeBatch(_ content: JSONB, _ channels: JSONB) async throws -> Int {
        let ids = (0..<SQLFloor.batch).map { _ in UUID.version7(at: .now) }
        try await pool.withConnection { connection in
            try await connection.query(
                """
                WITH documents AS (
                    INSERT INTO notifications (id, tenant, user_id, created_at, content, channels)
                    SELECT id, 'floor', 'floor', now(), \(content), \(channels) FROM unnest(\(ids)) AS n(id)
                )
                INSERT INTO deliveries (notification_id, route, tenant, priority, cost, not_before, expires_at)
                SELECT id, 'floor', 'floor', 2, 1, now(), now() + interval '3 days' FROM unnest(\(ids)) AS n(id)
                """)
            try await connection.query(
                """
                WITH permits AS (
                    UPDATE deliveries SET fence = nextval('delivery_fences'), attempts = attempts + 1,
                        permit_until = now() + interval '25 seconds', provider = 'floor'
                    WHERE route = 'floor' AND notification_id = ANY(\(ids)) RETURNING notification_id
                )
                SELECT n.id, n.content, n.channels FROM permits p JOIN notifications n ON n.id = p.notification_id
                """)
            try await connection.query(
                """
                WITH documents AS (
                    UPDATE notifications SET channels = \(channels) WHERE id = ANY(\(ids))
                ), work AS (
                    DELETE FROM deliveries WHERE route = 'floor' AND notification_id = ANY(\(ids))
                )
                INSERT INTO delivery_events (at, notification_id, tenant, event)
                SELECT now(), id, 'floor', \(channels) FROM unnest(\(ids)) AS n(id)
                """)
        }
        return ids.count
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
    var milliseconds: Double { seconds * 1000 }
}
