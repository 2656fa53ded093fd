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
        /// Last time.
        public var requestedAt: Date
        /// Notifications accepted from then on are of somebody new.
        public var until: Date
        /// Whether every request that still knew the user has ended.
        public var isSettled: Bool

        init(_ row: PostgresRow) throws {
            id = try row.get(0)
            tenant = try row.get(1)
            userId = try row.get(2)
            requestedAt = try row.get(3)
            until = try row.get(4)
            isSettled = try row.get(5)
        }
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

    /// What is to be done, page by page.
    public func open(after last: Erasure? = nil, limit: Int = 20) async throws -> [Erasure] {
        // A user may be made again by who began before the erasure, and ended after it.
        try await pool.query(
            """
            SELECT e.id, e.tenant, e.user_id, e.requested_at,
                least(e.requested_at + \(seconds: Erasures.settling), greatest(r.created_at, e.requested_at)),
                now() > e.requested_at + \(seconds: Erasures.settling)
            FROM erasures e LEFT JOIN recipients r ON r.tenant = e.tenant AND r.user_id = e.user_id
            WHERE e.done_at IS NULL AND (e.tenant, e.user_id) > (\(last?.tenant ?? ""), \(last?.userId ?? ""))
            ORDER BY e.tenant, e.user_id LIMIT \(limit)
            """
        ).map(Erasure.init)
    }

    /// Takes back what is open of the next notifications, and erases those that are done.
    /// With the last of them goes what endpoints were still to be told of the user.
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
        let next = ids.count < batchSize ? nil : ids.last
        var erased = 0
        if !ids.isEmpty {
            _ = try await Canceller(pool: pool).cancel(ids, tenant: erasure.tenant, onCommit: onCancel)
            erased = try await erase(ids, of: erasure)
        }
        if next == nil { try await pool.query(ErasureStatements.messages(about: erasure)) }
        return Batch(erased: erased, open: ids.count - erased, next: next)
    }

    /// Forgets whom an erasure was about, and what is left that leads to it; unless it was asked for again meanwhile.
    public func finish(_ erasure: Erasure) async throws {
        try await pool.transaction { connection in
            try await connection.query(
                """
                DELETE FROM inbox_unread WHERE tenant = \(erasure.tenant) AND user_id = \(erasure.userId)
                    AND notification_id < \(UUID.version7Floor(at: erasure.until))
                """)
            // Of what was counted for requests that were under way. A user who is there again has its own.
            try await connection.query(
                """
                DELETE FROM recipient_times t WHERE t.tenant = \(erasure.tenant) AND t.user_id = \(erasure.userId)
                    AND NOT EXISTS (SELECT FROM recipients r WHERE r.tenant = t.tenant AND r.user_id = t.user_id)
                """)
            try await connection.query(
                """
                UPDATE erasures SET done_at = now(), user_id = NULL
                WHERE id = \(erasure.id) AND requested_at = \(erasure.requestedAt)
                """)
        }
    }

    /// Erases those of these that nothing is open of, in one transaction; returns how many.
    private func erase(_ ids: [UUID], of erasure: Erasure) async throws -> Int {
        try await pool.transaction { connection in
            // Whoever indexes texts just now has read them before; the next will read what is left.
            try await connection.query(TextLock.exclusive)
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
