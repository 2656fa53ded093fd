public import Foundation
import Notifications
public import Postgres

/// Works off what is to be erased: of a user's notifications only statuses, times and counts are kept.
///
/// It goes from notification to notification, and what is erased is the user's no more: whoever goes on after a crash
/// begins with what is left. What somebody is just sending is left for the next round.
public struct Erasures: Sendable {
    /// A user to be erased.
    public struct Erasure: Sendable, Hashable {
        public var id: Int64
        public var tenant: String
        public var userId: String
        /// Notifications accepted from then on are of somebody new.
        public var until: Date
        /// Whether every request that still knew the user has ended.
        public var isSettled: Bool
    }

    /// What one batch came to.
    public struct Batch: Sendable, Hashable {
        public var erased: Int
        /// Those that are being sent.
        public var open: Int
        /// Where to go on; nil at the end.
        public var next: UUID?
    }

    /// Longer than any request that found the user before it went may take.
    static let settling: Duration = .seconds(30)

    private let pool: PostgresPool
    private let batchSize: Int

    public init(pool: PostgresPool, batchSize: Int = 200) {
        self.pool = pool
        self.batchSize = batchSize
    }

    /// What is to be done, the oldest first.
    public func open(limit: Int = 20) async throws -> [Erasure] {
        try await pool.query(
            """
            SELECT e.id, e.tenant, e.user_id, least(e.requested_at + \(seconds: Erasures.settling), r.created_at),
                now() > e.requested_at + \(seconds: Erasures.settling)
            FROM erasures e LEFT JOIN recipients r ON r.tenant = e.tenant AND r.user_id = e.user_id
            WHERE e.done_at IS NULL ORDER BY e.requested_at LIMIT \(limit)
            """
        ).map { row in
            Erasure(
                id: try row.get(0), tenant: try row.get(1), userId: try row.get(2), until: try row.get(3),
                isSettled: try row.get(4))
        }
    }

    /// Takes back what is open of the next notifications, and erases those that are done.
    /// - Parameter onCancel: is handed what is to be published of what was taken back, and dropped from the queue.
    public func eraseBatch(
        of erasure: Erasure, after: UUID?, onCancel: (_ cancelled: Cancelled) async -> Void
    ) async throws -> Batch {
        let ids = try await pool.query(
            """
            SELECT id FROM notifications
            WHERE tenant = \(erasure.tenant) AND user_id = \(erasure.userId)
                AND id > \(after ?? .version7Floor(at: .distantPast)) AND id < \(UUID.version7Floor(at: erasure.until))
            ORDER BY id LIMIT \(batchSize)
            """
        ).map { try $0.get(0, as: UUID.self) }
        guard let last = ids.last else { return Batch(erased: 0, open: 0, next: nil) }
        _ = try await Canceller(pool: pool).cancel(ids, tenant: erasure.tenant, onCommit: onCancel)
        let erased = try await erase(ids, of: erasure)
        return Batch(erased: erased, open: ids.count - erased, next: ids.count < batchSize ? nil : last)
    }

    /// Forgets whom an erasure was about, and what is left that leads to it.
    public func finish(_ erasure: Erasure) async throws {
        try await pool.transaction { connection in
            try await connection.query(
                """
                DELETE FROM inbox_unread WHERE tenant = \(erasure.tenant) AND user_id = \(erasure.userId)
                    AND notification_id < \(UUID.version7Floor(at: erasure.until))
                """)
            try await connection.query(
                "UPDATE erasures SET done_at = now(), user_id = NULL WHERE id = \(erasure.id)")
        }
    }

    /// Erases those of these that nothing is open of, in one transaction; returns how many.
    private func erase(_ ids: [UUID], of erasure: Erasure) async throws -> Int {
        try await pool.transaction { connection in
            // Whoever indexes texts just now has read them before; the next will read what is left.
            try await connection.query("LOCK TABLE notification_texts IN SHARE ROW EXCLUSIVE MODE")
            let documents = try await connection.query(
                """
                SELECT n.id, n.content, n.channels FROM notifications n
                WHERE n.id = ANY(\(ids)) AND n.tenant = \(erasure.tenant) AND NOT EXISTS (
                    SELECT FROM deliveries d
                    WHERE d.route = ANY(\(Route.allCases.map(\.rawValue))) AND d.notification_id = n.id)
                ORDER BY n.id FOR NO KEY UPDATE OF n
                """
            ).map(ErasedDocument.init)
            if documents.isEmpty { return 0 }
            // Nothing of a notification is older than itself, but for how much two clocks may differ.
            let start = documents[0].id.version7Date.addingTimeInterval(-3600)
            _ = try await connection.committing(ErasureStatements.all(of: documents, since: start, erasure))
            return documents.count
        }
    }
}
