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

    /// Writes a page's notifications and moves the broadcast on behind it, all or nothing. What its users may get is
    /// counted along with it, so that a page that is made again counts once.
    /// - Parameter page: the page, given an answer for each of `charges`.
    /// - Returns: the page; nil, and nothing was written, where the broadcast was moved on or cancelled by somebody else.
    public func write(
        of broadcast: Broadcast, charges: [LimitCharge] = [], at now: Date,
        page: @Sendable ([LimitLedger.Answer]) -> BroadcastPage
    ) async throws -> BroadcastPage? {
        try await pool.transaction { connection in
            // First, for the lock: from here to the commit nobody can cancel it, or write the same page.
            let isOurs =
                try await connection.query(
                    """
                    SELECT FROM broadcasts WHERE id = \(broadcast.id) AND status = 'expanding'
                        AND last_user_id = \(broadcast.lastUserId) FOR UPDATE
                    """
                ).count == 1
            guard isOurs else { return nil }
            let answers =
                charges.isEmpty ? [] : try await RecipientMeter.book(charges, at: now, on: connection)
            let page = page(answers)
            try await connection.committing(
                [BroadcastStore.moving(broadcast, behind: page)] + AcceptStatements.writes(of: page.notifications))
            return page
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
            WHERE id = \(broadcast.id)
            """
    }

    /// The broadcasts that have something to be done for them, the one that waits longest first.
    /// - Parameter resting: those whose turn it is not.
    public func unsettled(limit: Int, except resting: [UUID] = []) async throws -> [Broadcast] {
        try await pool.query(
            """
            SELECT \(unescaped: BroadcastStore.columns) FROM broadcasts
            WHERE NOT settled AND id <> ALL(\(resting)) ORDER BY turn_at LIMIT \(limit)
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
