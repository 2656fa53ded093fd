public import Foundation
public import Notifications
public import Postgres

/// Topics and who is subscribed to them.
public struct TopicStore: Sendable {
    let pool: PostgresPool

    public init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Makes a topic, or describes one anew. Returns whether it is new.
    public func put(
        _ name: String, description: String?, tenant: String, at now: Date
    ) async throws -> (topic: Topic, isNew: Bool) {
        let row = try await pool.query(
            """
            INSERT INTO topics AS t (id, tenant, name, description)
            VALUES (\(UUID.version7(at: now)), \(tenant), \(name), \(description))
            ON CONFLICT (tenant, name) WHERE deleted_at IS NULL DO UPDATE SET description = excluded.description
            RETURNING \(unescaped: TopicStore.columns), t.xmax = 0
            """)[0]
        return (try Topic(row), try row.get(5))
    }

    /// A topic by its name; nil when the tenant has none of it.
    public func topic(_ name: String, tenant: String) async throws -> Topic? {
        try await pool.query(
            """
            SELECT \(unescaped: TopicStore.columns) FROM topics t
            WHERE t.tenant = \(tenant) AND t.name = \(name) AND t.deleted_at IS NULL
            """
        ).first.map(Topic.init)
    }

    /// A tenant's topics in the order of their names.
    public func page(tenant: String, after: String?, limit: Int) async throws -> ListPage<Topic, String> {
        try await ListPage.read(limit: limit, after: after) { after, count in
            try await pool.query(
                """
                SELECT \(unescaped: TopicStore.columns) FROM topics t
                WHERE t.tenant = \(tenant) AND t.name > \(after ?? "") AND t.deleted_at IS NULL
                ORDER BY t.name LIMIT \(count)
                """
            ).map { row in
                let topic = try Topic(row)
                return (topic.name, topic)
            }
        }
    }

    /// Deletes a topic: nobody finds it any more, and no broadcast reads on. Returns false when there is none.
    public func delete(_ name: String, tenant: String) async throws -> Bool {
        try await pool.query(
            """
            UPDATE topics SET deleted_at = now()
            WHERE tenant = \(tenant) AND name = \(name) AND deleted_at IS NULL
            """
        ).affected == 1
    }

    /// Deletes subscribers of deleted topics, and topics that have none left; a bounded number at a time.
    /// - Returns: how many rows went.
    public func pruneDeleted() async throws -> Int {
        let subscribers = try await pool.query(
            """
            DELETE FROM topic_subscribers WHERE ctid = ANY(ARRAY(
                SELECT s.ctid FROM topics t JOIN topic_subscribers s ON s.tenant = t.tenant AND s.topic_id = t.id
                WHERE t.deleted_at IS NOT NULL LIMIT 5000))
            """
        ).affected
        if subscribers > 0 { return subscribers }
        return try await pool.query(
            """
            DELETE FROM topics WHERE id = ANY(ARRAY(
                SELECT t.id FROM topics t WHERE t.deleted_at IS NOT NULL AND NOT EXISTS (
                    SELECT FROM topic_subscribers s WHERE s.tenant = t.tenant AND s.topic_id = t.id)
                LIMIT 1000))
            """
        ).affected
    }

    static let columns = "t.id, t.name, t.description, t.subscribers, t.created_at"
}

extension Topic {
    /// Of a row that begins with `TopicStore.columns`.
    init(_ row: PostgresRow) throws {
        self.init(
            id: try row.get(0), name: try row.get(1), description: try row.get(2),
            subscribers: try row.get(3), createdAt: try row.get(4))
    }
}
