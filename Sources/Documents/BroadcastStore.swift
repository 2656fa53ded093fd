public import Foundation
public import Notifications
public import Postgres

/// Broadcasts and how far they have come. A page of subscribers and the place in the topic that follows from it are
/// written together, so whatever dies in between, each subscriber gets one notification.
public struct BroadcastStore: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A broadcast as it stands; nil when the tenant has none of this id.
    public func broadcast(_ id: UUID, tenant: String) async throws -> Broadcast? {
        try await pool.query(
            "SELECT \(unescaped: BroadcastStore.columns) FROM broadcasts WHERE id = \(id) AND tenant = \(tenant)"
        ).first.map(Broadcast.init)
    }

    /// A tenant's broadcasts, newest first.
    public func page(tenant: String, after: UUID?, limit: Int) async throws -> ListPage<Broadcast, UUID> {
        try await ListPage.read(limit: limit, after: after) { after, count in
            try await pool.query(
                """
                SELECT \(unescaped: BroadcastStore.columns) FROM broadcasts
                WHERE tenant = \(tenant) AND id < \(after ?? .highest) ORDER BY id DESC LIMIT \(count)
                """
            ).map { row in
                let broadcast = try Broadcast(row)
                return (broadcast.id, broadcast)
            }
        }
    }

    /// The subscribers whose turn it is, in the order of their ids; none once the topic was deleted.
    public func subscribers(of broadcast: Broadcast, limit: Int) async throws -> [String] {
        try await pool.query(
            """
            SELECT s.user_id FROM topics t JOIN topic_subscribers s ON s.tenant = t.tenant AND s.topic_id = t.id
            WHERE t.id = \(broadcast.topicId) AND t.tenant = \(broadcast.tenant) AND t.deleted_at IS NULL
                AND s.user_id > \(broadcast.lastUserId)
            ORDER BY s.user_id LIMIT \(limit)
            """
        ).map { try $0.get(0) }
    }

    /// Writes a page's notifications and moves the broadcast on behind it, all or nothing.
    /// - Returns: false, and nothing was written, where the broadcast was moved on or cancelled by somebody else.
    public func write(_ page: BroadcastPage, of broadcast: Broadcast) async throws -> Bool {
        try await pool.transaction { connection in
            // First, for the lock: from here to the commit nobody can cancel it, or write the same page.
            let moved = try await connection.query(BroadcastStore.moving(broadcast, behind: page))
            guard moved.affected == 1 else { return false }
            try await connection.committing(
                AcceptStatements.writes(of: page.notifications))
            return true
        }
    }

    private static func moving(_ broadcast: Broadcast, behind page: BroadcastPage) -> PostgresQuery {
        let skipped = broadcast.skipped.merging(page.skipped) { $0 + $1 }
        let reasons = JSONObject(skipped.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) })
        return """
            UPDATE broadcasts
            SET expanded = expanded + \(page.userIds.count),
                notifications = notifications + \(page.notifications.count),
                skipped = \(JSONB(JSON.object(reasons))),
                status = CASE WHEN \(page.isLast) THEN 'done' ELSE status END, settled = \(page.isLast),
                ended_at = CASE WHEN \(page.isLast) THEN now() END, turn_at = clock_timestamp(),
                last_user_id = \(page.isLast ? "" : page.userIds.last ?? broadcast.lastUserId)
            WHERE id = \(broadcast.id) AND status = 'expanding' AND last_user_id = \(broadcast.lastUserId)
            """
    }

    /// The broadcasts that have something to be done for them, the one that waits longest first.
    public func unsettled(limit: Int) async throws -> [Broadcast] {
        try await pool.query(
            """
            SELECT \(unescaped: BroadcastStore.columns) FROM broadcasts WHERE NOT settled ORDER BY turn_at LIMIT \(limit)
            """
        ).map(Broadcast.init)
    }

    /// Deletes broadcasts that are past keeping, a bounded number at a time. Returns how many.
    public func prune(before: Date) async throws -> Int {
        try await pool.query(
            """
            DELETE FROM broadcasts WHERE id = ANY(ARRAY(
                SELECT id FROM broadcasts WHERE id < \(UUID.version7Floor(at: before)) AND settled LIMIT 1000))
            """
        ).affected
    }
}
